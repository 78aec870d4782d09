"""A JSON object in an answer: alone, in a code fence, amid prose, not quite valid, or cut short."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, Final

from rdface.phenotype.reading.headings import keys_of

_TRAILING: Final = re.compile(r",(\s*[}\]])")
_PAIR: Final = re.compile(
    r'"([A-Za-z][A-Za-z _/&]{0,60})"\s*:\s*"((?:[^"\\]|\\.)*)("|\Z)', re.DOTALL
)
_LIST: Final = re.compile(r'"([A-Za-z][A-Za-z _/&]{0,60})"\s*:\s*\[([^\]]*)(\]|\Z)', re.DOTALL)
_STRING: Final = re.compile(r'"((?:[^"\\]|\\.)+)"', re.DOTALL)
_CURLY: Final = str.maketrans({"“": '"', "”": '"', "„": '"'})
DEPTH: Final = 3
"""How deep an object may lie in others (`{"report": {...}}`)."""
NAMES: Final = ("name", "condition", "disease", "diagnosis", "syndrome")


@dataclass(frozen=True)
class FromJson:
    """What a JSON answer says.

    Attributes:
        sections: Key to text.
        suspected: The list of conditions, where it was a list; else None.
        broken: Whether it was not valid and had to be mended.
    """

    sections: dict[str, str] = field(default_factory=dict)
    suspected: tuple[str, ...] | None = None
    broken: bool = False


def json_sections(text: str) -> FromJson | None:
    """Sections of the first object of a report in a text; None where there is none."""
    if "{" not in text:
        return None
    for candidate in (text, text.translate(_CURLY)):
        found = _parsed(candidate)
        if found is not None:
            return _sections(found, broken=False)
    salvaged = _salvaged(text)
    return _sections(salvaged, broken=True) if salvaged else None


def _parsed(text: str) -> dict[str, Any] | None:
    """The first valid object with a key of a report; commas too many are forgiven."""
    decoder = json.JSONDecoder(strict=False)
    for source in (text, _TRAILING.sub(r"\1", text)):
        # A few tries: prose may hold braces too, and a text of braces alone must not take long.
        starts = [match.start() for match in re.finditer(r"\{", source)][:8]
        for start in starts:
            try:
                value, _ = decoder.raw_decode(source, start)
            except (ValueError, RecursionError):
                continue
            found = _report_in(value, DEPTH)
            if found is not None:
                return found
    return None


def _report_in(value: object, depth: int) -> dict[str, Any] | None:
    if not isinstance(value, dict) or not depth:
        return None
    if any(keys_of(str(key)) for key in value):
        return value
    inner = (_report_in(one, depth - 1) for one in value.values())
    return next((one for one in inner if one is not None), None)


def _salvaged(text: str) -> dict[str, Any]:
    """Pairs that can be read out of broken JSON."""
    found: dict[str, Any] = {}
    for match in _PAIR.finditer(text):
        if keys_of(match[1]):
            found.setdefault(match[1], _unescaped(match[2]))
    for match in _LIST.finditer(text):
        if keys_of(match[1]):
            found.setdefault(match[1], [_unescaped(one[1]) for one in _STRING.finditer(match[2])])
    return found


def _unescaped(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return text


def _sections(found: dict[str, Any], *, broken: bool) -> FromJson:
    sections: dict[str, str] = {}
    suspected: tuple[str, ...] | None = None
    for name, value in found.items():
        for key in keys_of(str(name)):
            if key == "suspected_conditions" and isinstance(value, list):
                suspected = tuple(filter(None, (_named(one) for one in value)))
            said = _said(value).strip()
            if key == "suspected_conditions" and isinstance(value, list) and not said:
                said = "None"
            if said:
                sections[key] = f"{sections[key]}\n{said}" if key in sections else said
    return FromJson(sections, suspected, broken)


def _named(value: object) -> str:
    if isinstance(value, dict):
        named = (value[key] for key in value if str(key).lower() in NAMES)
        return str(next(named, "")).strip()
    return _said(value).strip()


def _said(value: object, depth: int = DEPTH) -> str:
    """Whatever JSON holds, as lines of text."""
    if value is None or not depth:
        return ""
    if isinstance(value, dict):
        return "\n".join(f"{key}: {_said(one, depth - 1)}" for key, one in value.items())
    if isinstance(value, list):
        return "\n".join(filter(None, (_said(one, depth - 1) for one in value)))
    return str(value)
