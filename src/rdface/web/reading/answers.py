"""What the runs said: of one image, and of one condition."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rdface.bench import Predictions, Run
from rdface.metrics import top_k, true_ranks
from rdface.metrics.small_samples import effective_number, wilson_interval
from rdface.pages.confusions import intrusion
from rdface.pages.evidence import RANKED_BY, run_name
from rdface.web.reading.said import Said

FIRST = 3
"""Conditions of an answer that are named."""
LISTED = 5
"""Length of the list that accuracy and confusions are about."""
TASKS_APART = ("few-shot", "gallery")
"""Tasks whose predictions are tables of another kind."""


class Listed(Said):
    """A condition on the lists of an image.

    Attributes:
        condition: Abbreviation.
        name: In full.
        place: Mean place over the tests of the image; ties share the worse place.
    """

    condition: str
    name: str
    place: float


class Answer(Said):
    """What one run said of one image.

    Attributes:
        run: Its name among the explorer's runs.
        name: Backbone and learner.
        protocol: Who was trained on whom.
        places: Of the true condition, in the order of the repeats; each time the model had not
            been trained on the image.
        candidates: Conditions on the list.
        trained_on: Training images of the true condition, fewest and most over the tests.
        first: The first conditions by their mean place.
    """

    run: str
    name: str
    protocol: str
    places: tuple[int, ...]
    candidates: int
    trained_on: tuple[int, int]
    first: tuple[Listed, ...]


class Share(Said):
    """A share of tests with its 95 % interval over patients.

    Attributes:
        value: 0 to 1.
        low: Lower end.
        high: Upper end.
        n: Images.
        n_patients: Patients.
    """

    value: float
    low: float
    high: float
    n: int
    n_patients: int


class RunAccuracy(Said):
    """How often a run finds one condition.

    Attributes:
        run: Its name among the explorer's runs.
        name: Backbone and learner.
        top1: Tests with the condition in the first place.
        top5: Tests with it among the first five.
    """

    run: str
    name: str
    top1: Share
    top5: Share


class Confusion(Said):
    """Another condition that a run takes for this one, or this one for.

    Attributes:
        condition: Abbreviation of the other.
        name: In full.
        share: Of the tests of the true condition, those with the wrong one among the first five.
        n_shared: HPO terms that both have on paper.
    """

    condition: str
    name: str
    share: Share
    n_shared: int


def recognition_runs(runs: Mapping[str, Run]) -> dict[str, Run]:
    """The runs, by name, that rank all conditions for each image, the best first."""

    def order(name: str) -> tuple[float, str]:
        metric = runs[name].result.metrics.get(RANKED_BY)
        return (-metric.value if metric else 1.0, name)

    return {
        name: runs[name]
        for name in sorted(runs, key=order)
        if runs[name].result.task not in TASKS_APART
    }


def answers_on(
    runs: Mapping[str, Run], image_id: str, names: Mapping[str, str]
) -> tuple[Answer, ...]:
    """What each run said of an image; runs that did not test it are left out.

    Args:
        runs: From :func:`recognition_runs`.
        image_id: Of the cohort.
        names: Condition to its name.
    """
    found = []
    for called, run in runs.items():
        p = run.predictions
        rows = np.flatnonzero(p.image_ids == image_id)
        if not len(rows):
            continue
        rows = rows[np.argsort(p.repeat[rows], kind="stable")]
        scores = p.scores[rows]
        # As true_ranks has it: a tie counts as the worse place.
        places = np.array([(row[None] >= row[:, None]).sum(axis=1) for row in scores])
        mean = places.mean(axis=0)
        trained = p.training_count[rows]
        found.append(
            Answer(
                run=called,
                name=run_name(run),
                protocol=str(run.result.protocol.get("name", "")),
                places=tuple(true_ranks(scores, p.truth_index[rows]).tolist()),
                candidates=int(np.isfinite(scores).any(axis=0).sum()),
                trained_on=(int(trained.min()), int(trained.max())),
                first=tuple(
                    Listed(
                        condition=p.conditions[c],
                        name=names.get(p.conditions[c], p.conditions[c]),
                        place=float(mean[c]),
                    )
                    for c in np.argsort(mean, kind="stable")[:FIRST]
                ),
            )
        )
    return tuple(found)


def accuracy_on(called: str, run: Run, condition: str) -> RunAccuracy | None:
    """How often the run of that name finds a condition; None where it was not tested."""
    p = run.predictions
    rows = p.truth == condition
    if not rows.any():
        return None
    ranks = true_ranks(p.scores[rows], p.truth_index[rows])
    return RunAccuracy(
        run=called,
        name=run_name(run),
        top1=_share(top_k(ranks, 1), p, rows),
        top5=_share(top_k(ranks, LISTED), p, rows),
    )


def confusion(run: Run, truth: str, listed: str) -> Share:
    """How often one condition is among the first five in the tests of another.

    As :func:`rdface.pages.confusions.intrusion` has it: ties share the better place.
    """
    p = run.predictions
    rows = p.truth == truth
    own = p.scores[rows][:, [p.conditions.index(listed)]]
    before = (p.scores[rows] > own).sum(axis=1)
    return _share(((before < LISTED) & np.isfinite(own[:, 0])).astype(np.float64), p, rows)


@lru_cache(maxsize=32)
def intrusions(run: Run) -> NDArray[np.float64]:
    """All pairs of conditions, ``[C, C]``: row the truth, column what is among the first five."""
    p = run.predictions
    return intrusion(p.scores, p.truth_index, p.image_index, k=LISTED)


def _share(hits: NDArray[np.float64], p: Predictions, rows: NDArray[np.bool_]) -> Share:
    """Mean over images of the mean over their tests; Wilson's interval on so many patients.

    A patient counts as one trial, and patients with more images weigh more; see
    :mod:`rdface.metrics.small_samples`.
    """
    _, image, tests = np.unique(p.image_index[rows], return_inverse=True, return_counts=True)
    _, patient = np.unique(p.patient_index[rows], return_inverse=True)
    weight = 1 / tests[image]
    value = float(np.average(hits, weights=weight))
    images = np.bincount(patient, weight).astype(np.float64)
    low, high = wilson_interval(value, effective_number(images))
    return Share(value=value, low=low, high=high, n=len(tests), n_patients=len(images))
