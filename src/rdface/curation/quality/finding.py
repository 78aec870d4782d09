"""What a check finds, and the register of checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rdface.registry import Registry

if TYPE_CHECKING:
    from rdface.curation.quality.evidence import Evidence


@dataclass(frozen=True)
class Finding:
    """One thing for a person to look at; never a verdict.

    Attributes:
        check: Name of the check.
        images: Ids of the picture, or of the two pictures.
        score: What was measured.
        threshold: What it was held against.
        words: What was seen, in plain words.
        weight: How far beyond the threshold, for sorting: larger is worse.
    """

    check: str
    images: tuple[str, ...]
    score: float
    threshold: float
    words: str
    weight: float


Run = Callable[["Evidence"], Iterable[Finding]]


@dataclass(frozen=True)
class Check:
    """A check, its title for people, what it looks for, and where that comes from.

    Attributes:
        name: As in ``findings.csv``.
        title: Heading on the page.
        about: One or two sentences: the measure, and what it cannot see.
        source: Paper or standard of the measure.
        group: Part of the page.
        run: Gives the findings.
    """

    name: str
    title: str
    about: str
    source: str
    group: str
    run: Run


GROUPS: Final = ("copies", "people", "faces", "table", "text")
"""Order of the page."""
CHECKS: Registry[Check] = Registry("check", "rdface.curation.quality.checks")


def check(name: str, title: str, *, group: str, about: str, source: str) -> Callable[[Run], Run]:
    """Register a function from evidence to findings; a decorator."""

    def file(run: Run) -> Run:
        CHECKS.register(name)(Check(name, title, about, source, group, run))
        return run

    return file


def all_checks() -> list[Check]:
    """Every check, in the order of the page."""
    checks = [CHECKS.get(name) for name in CHECKS.names()]
    return sorted(checks, key=lambda each: (GROUPS.index(each.group), each.name))
