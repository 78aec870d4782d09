"""Names of suspected conditions in the text of their section, the likeliest first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

MOST: Final = 20
LONGEST: Final = 120
"""Characters of a name; more than that is prose."""

_MARK: Final = re.compile(r"^\s*(?:[-*•+‣>]\s+|\(?[0-9]{1,2}[.):]\s*|[*_#]+\s*)+")
_INLINE_NUMBER: Final = re.compile(r"(?:^|\s)\(?[0-9]{1,2}[.)]\s+(?=[A-Z*])")
_LEAD: Final = re.compile(
    r"^.*?\b(?:such as|includ(?:e|es|ing)|suggests?|suggestive of|suspicious for|consistent with|"
    r"compatible with|raises? the possibility of|considered?|possibl[ey]|likely)\b[:\s]+",
    re.IGNORECASE,
)
_TAIL: Final = re.compile(
    r"\s*(?:\*\*|__|:\s|\s[–—-]\s|\(|;|\bdue to\b|\bbecause\b|\bgiven\b|\.\s).*$"
)
_NONE: Final = re.compile(
    r"^(?:none|nil|n/?a|unknown|no\b.*|not\b.*|cannot\b.*|unable\b.*|nothing\b.*|-+|"
    r"sorry\b.*|i['’]m\b.*|i (?:am|can|do|will)\b.*)?$",
    re.IGNORECASE,
)
_SPLIT: Final = re.compile(
    r"\s*(?:,\s*(?:and|or)?|\band\b/?(?:\bor\b)?|\bor\b|/\s)\s+", re.IGNORECASE
)
_OPENING: Final = re.compile(r"^(?:a|an|the|possible|probable|likely|suspected)\s+", re.IGNORECASE)


def listed_conditions(text: str) -> tuple[str, ...]:
    """Names in the order of the text, each once; none where it says "none".

    Understands lists of lines, "1. A 2. B", and "features suggestive of A, B or C". What is said
    of a name behind a colon, dash or bracket is left out.

    Example:
        >>> listed_conditions("1. **Noonan syndrome** - wide-set eyes")
        ('Noonan syndrome',)
    """
    names = dict[str, str]()
    for part in _parts(text):
        name = _cleaned(part)
        if name and len(name) <= LONGEST:
            names.setdefault(name.lower(), name)
    return tuple(names.values())[:MOST]


def clean_names(names: Iterable[str]) -> tuple[str, ...]:
    """Names that came as a list, without marks and explanations."""
    kept = {name.lower(): name for name in reversed([_cleaned(one) for one in names]) if name}
    return tuple(reversed(kept.values()))[:MOST]


def _parts(text: str) -> Iterator[str]:
    lines = [line for line in text.splitlines() if line.strip()]
    listed = [line for line in lines if _MARK.match(line)]
    if len(lines) > 1:
        # An introduction or a closing remark beside a list is no name.
        for line in listed or lines:
            yield from [line] if listed or not _prose(line) else _of_prose(line)
        return
    for line in lines:
        numbered = [part for part in _INLINE_NUMBER.split(line) if part.strip()]
        if len(numbered) > 1:
            yield from numbered
        elif ";" in line:
            yield from line.split(";")
        elif _MARK.match(line):
            yield line
        else:
            yield from _of_prose(line)


def _prose(line: str) -> bool:
    return line.rstrip().endswith((".", ":")) or "," in line


def _of_prose(line: str) -> Iterator[str]:
    if line.rstrip().endswith(":"):
        return
    sentence = re.split(r"(?<=[a-z)])\.(?:\s|$)", line.strip(), maxsplit=1)[0]
    if _NONE.match(sentence.strip()):
        return
    yield from _SPLIT.split(_LEAD.sub("", sentence))


def _cleaned(part: str) -> str:
    name = _MARK.sub("", part.strip()).strip("*_ \t")
    name = _TAIL.sub("", name).strip("*_`\"' \t.,:;")
    name = _OPENING.sub("", name)
    return "" if _NONE.match(name) else name
