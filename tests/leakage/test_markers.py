"""Canary: worlds in which only a leak can tell the conditions apart.

In each world the test rows carry a mark that makes them easy, if and only if a certain statistic
was fitted with them. The honest model must stay at chance (1 in 10), the leaky twin must not. The
worlds are first shown to work with a pipeline written here, then put through ``fit_fold`` itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

from rdface.learners import LEARNERS, Preparation, fit_fold
from rdface.learners.learner import Learner
from rdface.learners.model import choose_model
from rdface.protocols import PROTOCOLS, FoldRows

K = 10
N = 400
ROWS = FoldRows(np.arange(0, 160), np.arange(160, 240), np.arange(240, 400))
CHANCE = 0.25
"""Upper bound for "at chance": 160 test rows at 1 in 10 exceed it once in 10^7."""

Matrix = np.ndarray


@dataclass
class World:
    """Rows with a statistic that only the test rows betray."""

    x: Matrix
    labels: Matrix
    preparation: Preparation
    learner: Learner


def noise_world(rng: np.random.Generator) -> tuple[Matrix, Matrix, Matrix]:
    """Labels, weak noise, and each row's one-hot signal in the first K of 60 features."""
    labels = np.tile(np.arange(K), N // K)
    return labels, rng.normal(size=(N, 60)), np.eye(60)[labels]


def centring(rng: np.random.Generator) -> World:
    """Test pictures come from another camera: a shift that drowns the angle between rows."""
    labels, noise, signal = noise_world(rng)
    x = 0.1 * noise + signal
    x[ROWS.test] += 300 * rng.normal(size=60)
    return World(x, labels, Preparation(centre=True, unit=True), LEARNERS.get("prototype")())


def scaling(rng: np.random.Generator) -> World:
    """Fifty noisy features become enormous in the test rows only."""
    labels, noise, signal = noise_world(rng)
    x = 0.1 * noise + signal
    x[ROWS.test, K:] *= 1e4
    return World(x, labels, Preparation(scale=True, unit=True), LEARNERS.get("prototype")())


def components(rng: np.random.Generator) -> World:
    """The signal lies in directions that are too faint in training to be kept."""
    labels, noise, signal = noise_world(rng)
    x = noise * np.where(np.arange(60) < K, 1e-3, 1.0) + 1e-2 * signal
    x[ROWS.test] += 1e3 * signal[ROWS.test]
    return World(x, labels, Preparation(whiten=K - 1, unit=True), LEARNERS.get("prototype")())


def covariance(rng: np.random.Generator) -> World:
    """Nuisance that the covariance within conditions would cancel, had it seen it."""
    labels, noise, signal = noise_world(rng)
    x = 0.1 * noise + signal
    nuisance = rng.normal(size=(5, 60))
    x[ROWS.test] += 1e3 * rng.normal(size=(len(ROWS.test), 5)) @ nuisance
    return World(x, labels, Preparation(), LEARNERS.get("lda")(shrinkage=1e-9))


def prototypes(rng: np.random.Generator) -> World:
    """Each test row has a mark of its own; training is noise."""
    labels, noise, _ = noise_world(rng)
    own = np.zeros((N, len(ROWS.test)))
    own[ROWS.test] = np.eye(len(ROWS.test))
    x = np.hstack([0.01 * noise, own])
    return World(x, labels, Preparation(unit=True), LEARNERS.get("prototype")())


def accuracy(world: World, statistics: Matrix, training: Matrix) -> float:
    """Top-1 of a model whose preparation saw ``statistics`` and whose learner ``training``."""
    fitted = world.preparation.fit(world.x[statistics])
    world.learner.fit(fitted.apply(world.x[training]), world.labels[training], n_conditions=K)
    scores = world.learner.scores(fitted.apply(world.x[ROWS.test]))
    return float(np.mean(scores.argmax(axis=1) == world.labels[ROWS.test]))


DEVELOPMENT = np.concatenate([ROWS.train, ROWS.validation])
EVERYTHING = np.arange(N)


def statistics_leak(world: World) -> float:
    """The preparation is fitted on all rows."""
    return accuracy(world, EVERYTHING, DEVELOPMENT)


def training_leak(world: World) -> float:
    """The learner is fitted on all rows."""
    return accuracy(world, DEVELOPMENT, EVERYTHING)


def batch_leak(world: World) -> float:
    """Test rows are centred by their own mean, as a batch statistic would."""
    x = world.x.copy()
    for part in (DEVELOPMENT, ROWS.test):
        x[part] -= x[part].mean(axis=0)
    return accuracy(replace(world, x=x), DEVELOPMENT, DEVELOPMENT)


@pytest.mark.parametrize(
    ("make", "leak"),
    [
        (centring, batch_leak),
        (scaling, statistics_leak),
        (components, statistics_leak),
        (covariance, training_leak),
        (prototypes, training_leak),
    ],
)
def test_a_mark_on_test_rows_helps_the_leaky_twin_only(
    rng: np.random.Generator,
    make: Callable[[np.random.Generator], World],
    leak: Callable[[World], float],
) -> None:
    """Honest: at chance. Positive control: the same pieces, fitted with the test rows."""
    world = make(rng)
    assert accuracy(world, DEVELOPMENT, DEVELOPMENT) < CHANCE
    assert leak(world) > 0.9


@pytest.mark.parametrize("learner", LEARNERS.names())
@pytest.mark.parametrize("make", [centring, scaling, covariance, prototypes])
def test_fit_fold_stays_at_chance(
    rng: np.random.Generator, make: Callable[[np.random.Generator], World], learner: str
) -> None:
    """The whole fold, with every choice that it makes, cannot use any of these marks."""
    world = make(rng)
    found = fit_fold({"made": world.x}, world.labels, ROWS, learner=learner, n_conditions=K)
    top1 = np.mean(found.scores.argmax(axis=1) == world.labels[ROWS.test])
    assert top1 < CHANCE


def with_the_worlds_settings(monkeypatch: pytest.MonkeyPatch, world: World) -> str:
    """Leave ``fit_fold`` no other preparation or grid than the world's; the learner's name."""
    kind = type(world.learner)
    monkeypatch.setattr(kind, "preparations", (world.preparation,))
    name = next(name for name in LEARNERS.names() if LEARNERS.get(name) is kind)
    if name == "lda":
        monkeypatch.setattr(kind, "grid", [{"shrinkage": 1e-9}])
    return name


def fold_accuracy(world: World, learner: str) -> float:
    """Top-1 of the real ``fit_fold``."""
    found = fit_fold({"made": world.x}, world.labels, ROWS, learner=learner, n_conditions=K)
    return float(np.mean(found.scores.argmax(axis=1) == world.labels[ROWS.test]))


@pytest.mark.parametrize("make", [centring, scaling, components, covariance, prototypes])
def test_fit_fold_stays_at_chance_with_the_worlds_settings(
    rng: np.random.Generator,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[np.random.Generator], World],
) -> None:
    """With its own grid a fold might avoid the step that is to be tested; here it cannot."""
    world = make(rng)
    assert fold_accuracy(world, with_the_worlds_settings(monkeypatch, world)) < CHANCE


@pytest.mark.parametrize("make", [scaling, components])
def test_control_a_fit_fold_with_statistics_of_all_rows_is_caught(
    rng: np.random.Generator,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[np.random.Generator], World],
) -> None:
    """The real ``fit_fold``, sabotaged in one place."""
    world = make(rng)
    learner = with_the_worlds_settings(monkeypatch, world)
    fit = Preparation.fit
    monkeypatch.setattr(Preparation, "fit", lambda self, _: fit(self, world.x))
    assert fold_accuracy(world, learner) > 0.9


@pytest.mark.parametrize("learner", LEARNERS.names())
def test_a_marker_of_the_test_images_helps_nobody(
    make_cohort,  # noqa: ANN001
    rng: np.random.Generator,
    learner: str,
) -> None:
    """End to end: cohort, strict folds, learner, ensemble.

    Two backbones of noise write the condition on every test image of the fold, in features that
    are empty elsewhere. All must stay at chance; in the leaky twin one image of each test patient
    is in training, and most conditions are read off (not all, for noise chose the preparation).
    """
    images = make_cohort(K, 5, 2)
    labels = pd.factorize(images["condition"])[0]
    patient = pd.factorize(images["patient_id"])[0]
    honest: list[dict[str, Matrix]] = []
    leaky: list[dict[str, Matrix]] = []
    for fold in PROTOCOLS.get("strict")(images, seed=0, repeats=1).folds:
        rows = fold.rows(list(images["image_id"]))
        features = {}
        for backbone in ("first", "second"):
            mark = np.zeros((len(images), K))
            mark[rows.test, labels[rows.test]] = 30.0
            features[backbone] = np.hstack([rng.normal(size=(len(images), 20)), mark])
        _, first = np.unique(patient[rows.test], return_index=True)
        moved = np.isin(np.arange(len(rows.test)), first)
        train = np.concatenate([rows.train, rows.test[moved]])
        for found, division in (
            (honest, rows),
            (leaky, rows._replace(train=train, test=rows.test[~moved])),
        ):
            scores = fit_fold(features, labels, division, learner=learner, n_conditions=K)
            found.append(
                {
                    name: part.argmax(axis=1) == labels[division.test]
                    for name, part in {**scores.parts, "ensemble": scores.scores}.items()
                }
            )
    for name in ("first", "second", "ensemble"):
        assert np.concatenate([hits[name] for hits in honest]).mean() < CHANCE
        assert np.concatenate([hits[name] for hits in leaky]).mean() > 0.6


def twins(rng: np.random.Generator, images: pd.DataFrame) -> tuple[Matrix, Matrix]:
    """Embeddings that know the patient and nothing of the condition."""
    patient = pd.factorize(images["patient_id"])[0]
    labels = pd.factorize(images["condition"])[0]
    faces = rng.normal(size=(patient.max() + 1, 40))
    return faces[patient] + 0.01 * rng.normal(size=(len(images), 40)), labels


def test_patients_seen_before_help_only_where_they_are_divided(
    make_cohort,  # noqa: ANN001
    rng: np.random.Generator,
) -> None:
    """Outer split (F1): at chance under strict; the paper's division recognises the patients."""
    images = make_cohort(K, 5, 3)
    x, labels = twins(rng, images)
    reached = {}
    for name, options in (
        ("strict", {}),
        ("paper", {}),
        ("paper by image", {"divide_by": "image"}),
    ):
        split = PROTOCOLS.get(name.split()[0])(images, seed=0, **options)
        hits = []
        for fold in split.folds[:5]:
            rows = fold.rows(list(images["image_id"]))
            found = fit_fold({"made": x}, labels, rows, learner="knn", n_conditions=K)
            hits.append(found.scores.argmax(axis=1) == labels[rows.test])
        reached[name] = np.concatenate(hits).mean()
    assert reached["strict"] < CHANCE
    assert reached["paper"] < CHANCE
    assert reached["paper by image"] > 0.8


def test_the_inner_split_divides_no_patient(make_cohort, rng: np.random.Generator) -> None:  # noqa: ANN001
    """Validation is at chance too; the leaky twin, an inner split by image, is nearly perfect."""
    images = make_cohort(K, 5, 3)
    x, labels = twins(rng, images)
    fold = PROTOCOLS.get("strict")(images, seed=0).folds[0]
    rows = fold.rows(list(images["image_id"]))
    honest = fit_fold({"made": x}, labels, rows, learner="knn", n_conditions=K)
    assert honest.chosen["made"]["validation_mrr"] < 0.5
    mixed = rng.permutation(np.concatenate([rows.train, rows.validation]))
    train, validation = mixed[: len(rows.train)], mixed[len(rows.train) :]
    _, leaky = choose_model(
        LEARNERS.get("knn"),
        x[train],
        labels[train],
        x[validation],
        labels[validation],
        n_conditions=K,
    )
    assert leaky > 0.8
