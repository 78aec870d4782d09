"""The words that stand for HPO terms of the visible face, ready to be looked for in a text.

Words are compared in a plain form: lower case, singular, without hyphens and articles. Names of
the form "short nose" are also taken apart, so that "the nose is short" and "short, broad nose" can
be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rdface.phenotype.ontology import Ontology

Words = tuple[str, ...]

ARTICLES: Final = frozenset({"a", "an", "the", "his", "her", "their", "its", "both"})
WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
MODIFIER: Final = 2
"""Most words of a modifier that is split off a name."""

USUAL: Final[Mapping[str, tuple[str, ...]]] = {
    "HP:0000316": ("widely set eyes", "wide spaced eyes"),
    "HP:0000286": ("epicanthal skin folds", "inner epicanthal folds"),
    "HP:0000582": ("upslanting eyes", "upslanted eyes", "up slanted palpebral fissures"),
    "HP:0000494": ("downslanting eyes", "downslanted eyes"),
    "HP:0000508": ("droopy eyelids", "drooping eyelids", "drooping of the eyelid"),
    "HP:0000322": ("short philtral length",),
    "HP:0000343": ("increased philtral length",),
    "HP:0000369": ("low placed ears",),
    "HP:0000278": ("recessed chin", "receding jaw"),
    "HP:0002714": ("downturned corners", "downturned mouth corners"),
    "HP:0000664": ("joined eyebrows", "confluent eyebrows"),
}
"""Words that reports use and the ontology does not list; those of ophthalmoscopy, X-ray and such
are not added."""

MISLEADING: Final = frozenset({"hidden ear", "hidden ears", "buried ear", "buried ears"})
"""Synonyms that, said of a photograph, mostly mean that hair is in the way."""

_PREFERRED: Final = ("label", "exact", "narrow", "related")
_INVARIANT: Final = frozenset({"epicanthus", "facies", "nares", "species", "pes"})


@dataclass(frozen=True)
class Lexicon:
    """Plain names of terms.

    Attributes:
        phrases: Name to term.
        heads: What is spoken of ("nasal bridge") to modifier ("depressed",) to term.
    """

    phrases: Mapping[Words, str]
    heads: Mapping[Words, Mapping[Words, str]]


def plain(word: str) -> str:
    """Lower case and singular, the same for a report and for the ontology."""
    word = word.lower().replace("’", "'")
    if len(word) <= 3 or word in _INVARIANT or not word.endswith("s"):
        return word
    if word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 5:
        return word[:-3] + "y"
    if word.endswith(("shes", "ches", "xes", "sses")):
        return word[:-2]
    return word[:-1]


def plain_words(text: str) -> Words:
    """Plain words of a name; articles, hyphens and other marks are left out.

    Example:
        >>> plain_words("Low-set, posteriorly rotated ears")
        ('low', 'set', 'posteriorly', 'rotated', 'ear')
    """
    words = (plain(word) for word in WORD.findall(text))
    return tuple(word for word in words if word not in ARTICLES)


def make_lexicon(names: Iterable[tuple[str, str]]) -> Lexicon:
    """A lexicon of pairs of name and term; where two terms share a name, the first one has it."""
    phrases: dict[Words, str] = {}
    for name, term in names:
        words = plain_words(name)
        if words and name.lower() not in MISLEADING:
            phrases.setdefault(words, term)
    heads: dict[Words, dict[Words, str]] = {}
    for words, term in phrases.items():
        for cut in range(1, min(MODIFIER, len(words) - 1) + 1):
            if words[cut - 1] != "of":
                heads.setdefault(words[cut:], {}).setdefault(words[:cut], term)
    return Lexicon(phrases, heads)


def names_of_face(known: Ontology) -> list[tuple[str, str]]:
    """Names and terms of the visible face: labels first, then synonyms by how well they fit.

    With them go the terms that the simulator shows and the ontology keeps elsewhere (head,
    tongue): reports are judged by them. Left out are abbreviations, which stand for other things
    as well, and broad synonyms, which say less than the term.

    Raises:
        WeightsError: The file of synonyms is not on this machine.
    """
    from rdface.phenotype.truth import shown_terms

    terms = sorted({*known.visible_face, *shown_terms()})
    found = [
        (name, term)
        for term in terms
        for name in known.names(term)
        if name.scope in _PREFERRED and not name.abbreviation
    ]
    found.sort(key=lambda pair: pair[0].rank)
    own = [(text, term) for term, texts in USUAL.items() for text in texts]
    return [(name.text, term) for name, term in found] + own


@cache
def face_lexicon() -> Lexicon:
    """The lexicon of the visible face; made once a process.

    Raises:
        UsageError: ``hpo3`` is missing.
        WeightsError: The file of synonyms is not on this machine.
    """
    from rdface.phenotype.ontology import ontology

    return make_lexicon(names_of_face(ontology()))
