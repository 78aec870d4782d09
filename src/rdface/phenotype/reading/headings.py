"""Headed sections of free text, in the many ways that language models set headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from rdface.phenotype.sections import SECTIONS

_EYES: Final = ("left_eye", "right_eye")
_NAMES: Final[dict[tuple[str, ...], tuple[str, ...]]] = {
    ("overall_impression",): (
        "overall impression",
        "overall facial impression",
        "overall appearance",
        "overall",
        "general impression",
        "general appearance",
        "general",
        "facial gestalt",
        "gestalt",
        "face",
    ),
    ("left_eye",): ("left eye", "left eye region"),
    ("right_eye",): ("right eye", "right eye region"),
    _EYES: ("eyes", "both eyes", "left and right eye", "left and right eyes", "eye region"),
    ("nose",): ("nose", "nasal region", "nose and nasal bridge"),
    ("mouth_and_lips",): (
        "mouth and lips",
        "mouth and lip",
        "lips and mouth",
        "mouth",
        "lips",
        "philtrum",
        "mouth and philtrum",
        "philtrum and mouth",
        "philtrum and lips",
        "mouth and lips and philtrum",
        "philtrum and mouth and lips",
        "perioral region",
    ),
    ("ears",): ("ears", "ear", "left ear", "right ear"),
    ("chin",): ("chin", "chin and jaw", "jaw and chin", "jaw", "jawline", "mandible"),
    ("suspected_conditions",): (
        "suspected conditions",
        "suspected condition",
        "suspected diagnosis",
        "suspected diagnoses",
        "suspected disease",
        "suspected diseases",
        "suspected syndromes",
        "possible conditions",
        "possible diagnoses",
        "potential conditions",
        "potential disease",
        "potential diseases",
        "prediction of potential disease",
        "prediction of potential diseases",
        "predicted potential disease",
        "disease prediction",
        "differential diagnosis",
        "differential diagnoses",
        "differential",
    ),
    ("next_steps",): (
        "next steps",
        "next step",
        "suggested next steps",
        "recommended next steps",
        "diagnostic suggestion",
        "diagnostic suggestions",
        "diagnostic recommendation",
        "diagnostic recommendations",
        "recommendation",
        "recommendations",
        "further evaluation",
    ),
}
_KEYS: Final = {name: keys for keys, names in _NAMES.items() for name in names}

_LINE: Final = re.compile(
    r"""
    [ \t>]*(?P<bar>\|[ \t]*)?
    (?P<bullet>[-*•+‣][ \t]+)?
    (?P<hash>\#{1,6}[ \t]*)?
    (?P<bold>[*_]{1,3}[ \t]*)?
    (?P<number>\(?(?:[0-9]{1,2}|[A-Za-z]|[ivx]{1,4})[.):][ \t]*)?
    (?P<bold2>[*_]{1,3}[ \t]*)?
    (?P<name>[A-Za-z][A-Za-z /&,()'-]{0,60}?)[ \t]*
    (?:
        (?P<colon>[:：])[ \t]*(?:[*_]{1,3})?
      | [*_]{1,3}[ \t]*(?:[:：–—-])?
      | [ \t][–—-][ \t]
      | \|
      | $
    )
    [ \t]*(?P<rest>.*)$
    """,
    re.VERBOSE,
)
_INLINE: Final = re.compile(r"\*\*([A-Za-z][A-Za-z /&]{2,40}):?\*\*")


@dataclass(frozen=True)
class Headed:
    """Sections of a text.

    Attributes:
        sections: Key to text, in the order of the text.
        repeated: Keys whose heading came more than once; the first text is kept.
    """

    sections: dict[str, str] = field(default_factory=dict)
    repeated: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Heading:
    name: str
    keys: tuple[str, ...]
    style: tuple[bool, ...]
    rest: str


def keys_of(heading: str) -> tuple[str, ...]:
    """Sections that a heading stands for; none where it is no heading of a report.

    Example:
        >>> keys_of("MOUTH/LIPS"), keys_of("Prediction of Potential Disease")
        (('mouth_and_lips',), ('suspected_conditions',))
    """
    return _KEYS.get(_normal(heading), ())


def headed_sections(text: str) -> Headed:
    """Sections of a text by its headings; what stands before the first one is left out.

    A heading of the same make that is none of a report ("**Hair:**") ends a section and begins
    none; one of another make ("- Shape:") belongs to its section.
    """
    lines = [_heading(line) for line in _lines(text)]
    styles = {each.style for each in lines if isinstance(each, _Heading) and each.keys}
    given: dict[str, list[tuple[str, list[str]]]] = {}
    into: list[list[str]] = []
    for each in lines:
        if isinstance(each, str):
            content = each
        elif not each.keys and (each.style not in styles or not any(each.style)):
            content = f"{each.name}: {each.rest}".rstrip(": ")
        else:
            into = []
            for key in each.keys:
                given.setdefault(key, []).append((_normal(each.name), []))
                into.append(given[key][-1][1])
            content = each.rest
        for part in into:
            part.append(content)
    return _gathered(given)


def _gathered(given: dict[str, list[tuple[str, list[str]]]]) -> Headed:
    sections, repeated = dict[str, str](), []
    for key in SECTIONS:
        texts: dict[str, str] = {}
        for name, lines in given.get(key, []):
            text = "\n".join(lines).strip().strip("*_#|-").strip()
            if texts.get(name) and text:
                repeated.append(key)
            texts[name] = texts.get(name) or text
        whole = "\n".join(filter(None, texts.values()))
        if whole:
            sections[key] = whole
    return Headed(sections, tuple(dict.fromkeys(repeated)))


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        begin = 0
        for match in _INLINE.finditer(line):
            # "4. **Nose**" is one heading; behind words, a bold one begins a line of its own
            if keys_of(match[1]) and re.search(r"[^\W\d_]", line[begin : match.start()]):
                yield line[begin : match.start()]
                begin = match.start()
        yield line[begin:]


def _heading(line: str) -> _Heading | str:
    match = _LINE.match(line)
    if match is None:
        return line
    bold = bool(match["bold"] or match["bold2"])
    keys = keys_of(match["name"])
    marked = bold or bool(match["hash"])
    ends = match["colon"] or not match["rest"]
    if not keys and not (marked and ends):
        return line
    if keys and not (ends or marked or match["bar"] or match["number"]):
        # "Nose - broad" is one; "Chin and" at the end of a line of prose is not reached here
        if not re.search(r"[ \t][–—-][ \t]", line):
            return line
    style = (bool(match["bullet"]), bool(match["hash"]), bold, bool(match["number"]))
    return _Heading(match["name"], keys, style, match["rest"].strip().strip("|").strip())


def _normal(heading: str) -> str:
    text = re.sub(r"\([^)]*\)", " ", heading.lower().replace("_", " "))
    text = re.sub(r"\s*(?:/|&|,(?:\s*and\b)?)\s*", " and ", text)
    return re.sub(r"[^a-z]+", " ", text).strip()
