"""What a cohort's metadata and tables say, as the documents need it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rdface.cohort.cohort import Cohort, CohortInfo
from rdface.cohort.describe import CohortSummary, describe_cohort
from rdface.cohort.small_cells import hide_small
from rdface.cohort.subgroups import Subgroups, count_subgroups

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class CohortFacts:
    """Facts for all documents; nothing in them is guessed.

    Attributes:
        info: ``cohort.yaml``.
        sha256: The cohort's hash.
        summary: Counts; those of groups are not fit to be published, see ``subgroups``.
        subgroups: Counts of groups, small ones hidden.
        columns: Columns of ``images.csv``.
        filled: Column of ``images.csv`` to the number of images that have a value.
        values: Column to its values and their numbers, for ``consent``, ``source``,
            ``data_use``, ``permitted_use``, ``ethics`` and ``restored``; most first. Values of
            fewer patients than may be shown are one entry, ``""``.
        n_conditions_described: Conditions with facial HPO terms.
    """

    info: CohortInfo
    sha256: str
    summary: CohortSummary
    subgroups: Subgroups
    columns: tuple[str, ...]
    filled: dict[str, int]
    values: dict[str, dict[str, int]]
    n_conditions_described: int

    @property
    def condition_sizes_shown(self) -> bool:
        """Whether it may be said how many conditions have how many images.

        No condition is named there; but where all conditions whose numbers are hidden have equally
        many images, these would be known.
        """
        totals = self.subgroups.single["condition"].row_totals
        sizes = {self.summary.images_per_condition[name] for name, n in totals.items() if n.hidden}
        return len(sizes) != 1

    @property
    def extra(self) -> dict[str, Any]:
        """Keys of ``cohort.yaml`` that rdface does not know by itself."""
        return dict(self.info.model_extra or {})

    @property
    def written(self) -> dict[str, str]:
        """Answers that a person wrote: key ``datasheet``, flat or in levels."""
        found = self.extra.get("datasheet")
        return dict(_flat(found, "")) if isinstance(found, dict) else {}


_SHOWN = ("consent", "source", "data_use", "permitted_use", "ethics", "restored")


def gather_facts(cohort: Cohort, *, smallest: int) -> CohortFacts:
    """Count once what the documents are made of.

    Args:
        cohort: The cohort.
        smallest: Counts of fewer patients are hidden (:mod:`rdface.cohort.small_cells`).
    """
    images = cohort.images
    columns = tuple(map(str, images.columns))
    return CohortFacts(
        info=cohort.info,
        sha256=cohort.sha256,
        summary=describe_cohort(cohort),
        subgroups=hide_small(count_subgroups(cohort), smallest=smallest),
        columns=columns,
        filled={column: int((images[column] != "").sum()) for column in columns},
        values={column: _tally(images, column, smallest) for column in _SHOWN if column in columns},
        n_conditions_described=int((cohort.conditions["facial_hpo"] != "").sum()),
    )


def _tally(images: pd.DataFrame, column: str, smallest: int) -> dict[str, int]:
    """Values with their images; many images of few patients are few people all the same."""
    stated = images[images[column] != ""]
    counts = Counter(map(str, stated[column]))
    people = stated.groupby(column)["patient_id"].nunique()
    listed = {value: n for value, n in counts.most_common() if people[value] >= smallest}
    rest = sum(counts.values()) - sum(listed.values())
    return listed | ({"": rest} if rest else {})


def _flat(levels: dict[Any, Any], before: str) -> list[tuple[str, str]]:
    found = []
    for key, value in levels.items():
        name = f"{before}{key}"
        if isinstance(value, dict):
            found += _flat(value, f"{name}.")
        elif value is not None and str(value).strip():
            found.append((name, " ".join(str(value).split())))
    return found
