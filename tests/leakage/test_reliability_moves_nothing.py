"""Canaries for what judges reliability: judged rows move nothing that was fitted on training rows.

Calibration, test, unseen and control rows are all "test rows" of a world's fold. Each is changed
wildly, but for one image of each role; the scores, novelty and choices of those must not move.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from rdface.bench.jobs import Job, Materials, do_job, keep_outcomes, read_outcome
from rdface.bench.reliability.open_set import encounter
from rdface.bench.reliability.table import ReliabilityTable
from rdface.learners import LEARNERS, fit_fold
from rdface.learners.novelty import NOVELTY, novelty_of_fold
from rdface.protocols import FoldRows

N_CONDITIONS = 8
ROLES = {"calibration": range(48, 60), "test": range(60, 72), "unseen": range(72, 96)}
CONTROLS = range(96, 108)


@pytest.fixture
def world(rng: np.random.Generator) -> tuple[dict[str, np.ndarray], np.ndarray, FoldRows]:
    """48 rows of six conditions train; two conditions are unseen, twelve controls have none."""
    labels = np.concatenate(
        [np.tile(np.arange(6), 12), np.repeat([6, 7], 12), np.full(len(CONTROLS), -1)]
    )
    centres = np.concatenate([rng.normal(size=(N_CONDITIONS, 20)), np.zeros((1, 20))])
    features = {
        name: (3 + noise * rng.normal(size=(108, 20)) + centres[labels]).astype(np.float32)
        for name, noise in (("first", 2.0), ("second", 3.0))
    }
    judged = np.concatenate([np.array(rows) for rows in (*ROLES.values(), CONTROLS)])
    return features, labels, FoldRows(np.arange(36), np.arange(36, 48), judged)


@pytest.mark.parametrize("learner", LEARNERS.names())
def test_judged_rows_move_neither_scores_nor_novelty_nor_choices(world, learner: str) -> None:  # noqa: ANN001
    """To the bit, for every learner and every novelty score, alone and in an ensemble."""
    features, labels, rows = world
    rng = np.random.default_rng(1)
    watched = np.array([part[0] for part in (*ROLES.values(), CONTROLS)])
    others = np.setdiff1d(rows.test, watched)
    changed = {name: x.copy() for name, x in features.items()}
    for x in changed.values():
        x[others] = 50 * rng.normal(size=(len(others), x.shape[1])) ** 3
    relabelled = labels.copy()
    relabelled[rows.test] = -999
    place = np.flatnonzero(np.isin(rows.test, watched))

    def fitted(x: dict[str, np.ndarray], y: np.ndarray) -> tuple[object, ...]:
        done = fit_fold(x, y, rows, learner=learner, n_conditions=N_CONDITIONS, refit=True)
        strange = novelty_of_fold(x, y, rows, names=NOVELTY.names())
        return (
            done.scores[place].tobytes(),
            done.chosen,
            {name: values[place].tobytes() for name, values in strange.items()},
        )

    assert fitted(features, labels) == fitted(changed, relabelled)


@pytest.mark.parametrize("name", NOVELTY.names())
def test_control_a_novelty_score_fitted_on_all_rows_is_caught(world, name: str) -> None:  # noqa: ANN001
    """The leaky twin, which proves that the canary can sing."""
    features, labels, rows = world
    leaky = rows._replace(train=np.arange(108))
    changed = {key: x.copy() for key, x in features.items()}
    changed["first"][rows.test[1:]] *= -7
    before, after = (
        novelty_of_fold(x, labels, leaky, names=[name])[name][0] for x in (features, changed)
    )
    honest = [novelty_of_fold(x, labels, rows, names=[name])[name][0] for x in (features, changed)]
    # A nearest image is the image itself where it was trained on: its distance is 0 whatever else.
    assert before != after or before == pytest.approx(0, abs=1e-6)
    assert honest[0] == honest[1]


def table_of(rng: np.random.Generator) -> ReliabilityTable:
    """Two models, both worlds, every role."""
    rows = []
    for fold in range(2):
        for role, world, n in (
            ("calibration", "closed", 12),
            ("test", "closed", 10),
            ("unaffected", "closed", 8),
            ("calibration", "open", 12),
            ("test", "open", 10),
            ("unseen", "open", 9),
        ):
            rows += [(f"{role}{i}", fold, world, role) for i in range(n)]
    ids, folds, worlds, roles = zip(*rows, strict=True)
    scores = rng.normal(size=(len(rows), 5)).astype(np.float32)
    truth = np.array([f"C{i % 5}" for i in range(len(rows))], dtype=object)
    truth[np.array(roles) == "unaffected"] = ""
    return ReliabilityTable(
        image_ids=np.array(ids, dtype=object),
        patient_ids=np.array(ids, dtype=object),
        truth=truth,
        repeat=np.zeros(len(rows), dtype=np.int64),
        fold=np.array(folds),
        training_count=np.ones(len(rows), dtype=np.int64),
        world=np.array(worlds, dtype=object),
        role=np.array(roles, dtype=object),
        conditions=tuple(f"C{i}" for i in range(5)),
        scores=scores,
        novelty={"knn_distance": rng.normal(size=len(rows)).astype(np.float32)},
    )


@pytest.mark.parametrize("strangers", ["unseen", "unaffected"])
def test_the_temperature_is_moved_by_the_calibration_rows_of_its_own_model_alone(
    rng: np.random.Generator, strangers: str
) -> None:
    """Not by test images, strangers, the other world or the other model."""
    table = table_of(rng)
    world = "open" if strangers == "unseen" else "closed"
    mine = table.rows(world, "calibration") & (table.fold == 0)
    judged = table.rows(world, "test") | table.rows(world, strangers)

    def strangeness(changed: np.ndarray) -> np.ndarray:
        """Of the first test image of model 0, after other rows were changed."""
        scores, truth = table.scores.copy(), table.truth.copy()
        scores[changed] = scores[changed] * 9 + 3
        truth[changed & (truth != "")] = "C0"
        met = encounter(dataclasses.replace(table, scores=scores, truth=truth), strangers)
        assert met is not None
        return np.array([met.strangeness[name][0] for name in ("max_softmax", "energy")])

    first = np.zeros(len(table), dtype=bool)
    first[np.flatnonzero(judged)[0]] = True
    before = strangeness(np.zeros(len(table), dtype=bool))
    assert np.array_equal(before, strangeness(~mine & ~first))
    assert not np.array_equal(before, strangeness(mine))


def test_the_probe_is_moved_by_none_of_the_rows_that_it_judges(tmp_path: Path) -> None:
    """Held-out controls, calibration and test rows; its own training controls do move it."""
    rng = np.random.default_rng(3)
    features = {"a": rng.normal(size=(60, 6)).astype(np.float32)}
    labels = np.concatenate([np.arange(40) % 4, np.full(20, -1)])
    features["a"][labels < 0] += 0.7
    fold = FoldRows(np.arange(16), np.arange(16, 24), np.arange(24, 60))
    probe = FoldRows(
        np.concatenate([fold.train, np.arange(40, 50)]),
        np.concatenate([fold.validation, np.arange(50, 55)]),
        np.concatenate([np.arange(24, 40), np.arange(55, 60)]),
    )

    def strangeness(x: dict[str, np.ndarray]) -> np.ndarray:
        materials = Materials(x, labels, (fold,), 4, True, probes={0: probe})
        part = tmp_path / "part.npz"
        job = Job("prototype", 0, {"a": part})
        keep_outcomes(job, do_job(materials, job))
        outcome = read_outcome(part)
        assert outcome is not None
        return outcome.novelty["probe"]

    def changed(rows: np.ndarray) -> dict[str, np.ndarray]:
        x = features["a"].copy()
        x[rows] = -30 * x[rows] ** 3
        return {"a": x}

    before = strangeness(features)
    judged = np.isfinite(before)
    assert fold.test[judged].tolist() == sorted(probe.test)
    for watched in (0, len(fold.test) - 1):
        others = np.setdiff1d(probe.test, fold.test[watched])
        assert strangeness(changed(others))[watched] == before[watched]
    assert strangeness(changed(np.arange(40, 45)))[0] != before[0]
