"""Keys and codes of ``cohort.yaml`` that are nearly those that rdface knows.

A key of another tool is kept. One that is nearly a term is refused: whoever wrote it thinks that
the pictures are protected, and nothing would keep to it. One that is nearly another key is noted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from rdface.cohort.cohort import CohortInfo
from rdface.cohort.terms import normal_code

_TERMS = ("forbids", "consent_expires", "data_use", "evaluation_only", "permitted_use")
_OTHERS = ("patients", "pool_of", "citation")
_NEAR_A_TERM, _NEAR = 0.85, 0.75
"""Likeness by ``difflib``: ``forbid`` and ``forbids`` have 0.92, ``forbidden`` 0.75."""


def mistyped_terms(info: CohortInfo) -> Iterator[tuple[str, str]]:
    """Key and what is wrong with it: keys that are nearly terms, and codes of the wrong form."""
    for key in info.model_extra or {}:
        term = _near(key, _TERMS, _NEAR_A_TERM)
        if term:
            yield key, f"is no key that rdface knows, so nothing would keep to it: write {term!r}"
    for code in info.data_use:
        if normal_code(code).startswith("DUO") and not _is_code(code):
            yield "data_use", f"{code!r} is no code such as DUO:0000021, with seven digits"


def doubtful_keys(info: CohortInfo) -> list[str]:
    """What to look at again in a ``cohort.yaml`` that is sound, a sentence each."""
    known = (*_TERMS, *_OTHERS, *CohortInfo.model_fields)
    near = {key: _near(key, known, _NEAR) for key in info.model_extra or {}}
    notes = [
        f"cohort.yaml: {key!r} is no key that rdface knows; is {one!r} meant?"
        for key, one in near.items()
        if one
    ]
    return notes + [
        f"cohort.yaml: data_use {code!r} is no code such as DUO:0000021; nothing keeps to it."
        for code in info.data_use
        if not _is_code(code)
    ]


def _is_code(code: str) -> bool:
    return re.fullmatch(r"DUO:[0-9]{7}", normal_code(code)) is not None


def _near(key: str, known: tuple[str, ...], cutoff: float) -> str:
    """The known key that is meant, if any; none for a key that is known itself."""
    if key in known:
        return ""
    plain = re.sub(r"[\s-]+", "_", key.strip().lower())
    return next(iter(get_close_matches(plain, known, n=1, cutoff=cutoff)), "")
