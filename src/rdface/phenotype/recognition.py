"""HPO terms of the visible face in a text, each said to be present, absent or not to be seen.

A dictionary method: the names of the ontology are looked for as they stand (spaCy's
``PhraseMatcher``; the longest match wins), then taken apart into what is spoken of and how it is
("the nose is not short but broad"; "short, upturned nose"), and every hit is judged by NegEx within
its clause. It misses what is said in words of its own, and never invents: each finding holds the
sentence that it was read from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from rdface.phenotype.lexicon import ARTICLES, WORD, Lexicon, Words, face_lexicon, plain
from rdface.phenotype.report import Finding
from rdface.phenotype.scope import COPULAS, SPANS, VERBS, cut_clauses, language, mark_states
from rdface.phenotype.sections import REGIONS

if TYPE_CHECKING:
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc

State = Literal["present", "excluded", "not assessable"]

_STATES: Final[tuple[State, ...]] = ("present", "excluded", "not assessable")
_SENTENCE: Final = re.compile(r"[^\n.!?]+(?:[.!?]+(?=\S)[^\n.!?]+)*[.!?]*")
_PIECE: Final = re.compile(rf"{WORD.pattern}|[^\w\s]")
_DASHES: Final = "-‐‑‒*_\"'`“”"
"""Hyphens, and marks of emphasis: nothing ends there."""
_ADVERBS: Final = frozenset({"very", "slightly", "somewhat", "rather", "quite", "more", "fairly"})
_VERBS: Final = frozenset(map(plain, VERBS)) | VERBS
_STOPS: Final = frozenset(
    {"with", "without", "which", "that", "compared", "relative", ":", ";", "("}
)
_ALIKE: Final = {
    eye: re.compile(
        rf"\b(?:same|similar|similarly|identical|alike|symmetric(?:al)?|mirrors?|as|like)"
        rf"(?: (?:as|to|with|in|on|for|that|of|the))* {other}\b",
        re.IGNORECASE,
    )
    for eye, other in (("right_eye", "left"), ("left_eye", "right"))
}
"""How one eye's section refers to the other's."""
_UNSEEN: Final = re.compile(
    r"\b(not (be )?(assessable|evaluable|assessed|evaluated)|cannot be (assessed|seen|evaluated|"
    r"judged|determined)|(un)?able to (assess|see|evaluate)|not (clearly |fully )?visible|"
    r"out of view|not in view)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Sentence:
    """One sentence in plain words; ``at`` are the characters that each came from."""

    text: str
    words: list[str] = field(default_factory=list)
    at: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True)
class _Hit:
    """Plain words ``[start, end)`` that name a term."""

    start: int
    end: int
    term: str


def recognise(text: str, section: str, lexicon: Lexicon | None = None) -> tuple[Finding, ...]:
    """The terms that one section speaks of, each once, in the order of the text.

    Where a section contradicts itself, present goes before excluded, and that before not
    assessable. The evidence is the sentence.

    Args:
        text: Of the section.
        section: Its key.
        lexicon: Names to look for; those of the visible face by default.

    Raises:
        UsageError: The extra ``phenotype`` is not installed.
        WeightsError: The file of synonyms is not on this machine.
    """
    from rdface.phenotype.ontology import ontology

    names = lexicon or face_lexicon()
    found: dict[str, Finding] = {}
    for sentence in _sentences(text):
        for term, state in _judged(sentence, names):
            before = found.get(term)
            if before is None or _STATES.index(state) < _STATES.index(before.state):
                found[term] = Finding(
                    term=term,
                    label=ontology().label(term),
                    state=state,
                    section=section,
                    evidence=sentence.text,
                )
    return tuple(found.values())


def recognise_sections(sections: Mapping[str, str]) -> tuple[Finding, ...]:
    """The terms of all sections that describe the face.

    Suspected conditions and next steps are left out: what "should be looked for" was not seen.

    Raises:
        UsageError: The extra ``phenotype`` is not installed.
        WeightsError: The file of synonyms is not on this machine.
    """
    told = ("overall_impression", *REGIONS)
    found = {key: recognise(sections[key], key) for key in told if key in sections}
    for eye, other in (("right_eye", "left_eye"), ("left_eye", "right_eye")):
        if eye in found and other in found:
            found[eye] += tuple(_as_other(sections[eye], eye, found[eye], found[other]))
    return tuple(finding for findings in found.values() for finding in findings)


def _as_other(
    text: str, eye: str, own: Sequence[Finding], others: Sequence[Finding]
) -> Iterator[Finding]:
    """What is said of one eye by "as the left one": what the other has and this one leaves open."""
    match = _ALIKE[eye].search(text)
    if match is None:
        return
    known = {finding.term for finding in own}
    words = next((each.text for each in _sentences(text) if match[0] in each.text), match[0])
    for finding in others:
        if finding.term not in known:
            yield finding.model_copy(update={"section": eye, "evidence": words})


def is_not_assessable(text: str) -> bool:
    """Whether a section says that its region cannot be seen, and names no finding.

    Raises:
        UsageError: The extra ``phenotype`` is not installed.
        WeightsError: The file of synonyms is not on this machine.
    """
    if not _UNSEEN.search(text):
        return False
    return all(each.state == "not assessable" for each in recognise(text, ""))


def _sentences(text: str) -> Iterator[_Sentence]:
    for match in _SENTENCE.finditer(text):
        sentence = _Sentence(match[0].strip().lstrip("-*•# ").strip())
        for piece in _PIECE.finditer(sentence.text):
            word = plain(piece[0])
            if word not in ARTICLES and word not in _DASHES:
                sentence.words.append(word)
                sentence.at.append(piece.span())
        if sentence.words:
            yield sentence


def _judged(sentence: _Sentence, names: Lexicon) -> Iterator[tuple[str, State]]:
    named = _named(sentence, names)
    hits = sorted([*named, *_taken_apart(sentence, names, named)], key=lambda hit: hit.start)
    if not hits:
        return
    doc = language().make_doc(_spoken(sentence.text))
    cut_clauses(doc)
    spans = []
    for hit in hits:
        begin, end = sentence.at[hit.start][0], sentence.at[hit.end - 1][1]
        span = doc.char_span(begin, end, label=hit.term, alignment_mode="expand")
        if span is not None:
            spans.append(span)
    doc.spans[SPANS] = spans
    mark_states(doc)
    for span in doc.spans[SPANS]:
        if span._.unseen:
            yield span.label_, "not assessable"
        else:
            yield span.label_, "excluded" if span._.absent else "present"


def _spoken(text: str) -> str:
    """The same characters with hyphens and emphasis as blanks: offsets stay."""
    return "".join(" " if mark in '-‐‑‒*_"`“”' else mark for mark in text).replace("’", "'")


def _named(sentence: _Sentence, names: Lexicon) -> list[_Hit]:
    from spacy.util import filter_spans

    doc = _plain_doc(sentence.words)
    longest = filter_spans(_matcher(names, "phrases")(doc, as_spans=True))
    found = [(span.start, span.end) for span in longest]
    return [
        _Hit(start, end, names.phrases[tuple(sentence.words[start:end])]) for start, end in found
    ]


def _taken_apart(sentence: _Sentence, names: Lexicon, named: Sequence[_Hit]) -> Iterator[_Hit]:
    """Modifiers away from what they are said of: after a verb, or in a row before it."""
    words = sentence.words
    taken = {place for hit in named for place in range(hit.start, hit.end)}
    found = {(match[1], match[2]) for match in _matcher(names, "heads")(_plain_doc(words))}
    for start, end in sorted(found, key=lambda head: (head[1] - head[0], head)):
        modifiers = names.heads[tuple(words[start:end])]
        # The lip of an "upper lip" is not meant; the nose of an "upturned nose" is.
        longest = min(other for other, last in found if last == end)
        if longest < start and tuple(words[longest:start]) not in modifiers:
            continue
        places = [*_before(words, start, modifiers), *_after(words, end)]
        for hit in _modifiers(words, places, modifiers):
            if taken.isdisjoint(range(hit.start, hit.end)):
                taken.update(range(hit.start, hit.end))
                yield hit


def _before(words: Sequence[str], end: int, modifiers: Mapping[Words, str]) -> list[int]:
    """Places of the row of modifiers that runs up to a head: "short and upturned"."""
    known = {word for modifier in modifiers for word in modifier} | _ADVERBS | {",", "and", "or"}
    begin = end
    while begin and (words[begin - 1] in known or words[begin - 1].endswith("ly")):
        begin -= 1
    if begin > 1 and words[begin - 1] in COPULAS and words[begin - 2] != "there":
        # "the nose is short, broad bridge": the first of the row is the nose's
        while "," in words[begin:end]:
            begin += 1
    return list(range(begin, end))


def _after(words: Sequence[str], start: int) -> list[int]:
    """Places of what is said of a head behind its verb, up to where another clause begins."""
    if start >= len(words) or words[start] not in _VERBS:
        return []
    end = start + 1
    while end < len(words) and words[end] not in _STOPS:
        if words[end] in _VERBS and words[end - 1] not in (",", "and", "but"):
            # another subject has come in between: what it is lies behind the last joint
            while end > start and words[end] not in (",", "and", "but"):
                end -= 1
            break
        end += 1
    return list(range(start + 1, end))


def _modifiers(
    words: Sequence[str], places: Sequence[int], modifiers: Mapping[Words, str]
) -> Iterator[_Hit]:
    """Known modifiers at these places, the longest first."""
    free = set(places)
    for length in (2, 1):
        for start in places:
            span = range(start, start + length)
            term = modifiers.get(tuple(words[start : start + length]))
            if term is not None and free.issuperset(span):
                free.difference_update(span)
                yield _Hit(start, start + length, term)


def _plain_doc(words: Sequence[str]) -> Doc:
    from spacy.tokens import Doc

    return Doc(language().vocab, words=list(words))


_MATCHERS: dict[tuple[int, str], tuple[Lexicon, PhraseMatcher]] = {}


def _matcher(names: Lexicon, kind: Literal["phrases", "heads"]) -> Any:  # noqa: ANN401
    """The ``PhraseMatcher`` of a lexicon's phrases or heads, made once."""
    from spacy.matcher import PhraseMatcher

    key = (id(names), kind)
    if key not in _MATCHERS:
        matcher = PhraseMatcher(language().vocab, attr="ORTH")
        matcher.add(kind, [_plain_doc(words) for words in getattr(names, kind)])
        _MATCHERS[key] = (names, matcher)
    return _MATCHERS[key][1]
