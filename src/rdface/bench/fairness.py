"""A run by groups of its cohort: sex, age band, ancestry, region, and crossings of two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pandas as pd

from rdface.bench.predictions import Ids, Predictions
from rdface.bench.result import Run
from rdface.cohort import GROUPINGS, Cohort, groups_of
from rdface.cohort.groups import CROSS, in_order
from rdface.errors import RunError, UsageError
from rdface.metrics import Outcomes, Subgroups, holm
from rdface.metrics.bootstrap import N_RESAMPLES
from rdface.metrics.measures import measures
from rdface.metrics.small_samples import FEWEST_PATIENTS
from rdface.metrics.subgroups import Division, judge
from rdface.metrics.subgroups.division import N_PERMUTATIONS

CLOSED_SET = "closed-set recognition"


@dataclass(frozen=True)
class Finding:
    """One metric by one grouping.

    Attributes:
        by: The grouping, ``sex`` or ``sex x ancestry``.
        metric: Its name.
        found: Values, gap and uncorrected test.
        p_value: Of the test, corrected by Holm over all groupings that were tested.
    """

    by: str
    metric: str
    found: Subgroups
    p_value: float | None


@dataclass(frozen=True)
class TooSmall:
    """A crossing that is not judged, since a cell has fewer than 20 patients.

    Attributes:
        by: The crossing.
        cells: Patients of each cell.
    """

    by: str
    cells: dict[str, int]

    @property
    def smallest(self) -> int:
        """Patients of the smallest cell."""
        return min(self.cells.values())


@dataclass(frozen=True)
class Fairness:
    """All that is said of a run's groups.

    Attributes:
        run: The run.
        findings: By grouping, then metric, in the order asked for.
        too_small: Crossings that are not judged.
        unknown: Groupings of which the cohort says nothing for the tested images.
        n_permutations: Of each test.
    """

    run: Run
    findings: tuple[Finding, ...]
    too_small: tuple[TooSmall, ...]
    unknown: tuple[str, ...]
    n_permutations: int


def metric_names(run: Run) -> list[str]:
    """The metrics that can be asked for: those over all test images."""
    return [measure.name for measure in measures(_outcomes(run.predictions), band_edges=None)]


def fairness(
    run: Run,
    cohort: Cohort,
    *,
    by: Sequence[str] = GROUPINGS,
    metrics: Sequence[str] | None = None,
    crossed: bool = True,
    n_resamples: int = N_RESAMPLES,
    n_permutations: int = N_PERMUTATIONS,
    seed: int = 0,
) -> Fairness:
    """Judge a run by groups; see :mod:`rdface.metrics.subgroups` for what is computed.

    Crossings of two groupings are judged only where every cell has at least 20 patients. Holm's
    correction runs over the groupings and crossings, for each metric by itself.

    Args:
        run: Of closed-set recognition.
        cohort: The one that was tested (:func:`rdface.bench.tested.tested_cohort`).
        by: Groupings, see :data:`rdface.cohort.GROUPINGS`; crossings may be asked for by name.
        metrics: By default all of :func:`metric_names`.
        crossed: Whether all pairs of ``by`` are looked at too.
        n_resamples: Of the bootstraps.
        n_permutations: Of each test.
        seed: Of both.

    Raises:
        RunError: The run is of another task, or tested images that the cohort lacks.
        UsageError: There is no such grouping or metric.
    """
    if run.result.task != CLOSED_SET:
        raise RunError(
            f"{run.folder} is a run of {run.result.task}; groups are judged for {CLOSED_SET} only.",
            hint="Episodes of a few conditions hold too few patients of any group.",
        )
    predictions = run.predictions
    outcomes = _outcomes(predictions)
    known = {measure.name: measure for measure in measures(outcomes, band_edges=None)}
    wanted = list(dict.fromkeys(metrics if metrics is not None else known))
    for name in wanted:
        if name not in known:
            raise UsageError(f"There is no metric {name!r}.", hint=f"Known: {', '.join(known)}.")
    groupings = list(dict.fromkeys(by))
    pairs = combinations([one for one in groupings if CROSS not in one], 2) if crossed else ()
    groupings += [name for a, b in pairs if (name := f"{a}{CROSS}{b}") not in groupings]
    made: list[Finding] = []
    too_small, unknown = [], []
    for grouping in groupings:
        labels = image_groups(predictions.image_ids, cohort, grouping)
        division = Division.of(
            outcomes.image,
            outcomes.patient,
            outcomes.truth,
            labels,
            names=in_order(labels),
            n_resamples=n_resamples,
            n_permutations=n_permutations,
            seed=seed,
        )
        cells = dict(zip(division.names, division.n_patients.tolist(), strict=True))
        if not cells:
            unknown += [grouping] if CROSS not in grouping else []
            continue
        if CROSS in grouping and min(cells.values()) < FEWEST_PATIENTS:
            too_small.append(TooSmall(grouping, cells))
            continue
        for name in wanted:
            found = judge(division, known[name].values, macro=known[name].macro)
            made.append(Finding(grouping, name, found, found.p_value))
    findings = tuple(_corrected(made, wanted))
    return Fairness(run, findings, tuple(too_small), tuple(unknown), n_permutations)


def image_groups(image_ids: Ids, cohort: Cohort, by: str) -> Ids:
    """The group of each row's image, by the cohort's own table: ``object [M]``.

    Raises:
        RunError: The cohort has no such image.
    """
    labels = pd.Series(groups_of(cohort.images, by), index=cohort.images["image_id"], dtype=object)
    missing = set(image_ids) - set(labels.index)
    if missing:
        raise RunError(
            f"The cohort {cohort.info.name} has no image {min(missing)!r}, which was tested."
        )
    return np.asarray(labels.loc[list(image_ids)].to_numpy(dtype=object))


def _outcomes(predictions: Predictions) -> Outcomes:
    return Outcomes.from_scores(*predictions.arrays)


def _corrected(made: list[Finding], metrics: Sequence[str]) -> list[Finding]:
    """Holm over the groupings, each metric by itself."""
    corrected: dict[tuple[str, str], float] = {}
    for name in metrics:
        tested = [
            (one.by, one.p_value) for one in made if one.metric == name and one.p_value is not None
        ]
        p_values = holm([p for _, p in tested])
        corrected |= {(by, name): p for (by, _), p in zip(tested, p_values, strict=True)}
    return [replace(one, p_value=corrected.get((one.by, one.metric))) for one in made]
