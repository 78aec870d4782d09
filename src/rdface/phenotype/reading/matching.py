"""Which condition of a cohort a name means that a report gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Final

from rdface.errors import UsageError
from rdface.registry import nearest

if TYPE_CHECKING:
    import pandas as pd

Score = Callable[[str, str], float]

_FILLER: Final = frozenset({"syndrome", "disease", "disorder", "the", "of", "type", "like", "s"})


def names_of_conditions(conditions: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Condition -> its full name and its short one, from a cohort's table."""
    pairs = zip(conditions["condition"], conditions["name"], strict=True)
    return {str(key): (str(name), str(key)) for key, name in pairs}


def match_condition(
    name: str, conditions: Mapping[str, Sequence[str]], method: str = "tolerant"
) -> str | None:
    """The condition that fits a name best, by one of :data:`MATCHES`; None where none does.

    Args:
        name: As a report gives it.
        conditions: Condition -> its names; see :func:`names_of_conditions`.
        method: ``tolerant`` or ``paper``.

    Raises:
        UsageError: There is no such method, or rapidfuzz is missing.
    """
    if method not in MATCHES:
        raise UsageError(
            f"There is no way {method!r} to match names of conditions.",
            hint=f"{nearest(method, MATCHES)} Known: {', '.join(MATCHES)}.".lstrip(),
        )
    least, score = MATCHES[method]
    best, chosen = least, None
    for condition, names in conditions.items():
        reached = max((score(name, known) for known in names if known), default=0.0)
        if reached > best or (chosen is None and reached >= least):
            best, chosen = reached, condition
    return chosen


def match_conditions(
    names: Iterable[str], conditions: Mapping[str, Sequence[str]], method: str = "tolerant"
) -> tuple[str | None, ...]:
    """:func:`match_condition` of each name, in order: a rank of the report stays a rank."""
    known = dict(conditions)
    return tuple(match_condition(name, known, method) for name in names)


def _tolerant(name: str, known: str) -> float:
    """Likeness of the words that tell conditions apart, whatever their order; 100 is the same.

    Words such as "syndrome" are left out: they make any two names alike. A short name (NS) and a
    name with a number (type 2) must be the same letters and numbers.
    """
    fuzz = _fuzz()
    one, other = _words(name), _words(known)
    if not one or not other or _numbers(one) != _numbers(other):
        return 0.0
    if min(len(" ".join(one)), len(" ".join(other))) <= 4:
        return 100.0 if one == other else 0.0
    return float(fuzz.token_sort_ratio(" ".join(one), " ".join(other)))


def _paper(name: str, known: str) -> float:
    """The paper's partial fuzzy match: the best-fitting stretch of the longer text."""
    return float(_fuzz().partial_ratio(name.lower(), known.lower()))


MATCHES: Final[Mapping[str, tuple[float, Score]]] = {
    "tolerant": (88.0, _tolerant),
    "paper": (80.0, _paper),
}
"""Name -> least score that counts, and the score. ``paper`` takes many a name for another (a
partial match of "syndrome" alone reaches it); it is there to recompute the paper's number."""


def _words(name: str) -> list[str]:
    words = re.findall(r"[^\W_]+", name.lower().replace("’", "'").replace("'s", ""))
    kept = [word for word in words if word not in _FILLER]
    return kept or words


def _numbers(words: Sequence[str]) -> set[str]:
    roman = {"i", "ii", "iii", "iv", "v", "vi"}
    return {word for word in words if word.isdigit() or word in roman or len(word) == 1}


def _fuzz() -> ModuleType:
    try:
        from rapidfuzz import fuzz
    except ImportError as error:
        raise UsageError(
            "Matching names of conditions needs rapidfuzz.", hint="Install rdface[phenotype]."
        ) from error
    return fuzz
