"""Where a sentence speaks of terms: names as they stand, and names taken apart.

"Short nose" is also meant by "the nose is short", "short, upturned nose", "nose: short", and, in a
section about the nose, by "short" alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from rdface.phenotype.lexicon import ARTICLES, MODIFIER, WORD, Lexicon, Words, plain
from rdface.phenotype.scope import COPULAS, VERBS, language

if TYPE_CHECKING:
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc

_SENTENCE: Final = re.compile(r"[^\n.!?]+(?:[.!?]+(?=\S)[^\n.!?]+)*[.!?]*")
_PIECE: Final = re.compile(rf"{WORD.pattern}|[^\w\s]")
_DASHES: Final = "-‐‑‒/*_\"'`“”"
"""Hyphens, and marks of emphasis: nothing ends there."""
_ADVERBS: Final = frozenset({"very", "slightly", "somewhat", "rather", "quite", "more", "fairly"})
_VERBS: Final = frozenset(map(plain, VERBS)) | VERBS
_STOPS: Final = frozenset(
    {"with", "without", "which", "that", "compared", "relative", ":", ";", "("}
)
_JOINTS: Final = frozenset({",", "and", "or"})
_GOES_ON: Final = frozenset({",", "and", "but", "they", "it"})
"""Before a verb: it still speaks of the same."""
_DO_NOT: Final = frozenset({(do, "not") for do in ("does", "doe", "do", "did")})
_BARE: Final = frozenset({"not", "but", "normal", "ordinary", "unremarkable", ".", ";"})
_MISSING: Final = frozenset({"absent", "missing"})

IMPLIED: Final[Mapping[str, Words]] = {
    "left_eye": ("eye",),
    "right_eye": ("eye",),
    "nose": ("nose",),
    "mouth_and_lips": ("mouth",),
    "ears": ("ear",),
    "chin": ("chin",),
}
"""What a section speaks of where its sentence does not say it."""


@dataclass(frozen=True)
class Sentence:
    """One sentence in plain words; ``at`` are the characters that each came from."""

    text: str
    words: list[str] = field(default_factory=list)
    at: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Mention:
    """Plain words ``[start, end)`` that name a term."""

    start: int
    end: int
    term: str


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a text, list marks left out."""
    for match in _SENTENCE.finditer(text):
        sentence = Sentence(match[0].strip().lstrip("-*•# ").strip())
        for piece in _PIECE.finditer(sentence.text):
            word = plain(piece[0])
            if word not in ARTICLES and word not in _DASHES:
                sentence.words.append(word)
                sentence.at.append(piece.span())
        if sentence.words:
            yield sentence


def _named(sentence: Sentence, names: Lexicon) -> list[Mention]:
    from spacy.util import filter_spans

    doc = _plain_doc(sentence.words)
    longest = filter_spans(_matcher(names, "phrases")(doc, as_spans=True))
    found = [(span.start, span.end) for span in longest]
    return [
        Mention(start, end, names.phrases[tuple(sentence.words[start:end])]) for start, end in found
    ]


def mentions(sentence: Sentence, names: Lexicon, implied: Words = ()) -> list[Mention]:
    """All that a sentence says of terms, in its order; the longest name wins.

    Args:
        sentence: One of :func:`sentences`.
        names: What to look for.
        implied: What is spoken of where the sentence does not say it, as ``("nose",)``.
    """
    named = _named(sentence, names)
    found = [*named, *_taken_apart(sentence.words, names, named, implied)]
    return sorted(found, key=lambda one: one.start)


def _taken_apart(
    words: Sequence[str], names: Lexicon, named: Sequence[Mention], implied: Words
) -> Iterator[Mention]:
    """Modifiers away from what they are said of: after a verb, or in a row before it."""
    taken = {place for one in named for place in range(one.start, one.end)}
    matches = _matcher(names, "heads")(_plain_doc(words))
    found = {(match[1], match[2]) for match in matches}
    usual = names.heads.get(implied, {})
    # Of nothing but the region itself: "small nevus" is no small nose.
    how = {word for modifier in usual for word in modifier} | _ADVERBS | _JOINTS | _BARE
    if not named and all(word in how or word.endswith("ly") for word in words):
        yield from _modifiers(words, range(len(words)), usual)
        return
    for start, end in sorted(found, key=lambda head: (head[1] - head[0], head)):
        modifiers = names.heads[tuple(words[start:end])]
        longest = min(other for other, last in found if last == end)
        if longest < start and not _parts(words, longest, start, modifiers):
            continue
        behind = _after(words, start, end)
        for one in _modifiers(words, [*_before(words, start, modifiers), *behind], modifiers):
            missing = one.start in behind and words[one.start] in _MISSING
            # "a wide bridge is absent" is said of the wide one, not of the bridge
            if missing and taken.intersection(range(start, end)):
                continue
            if taken.isdisjoint(range(one.start, one.end)):
                taken.update(range(one.start, one.end))
                yield one


def _parts(words: Sequence[str], longest: int, start: int, modifiers: Mapping[Words, str]) -> bool:
    """Whether what stands before a head in a longer one only modifies it.

    The nose of an "upturned nose" is meant; the lip of an "upper lip" is not.
    """
    begins = range(max(0, start - MODIFIER), longest + 1)
    return any(tuple(words[begin:start]) in modifiers for begin in begins)


def _before(words: Sequence[str], end: int, modifiers: Mapping[Words, str]) -> list[int]:
    """Places of the row of modifiers that runs up to a head: "short and upturned"."""
    known = {word for modifier in modifiers for word in modifier} | _ADVERBS | _JOINTS
    begin = end
    while begin and (words[begin - 1] in known or words[begin - 1].endswith("ly")):
        begin -= 1
    if begin > 1 and words[begin - 1] in COPULAS and words[begin - 2] != "there":
        # "the nose is short, broad bridge": the first of the row is the nose's
        while not _JOINTS.isdisjoint(words[begin:end]):
            begin += 1
    return list(range(begin, end))


def _after(words: Sequence[str], start: int, head_end: int) -> list[int]:
    """Places of what is said of a head behind its verb, up to where another clause begins."""
    verb = head_end
    if tuple(words[verb : verb + 2]) in _DO_NOT:
        verb += 2
    titled = words[verb : verb + 1] == [":"] and (not start or not words[start - 1].isalpha())
    if not titled and (verb >= len(words) or words[verb] not in _VERBS):
        return []
    end = verb + 1
    while end < len(words) and words[end] not in _STOPS:
        if words[end] in _VERBS and words[end - 1] not in _GOES_ON:
            # another subject has come in between: what it is lies behind the last joint
            while end > verb and words[end] not in _GOES_ON:
                end -= 1
            break
        end += 1
    return list(range(head_end, end))


def _modifiers(
    words: Sequence[str], places: Sequence[int], modifiers: Mapping[Words, str]
) -> Iterator[Mention]:
    """Known modifiers at these places, the longest first."""
    free = set(places)
    for length in (2, 1):
        for start in places:
            span = range(start, start + length)
            term = modifiers.get(tuple(words[start : start + length]))
            if term is not None and free.issuperset(span):
                free.difference_update(span)
                yield Mention(start, start + length, term)


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
