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
from typing import Final, Literal

from rdface.phenotype.lexicon import Lexicon, face_lexicon
from rdface.phenotype.mentions import IMPLIED, Sentence, mentions, sentences
from rdface.phenotype.report import Finding
from rdface.phenotype.scope import SPANS, cut_clauses, language, mark_states
from rdface.phenotype.sections import REGIONS

State = Literal["present", "excluded", "not assessable"]

LONGEST: Final = 20_000
"""Characters of a section that are read; a report of 1024 tokens has about 5,000."""

_STATES: Final[tuple[State, ...]] = ("present", "excluded", "not assessable")
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
    r"judged|determined)|(unable|not able) to (assess|see|evaluate)|not (clearly |fully )?visible|"
    r"out of view|not in view)\b",
    re.IGNORECASE,
)
_ORDINARY: Final = re.compile(r"\b(ordinary|normal|unremarkable|typical)\b", re.IGNORECASE)


def recognise(text: str, section: str, lexicon: Lexicon | None = None) -> tuple[Finding, ...]:
    """The terms that one section speaks of, each once, in the order of the text.

    Where a section contradicts itself, present goes before excluded, and that before not
    assessable. The evidence is the sentence. What lies behind :data:`LONGEST` is not read.

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
    for sentence in sentences(text[:LONGEST]):
        for term, state in _judged(sentence, names, section):
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
    words = next((each.text for each in sentences(text) if match[0] in each.text), match[0])
    for finding in others:
        if finding.term not in known:
            yield finding.model_copy(update={"section": eye, "evidence": words})


def is_not_assessable(text: str) -> bool:
    """Whether a section says that its region cannot be seen, and nothing else of it.

    Raises:
        UsageError: The extra ``phenotype`` is not installed.
        WeightsError: The file of synonyms is not on this machine.
    """
    if not _UNSEEN.search(text):
        return False
    parts = re.split(r"[.;\n]+", text)
    if any(_ORDINARY.search(part) and not _UNSEEN.search(part) for part in parts):
        return False  # what could be seen of it is told: that is a finding (flaw F15)
    return all(each.state == "not assessable" for each in recognise(text, ""))


def _judged(sentence: Sentence, names: Lexicon, section: str) -> Iterator[tuple[str, State]]:
    hits = mentions(sentence, names, IMPLIED.get(section, ()))
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
