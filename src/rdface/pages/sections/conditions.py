"""Condition by condition: which are found, and which are taken for one another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from rdface.metrics import Outcomes, top_k
from rdface.pages.confusions import Pair, Phenotypes, confused_pairs, intrusion, mantel
from rdface.pages.evidence import Evidence
from rdface.pages.figures.frame import Tick, frame, percent_ticks
from rdface.pages.figures.palette import BLUE
from rdface.pages.markup import element, percent, together
from rdface.pages.wording import p_value

K = 5
_PAIRS = 12
_ENDS = 8
_TERMS = 5


@dataclass(frozen=True)
class SharedTerm:
    """A term of both conditions and the number of conditions that have it."""

    label: str
    carriers: int


@dataclass(frozen=True)
class ConfusedPair:
    """Two conditions that stand on each other's lists; shares in whole per cent."""

    first: str
    second: str
    share: str
    share_back: str
    patients_first: int
    patients_second: int
    terms: tuple[SharedTerm, ...]
    n_shared: int


@dataclass(frozen=True)
class ConditionAccuracy:
    """Top-5 accuracy of one condition."""

    name: str
    value: str
    images: int
    patients: int


@dataclass(frozen=True)
class Conditions:
    """The section's content.

    Attributes:
        figure: Top-5 accuracy of every tested condition, sorted.
        n_tested: Conditions in it.
        n_always: Those whose every test succeeded.
        n_never: Those whose every test failed.
        best: The most often found.
        worst: The least often found.
        pairs: The most confused pairs.
        correlation: Rank correlation of confusion and shared phenotype; empty if undefined.
        correlation_p: Its p value as text.
        correlated: Whether it is positive and significant.
    """

    figure: Markup
    n_tested: int
    n_always: int
    n_never: int
    best: tuple[ConditionAccuracy, ...]
    worst: tuple[ConditionAccuracy, ...]
    pairs: tuple[ConfusedPair, ...]
    correlation: str
    correlation_p: str
    correlated: bool


def draw_conditions(evidence: Evidence, phenotypes: Phenotypes) -> Conditions:
    """Break the best run down by condition.

    Args:
        evidence: Runs and cohort.
        phenotypes: Facial terms of the cohort's conditions, in its order.
    """
    p = evidence.best.predictions
    outcomes = Outcomes.from_scores(
        p.scores, p.truth_index, p.image_index, p.patient_index, p.training_count
    )
    tally = outcomes.per_patient(top_k(outcomes.ranks, K), np.ones(len(p), dtype=np.bool_))
    tested = np.unique(p.truth_index)
    images = np.add.reduceat(tally.images, tally.starts)
    accuracy = np.add.reduceat(tally.hits, tally.starts) / images
    patients = np.diff([*tally.starts, len(tally.images)])
    names = [evidence.cohort.condition_names.get(name, name) for name in p.conditions]
    # Among equals, those come first (in both lists) that rest on more images.
    order = sorted(range(len(tested)), key=lambda i: (-accuracy[i], -images[i], names[tested[i]]))
    worst = sorted(range(len(tested)), key=lambda i: (accuracy[i], -images[i], names[tested[i]]))

    def named(index: int) -> ConditionAccuracy:
        return ConditionAccuracy(
            names[tested[index]],
            f"{100 * accuracy[index]:.0f}",
            round(images[index]),
            int(patients[index]),
        )

    ends = min(_ENDS, len(order) // 2)
    share = intrusion(p.scores, p.truth_index, p.image_index, k=K)
    n_patients = dict(zip(tested.tolist(), patients.tolist(), strict=True))
    correlation, p_mantel = _phenotype_correlation(evidence, phenotypes, share, tested)
    return Conditions(
        figure=_columns(accuracy[order]),
        n_tested=len(tested),
        n_always=int(np.sum(accuracy >= 1 - 1e-9)),
        n_never=int(np.sum(accuracy <= 1e-9)),
        best=tuple(named(index) for index in order[:ends]),
        worst=tuple(named(index) for index in worst[:ends]),
        pairs=tuple(
            _pair(evidence, phenotypes, pair, n_patients) for pair in confused_pairs(share, _PAIRS)
        ),
        correlation="" if np.isnan(correlation) else f"{correlation:.2f}".replace("-", "\u2212"),
        correlation_p="" if np.isnan(correlation) else p_value(p_mantel),
        correlated=bool(correlation > 0 and p_mantel <= 0.05),
    )


def _rows(evidence: Evidence) -> list[int]:
    """Row of the cohort's conditions for each condition of the predictions."""
    row = {name: index for index, name in enumerate(evidence.cohort.condition_ids)}
    return [row[name] for name in evidence.best.predictions.conditions]


def _pair(
    evidence: Evidence, phenotypes: Phenotypes, pair: Pair, n_patients: dict[int, int]
) -> ConfusedPair:
    rows = _rows(evidence)
    names = [evidence.cohort.condition_names[name] for name in evidence.best.predictions.conditions]
    shared = phenotypes.shared(rows[pair.first], rows[pair.second])
    return ConfusedPair(
        names[pair.first],
        names[pair.second],
        f"{100 * pair.share:.0f}",
        f"{100 * pair.share_back:.0f}",
        n_patients[pair.first],
        n_patients[pair.second],
        tuple(
            SharedTerm(phenotypes.labels[id_], phenotypes.carriers[id_]) for id_ in shared[:_TERMS]
        ),
        len(shared),
    )


def _phenotype_correlation(
    evidence: Evidence,
    phenotypes: Phenotypes,
    share: NDArray[np.float64],
    tested: NDArray[np.int64],
) -> tuple[float, float]:
    both = share[np.ix_(tested, tested)]
    rows = np.array(_rows(evidence))[tested]
    return mantel((both + both.T) / 2, phenotypes.similarity()[np.ix_(rows, rows)])


def _columns(accuracy: NDArray[np.float64]) -> Markup:
    wide = 1 / len(accuracy)
    drawing = together(
        element(
            "rect",
            x=percent(index * wide),
            y=percent(1 - value),
            width=percent(wide * 0.84),
            height=percent(value),
            fill=BLUE,
        )
        for index, value in enumerate(accuracy.tolist())
    )
    ends = [Tick(0.5 * wide, "1"), Tick(1 - 0.5 * wide, str(len(accuracy)))]
    return frame(
        drawing,
        label=f"Top-{K} accuracy of {len(accuracy)} conditions, from"
        f" {100 * accuracy[0]:.0f} to {100 * accuracy[-1]:.0f} %, median"
        f" {100 * float(np.median(accuracy)):.0f} %",
        x_ticks=ends,
        y_ticks=percent_ticks(),
        x_title="Conditions, the most often found first",
        y_title=f"Tests with the true condition among the first {K}, %",
        height=200,
    )
