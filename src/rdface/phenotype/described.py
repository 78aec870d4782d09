"""A cohort with the reports on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rdface.errors import UsageError
from rdface.phenotype.report import Report
from rdface.phenotype.report_files import read_about, read_reports

if TYPE_CHECKING:
    from rdface.cohort import Cohort


@dataclass(frozen=True, eq=False)
class Described:
    """A cohort, its reports by image id, and what ``about.json`` says of them."""

    cohort: Cohort
    reports: Mapping[str, Report]
    about: Mapping[str, Any]

    def __post_init__(self) -> None:
        strange = sorted(set(self.reports) - set(self.cohort.image_ids))
        if strange:
            raise UsageError(
                f"There is a report on {strange[0]!r}, which {self.cohort.info.name} has not.",
                hint="Give the cohort that was described; about.json names it.",
            )


def read_described(folder: Path, cohort: Cohort) -> Described:
    """Reports with the very cohort that they are on.

    Args:
        folder: That ``rdface describe`` has written.
        cohort: Which was described.

    Raises:
        UsageError: There are no reports, or they are on another cohort.
        RunError: A file was altered.
    """
    about = read_about(folder)
    origin = about.get("cohort") or {}
    if origin.get("sha256", cohort.sha256) != cohort.sha256:
        raise UsageError(
            f"The reports in {folder} are on {origin['name']} {origin['version']}, which is not"
            f" this {cohort.info.name} {cohort.info.version}.",
            hint="Name the very cohort that was described; its SHA-256 stands in about.json.",
        )
    keys = set(zip(cohort.images["image_id"], cohort.images["sha256"], strict=True))
    reports = read_reports(folder, keys)
    return Described(cohort, {report.image_id: report for report in reports}, about)
