"""One finding of a face: an HPO id, or words that are exactly a label or an exact synonym."""

from __future__ import annotations

import re
from functools import cache

from rdface.curation.ingest.normalise.outcome import Candidate, Outcome
from rdface.phenotype.ontology import Ontology, ontology

_ID = re.compile(r"\bHPO?[\s:_-]*([0-9]{7})(?:\.0)?\b", re.IGNORECASE)
_ABSENT = re.compile(r"\b(?:no|not|without|absent|kein|keine|ohne|pas de|sin|excluded)\b|^-", re.I)
_SHOWN = 5


def split_terms(text: str) -> tuple[str, ...]:
    """The findings of one cell.

    Semicolons, bars and line ends part them. Commas do only where a label holds none: some labels
    of the ontology have one ("Low-set, posteriorly rotated ears").
    """
    parts = [part.strip() for part in re.split(r"[;|\n]", text) if part.strip()]
    found: list[str] = []
    for part in parts:
        ids = _ID.findall(part)
        if len(ids) < 2 and ("," not in part or _words(part) in _by_name()):
            found.append(part)
        else:
            found += [piece.strip() for piece in re.split(r",", part) if piece.strip()]
    return tuple(found)


def normalise_term(text: str) -> Outcome:
    """The id of one finding, as it is used today.

    An id beside a label must be of that label. Obsolete ids become what replaced them, which is
    said; those for which the ontology only names terms to consider are doubts, and so are narrow,
    broad and related synonyms.

    >>> normalise_term("Hypertelorism").value
    'HP:0000316'
    """
    terms = ontology()
    ids = _ID.findall(text)
    if re.match(r"[-–−!^~]", text):
        return Outcome(None, "seems to say that something is absent; only what is there is kept")
    words = _words(_ID.sub(" ", text))
    if len(ids) > 1:
        return Outcome(None, "two ids", tuple(_candidate(terms, f"HP:{one}") for one in ids))
    if ids:
        return _of_id(terms, f"HP:{ids[0]}", words)
    if re.fullmatch(r"[0-9]{7}", text):
        outcome = _of_id(terms, f"HP:{text}", "")
        found = () if outcome.value is None else (_candidate(terms, outcome.value),)
        return Outcome(None, "a bare number", found)
    return _of_words(terms, words)


def _of_id(terms: Ontology, term: str, words: str) -> Outcome:
    if term not in terms and term not in terms.alternatives:
        return Outcome(None, f"{term} is no term of the HPO {terms.release}")
    current = terms.current(term)
    label = terms.label(current)
    if terms.is_obsolete(current):
        found = tuple(_candidate(terms, one) for one in terms.consider(current))
        return Outcome(None, f"{current} ({label}) is obsolete; nothing replaces it", found)
    if words and current not in _by_name().get(words, ()):
        candidates = (_candidate(terms, current), *_near(terms, words))[:_SHOWN]
        return Outcome(None, f"{term} is {label!r}, which is not the words beside it", candidates)
    said = label if current == term else f"{term} is no longer used; now {label}"
    return Outcome(current, said)


def _of_words(terms: Ontology, words: str) -> Outcome:
    exact = _by_name().get(words, ())
    if len(exact) == 1:
        return Outcome(exact[0], terms.label(exact[0]))
    if exact:
        candidates = tuple(_candidate(terms, one) for one in exact)
        return Outcome(None, "the name of more than one term", candidates)
    if other := _by_name(exact=False).get(words, ()):
        candidates = tuple(_candidate(terms, one) for one in other[:_SHOWN])
        said = "only a related, narrower or broader name of a term"
        return Outcome(None, said, candidates)
    if _ABSENT.search(words):
        return Outcome(None, "seems to say that something is absent; only what is there is kept")
    return Outcome(None, "not a label or exact synonym of the HPO", _near(terms, words))


def _words(text: str) -> str:
    """What stands beside an id, without brackets and marks around it."""
    return " ".join(re.sub(r"[()\[\]{}=~\"]", " ", text).strip(" :,-–").split()).casefold()


@cache
def _by_name(exact: bool = True) -> dict[str, tuple[str, ...]]:
    """Labels and exact synonyms (or the other synonyms) -> terms; labels go before synonyms."""
    terms = ontology()
    labels: dict[str, list[str]] = {}
    synonyms: dict[str, list[str]] = {}
    for term in terms.ids:
        if terms.is_obsolete(term):
            continue
        for name in terms.names(term):
            kinds = ("label", "exact") if exact else ("narrow", "related", "broad")
            if name.scope in kinds and not (exact and name.abbreviation):
                into = labels if name.scope == "label" else synonyms
                into.setdefault(_words(name.text), []).append(term)
    return {name: tuple(dict.fromkeys(found)) for name, found in (synonyms | labels).items()}


def _near(terms: Ontology, words: str) -> tuple[Candidate, ...]:
    from rapidfuzz import fuzz, process

    if not words:
        return ()
    names = _by_name()
    ranked = process.extract(words, names.keys(), scorer=fuzz.WRatio, limit=20, score_cutoff=60)
    found = dict.fromkeys(term for name, _, _ in ranked for term in names[name])
    # What a face can show goes first, as this is a cohort of faces.
    ordered = sorted(found, key=lambda term: not terms.is_visible_face(term))
    return tuple(_candidate(terms, term) for term in ordered[:_SHOWN])


def _candidate(terms: Ontology, term: str) -> Candidate:
    if term not in terms and term not in terms.alternatives:
        return Candidate(term, "no such term")
    current = terms.current(term)
    return Candidate(current, terms.label(current))
