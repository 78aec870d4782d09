"""Canary: probes and rare conditions move nothing in the metric of a gallery, to the last bit."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from rdface.learners.gallery import METRICS, answer_fold, learn_metric, make_metric
from rdface.protocols.gallery import GalleryRows, divide_gallery

Matrix = np.ndarray


class World(NamedTuple):
    """Embeddings, conditions, patients, and a fold."""

    x: Matrix
    y: Matrix
    patients: Matrix
    rows: GalleryRows


@pytest.fixture
def world(make_cohort: Callable[[int, int, int], pd.DataFrame], rng: np.random.Generator) -> World:
    """Ten conditions of five patients, two pictures each, of which four keep three patients."""
    table = make_cohort(10, 5, 2)
    few = table["condition"].isin(sorted(set(table["condition"]))[:4])
    table = table[~(few & table["patient_id"].str.contains(r"\.p[34]$"))]
    split = divide_gallery(table, seed=1)
    y, patients = (
        np.unique(table[name].to_numpy(dtype=str), return_inverse=True)[1]
        for name in ("condition", "patient_id")
    )
    x = 2 + rng.normal(size=(len(table), 12)) + rng.normal(size=(10, 12))[y]
    return World(x, y, patients, split.folds[0].rows(list(table["image_id"])))


def scrambled(world: World, rows: Matrix) -> World:
    """Other embeddings and other labels in these rows."""
    rng = np.random.default_rng(1)
    x, y = world.x.copy(), world.y.copy()
    x[rows] = 50 * rng.normal(size=(len(rows), x.shape[1])) ** 3
    y[rows] = (y[rows] + 3) % 10
    return world._replace(x=x, y=y)


def metric_of(name: str, world: World) -> tuple[bytes, object]:
    """What is learnt, to the bit."""
    found = learn_metric(
        make_metric(name),
        world.x,
        world.y,
        world.patients,
        train=world.rows.train,
        validation=world.rows.validation,
    )
    return found.projection.apply(np.eye(12) + 1).tobytes(), found.chosen


@pytest.mark.parametrize("name", METRICS.names())
def test_neither_probes_nor_rare_conditions_move_the_metric(name: str, world: World) -> None:
    outside = np.concatenate([world.rows.rare, world.rows.probes])
    assert metric_of(name, world) == metric_of(name, scrambled(world, outside))


@pytest.mark.parametrize("name", METRICS.names())
def test_other_probes_and_the_labels_of_probes_move_no_score(name: str, world: World) -> None:
    """Change all probes but the first, and every probe's label."""
    learner = make_metric(name)
    before = answer_fold(learner, *world, n_conditions=10).scores[0]
    changed = scrambled(world, world.rows.probes[1:])
    changed.y[world.rows.probes] = -999
    after = answer_fold(learner, *changed, n_conditions=10).scores[0]
    assert np.array_equal(before, after)


@pytest.mark.parametrize("name", METRICS.names())
def test_a_rare_case_moves_the_score_of_its_own_condition_alone(name: str, world: World) -> None:
    """It joins by being filed, so that nobody else's place changes but by it."""
    learner = make_metric(name)
    rare = sorted(set(world.y[world.rows.rare]))
    moved = world.rows.rare[world.y[world.rows.rare] == rare[0]]
    x = world.x.copy()
    x[moved] = -x[moved]
    before, after = (
        answer_fold(learner, *each, n_conditions=10).scores for each in (world, world._replace(x=x))
    )
    others = np.arange(10) != rare[0]
    np.testing.assert_allclose(before[:, others], after[:, others], atol=1e-12)
    assert not np.allclose(before[:, rare[0]], after[:, rare[0]])


@pytest.mark.parametrize("name", sorted(set(METRICS.names()) - {"cosine"}))
def test_control_a_metric_of_all_rows_is_caught(name: str, world: World) -> None:
    """The leaky twin: rare cases and probes among what is fitted."""
    rows = world.rows
    outside = np.concatenate([rows.rare, rows.probes])
    leaky = world._replace(rows=rows._replace(train=np.concatenate([rows.train, outside])))
    assert metric_of(name, leaky) != metric_of(name, scrambled(leaky, outside))


def test_control_a_point_chosen_by_probes_is_caught(world: World) -> None:
    """The inner split replaced by the probes."""
    rows = world.rows
    leaky = world._replace(rows=rows._replace(validation=rows.probes))
    assert metric_of("lda", leaky) != metric_of("lda", scrambled(leaky, rows.probes))
