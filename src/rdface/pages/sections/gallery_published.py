"""What GestaltMatcher published, beside numbers that cannot be held against it."""

from __future__ import annotations

from dataclasses import dataclass

from rdface.bench.gallery import Setting
from rdface.bench.gallery.measure import name_of
from rdface.metrics.measures import TOP_K
from rdface.pages.evidence import run_name
from rdface.pages.gallery_evidence import GalleryEvidence, metric_of
from rdface.pages.sections.gallery_settings import (
    FREQUENT_IN_FREQUENT,
    RARE_IN_ALL,
    RARE_IN_RARE,
    title_of,
)
from rdface.pages.wording import points

GESTALTMATCHER: dict[Setting, tuple[str, ...]] = {
    FREQUENT_IN_FREQUENT: ("43.71", "65.16", "73.76", "85.29"),
    RARE_IN_RARE: ("31.84", "48.71", "57.06", "70.55"),
    RARE_IN_ALL: ("19.77", "32.56", "38.57", "49.89"),
}
"""Macro top-1, 5, 10 and 30, per cent, as printed: Hsieh et al., Nature Genetics 54 (2022)."""


@dataclass(frozen=True)
class PublishedRow:
    """A line of the table; cells are macro top-1, 5, 10 and 30 of each setting, per cent."""

    name: str
    note: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Published:
    """The table.

    Attributes:
        settings: Heads of its groups of columns.
        theirs: GestaltMatcher.
        ours: The best run, and the raw cosine of its backbone.
        chance: On the cohort of these runs.
    """

    settings: tuple[str, ...]
    theirs: PublishedRow
    ours: tuple[PublishedRow, ...]
    chance: PublishedRow


def beside_gestaltmatcher(evidence: GalleryEvidence) -> Published:
    """The settings that GestaltMatcher has, too."""
    best, cohort = evidence.best, evidence.best.result.cohort.name
    raw = (run for run in evidence.by_backbone[best.result.backbone] if metric_of(run) == "cosine")
    names = [name_of(setting, f"top{k}_macro") for setting in GESTALTMATCHER for k in TOP_K]
    return Published(
        tuple(title_of(setting) for setting in GESTALTMATCHER),
        PublishedRow(
            "GestaltMatcher",
            "published; photographs of patients",
            tuple(cell for cells in GESTALTMATCHER.values() for cell in cells),
        ),
        tuple(
            PublishedRow(
                run_name(run),
                f"here; {cohort}",
                tuple(points(run.result.metrics[name].value) for name in names),
            )
            for run in dict.fromkeys((best, *raw))
        ),
        PublishedRow(
            "chance",
            f"here; {cohort}",
            tuple(points(best.result.chance[name]) for name in names),
        ),
    )
