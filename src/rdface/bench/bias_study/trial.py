"""One cohort of the study: what each protocol says of each model, and what is true of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rdface.bench.bias_study.draw import Draw
from rdface.bench.bias_study.population import StudyPopulation
from rdface.bench.bias_study.truth import hits_of_models, mix_of, truth_of
from rdface.bench.bias_study.variants import VARIANTS, Variant
from rdface.learners import fit_fold
from rdface.metrics import summarise, true_ranks
from rdface.metrics.measures import TOP_K
from rdface.metrics.ranking import Bools, Floats, Ints
from rdface.protocols import PROTOCOLS, check_leakage
from rdface.protocols.dealing import deal_patients
from rdface.protocols.patients import divisible_patients, subjects_of
from rdface.protocols.split import FoldRows, Split

METRICS = tuple(f"top{k}_{kind}" for kind in ("micro", "macro") for k in TOP_K)
_INNER = 4  # one part in so many chooses the hyper-parameters of the deployed model


@dataclass(frozen=True)
class Outcome:
    """One number of one protocol on one cohort, and the truth beside it.

    Attributes:
        cohort: Number of the cohort.
        variant: Name of the protocol's variant.
        backbone: Name.
        learner: Name.
        metric: ``top1_micro`` ...
        estimate: What the protocol says.
        low: Lower end of its 95 % interval over patients.
        high: Upper end.
        spread: SD over the folds' models, as the paper reports it (F6).
        folds: Number of those.
        same: Truth of the very models that were tested: their mean accuracy on the held-back
            patients, each model and condition weighted as in the test.
        same_error: Standard error of that, for want of more patients.
        deployed: Truth of the model fitted on the whole cohort, conditions weighted likewise.
        n: Test images.
        n_patients: Their patients.
    """

    cohort: int
    variant: str
    backbone: str
    learner: str
    metric: str
    estimate: float
    low: float
    high: float
    spread: float
    folds: int
    same: float
    same_error: float
    deployed: float
    n: int
    n_patients: int


class Fitted(NamedTuple):
    """What one fitted model says.

    Attributes:
        scores: ``float64 [n_test, C]``.
        held: ``int64 [m]``, rank of the true condition of everybody held back.
    """

    scores: Floats
    held: Ints


@dataclass(frozen=True, eq=False)
class Drawn:
    """A cohort with everybody who was not drawn: rows of the cohort come first.

    Attributes:
        images: ``n`` rows, the cohort's table.
        labels: ``intp [n + m]``.
        patients: ``intp [n + m]``.
        features: Backbone to ``[n + m, D]``.
        n_conditions: C.
    """

    images: pd.DataFrame
    labels: NDArray[np.intp]
    patients: NDArray[np.intp]
    features: Mapping[str, NDArray[np.float32]]
    n_conditions: int

    @classmethod
    def of(cls, population: StudyPopulation, draw: Draw) -> Drawn:
        """Take the rows of a draw."""
        rows = np.concatenate([draw.cohort, draw.held])
        return cls(
            population.images.iloc[draw.cohort].reset_index(drop=True),
            population.labels[rows],
            population.patients[rows],
            {name: matrix[rows] for name, matrix in population.features.items()},
            len(population.conditions),
        )

    @property
    def held(self) -> NDArray[np.intp]:
        """Rows of those who are the truth."""
        return np.arange(len(self.images), len(self.labels))

    def fit(self, backbone: str, learner: str, rows: FoldRows, *, refit: bool) -> Fitted:
        """Fit one fold and score its test rows, and everybody held back.

        Every row is scored by itself, so those held back may be scored with the test rows.
        """
        both = FoldRows(rows.train, rows.validation, np.concatenate([rows.test, self.held]))
        found = fit_fold(
            {backbone: self.features[backbone]},
            self.labels,
            both,
            learner=learner,
            n_conditions=self.n_conditions,
            refit=refit,
        )
        test, held = found.scores[: len(rows.test)], found.scores[len(rows.test) :]
        return Fitted(test, true_ranks(held, self.labels[self.held]))

    def truth(self, models: Sequence[Fitted], mix: Floats, k: int) -> tuple[float, float]:
        """Truth in top-k of one or several models, and its standard error.

        Args:
            models: F of them.
            mix: ``[F, C]`` of :func:`~rdface.bench.bias_study.truth.mix_of`.
            k: Length of the list.
        """
        held = self.held
        hits = hits_of_models([model.held <= k for model in models], self.labels[held], mix)
        truth = truth_of(hits, self.labels[held], self.patients[held], self.n_conditions)
        return truth.weighted(mix.sum(axis=0))


def run_trial(
    population: StudyPopulation, draw: Draw, number: int, models: tuple[tuple[str, str], ...]
) -> pd.DataFrame:
    """All outcomes of one cohort.

    Args:
        population: The population.
        draw: The cohort.
        number: Its number.
        models: Pairs of backbone and learner.

    Returns:
        A row per :class:`Outcome`.
    """
    drawn = Drawn.of(population, draw)
    splits = [(variant, _split(variant, drawn.images, number)) for variant in VARIANTS]
    outcomes: list[Outcome] = []
    for backbone, learner in models:
        deployed = drawn.fit(backbone, learner, whole_cohort(drawn), refit=True)
        for variant, split in splits:
            names = (number, variant.name, backbone, learner)
            rows, fitted = _fit_all(drawn, split, backbone, learner)
            outcomes += measure_models(drawn, names, rows, fitted, deployed)
    return pd.DataFrame([asdict(outcome) for outcome in outcomes])


def _split(variant: Variant, images: pd.DataFrame, seed: int) -> Split:
    """Under a seed of its own: with one for all, the same patients would be tested each time."""
    split = PROTOCOLS.get(variant.protocol)(images, seed=seed, **variant.options)
    check_leakage(split, images)
    return split


def whole_cohort(drawn: Drawn) -> FoldRows:
    """A fold without a test, for the model that one would use in the end."""
    subjects = subjects_of(drawn.images)
    fold_of = deal_patients(divisible_patients(subjects, "deployed"), _INNER, 0, "deployed")
    choosing = np.array([fold_of.get(patient) == 0 for _, patient, _ in subjects])
    nobody = np.empty(0, dtype=np.intp)
    return FoldRows(np.flatnonzero(~choosing), np.flatnonzero(choosing), nobody)


def _fit_all(
    drawn: Drawn, split: Split, backbone: str, learner: str
) -> tuple[list[FoldRows], list[Fitted]]:
    ids = drawn.images["image_id"].tolist()
    rows = [fold.rows(ids) for fold in split.folds]
    return rows, [drawn.fit(backbone, learner, one, refit=split.refit) for one in rows]


def measure_models(
    drawn: Drawn,
    names: tuple[int, str, str, str],
    rows: Sequence[FoldRows],
    models: Sequence[Fitted],
    deployed: Fitted,
) -> Iterator[Outcome]:
    """What the test of several models says, and what is true of them.

    Args:
        drawn: The cohort and everybody else.
        names: Number of the cohort, variant, backbone, learner.
        rows: Of each fold.
        models: Fitted in each fold.
        deployed: Fitted on the whole cohort.
    """
    tested = np.concatenate([one.test for one in rows])
    scores = np.concatenate([model.scores for model in models])
    truth = drawn.labels[tested]
    found = summarise(
        scores, truth, tested, drawn.patients[tested], np.ones_like(tested), band_edges=None
    )
    conditions = [drawn.labels[one.test] for one in rows]
    for metric in METRICS:
        k = int(metric.removeprefix("top").split("_")[0])
        mix = mix_of(conditions, drawn.n_conditions, macro=metric.endswith("macro"))
        same, error = drawn.truth(models, mix, k)
        by_fold = [
            _accuracy(true_ranks(model.scores, own) <= k, own, macro=metric.endswith("macro"))
            for model, own in zip(models, conditions, strict=True)
        ]
        estimate = found[metric]
        yield Outcome(
            *names,
            metric=metric,
            estimate=estimate.value,
            low=estimate.low,
            high=estimate.high,
            spread=float(np.std(by_fold, ddof=1)),
            folds=len(by_fold),
            same=same,
            same_error=error,
            deployed=drawn.truth([deployed], mix.sum(axis=0, keepdims=True), k)[0],
            n=estimate.n,
            n_patients=estimate.n_patients,
        )


def _accuracy(right: Bools, condition: NDArray[np.intp], *, macro: bool) -> float:
    """Share of hits of one model, over its test images or averaged within conditions first."""
    if not macro:
        return float(np.mean(right))
    tested = np.bincount(condition)
    met = tested > 0
    return float(np.mean(np.bincount(condition, right)[met] / tested[met]))
