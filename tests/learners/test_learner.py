"""What every registered learner keeps to."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from rdface.learners import LEARNERS

every_learner = pytest.mark.parametrize("name", LEARNERS.names())


@every_learner
def test_only_untrained_conditions_score_minus_infinity(clusters, name: str) -> None:  # noqa: ANN001
    """Condition 5 has no training row; one row is enough for a finite score."""
    x, y, x_test, _ = clusters
    for point in LEARNERS.get(name).grid:
        scores = LEARNERS.get(name)(**point).fit(x, y, n_conditions=7).scores(x_test)
        assert scores.shape == (25, 7)
        assert scores.dtype == np.float64
        assert np.isneginf(scores[:, 5]).all()
        assert np.isfinite(np.delete(scores, 5, axis=1)).all()


@every_learner
def test_clusters_are_found(clusters, name: str) -> None:  # noqa: ANN001
    """Far above the 1 in 6 of chance."""
    x, y, x_test, y_test = clusters
    kind = LEARNERS.get(name)
    prepared = kind.preparations[0].fit(x)
    model = kind(**kind.grid[0]).fit(prepared.apply(x), y, n_conditions=7)
    assert np.mean(model.scores(prepared.apply(x_test)).argmax(axis=1) == y_test) > 0.7


@every_learner
def test_the_names_of_conditions_do_not_matter(clusters, name: str, rng) -> None:  # noqa: ANN001
    """Renumbered conditions give the same scores in other columns."""
    x, y, x_test, _ = clusters
    new = rng.permutation(7)
    kind = LEARNERS.get(name)
    plain = kind(**kind.grid[0]).fit(x, y, n_conditions=7).scores(x_test)
    renamed = kind(**kind.grid[0]).fit(x, new[y], n_conditions=7).scores(x_test)
    np.testing.assert_allclose(renamed[:, new], plain, rtol=1e-3, atol=1e-3)


@every_learner
def test_a_path_is_its_points(clusters, name: str) -> None:  # noqa: ANN001
    """Sharing work over the grid changes no more than an optimiser's tolerance does."""
    x, y, x_test, _ = clusters
    kind = LEARNERS.get(name)
    path = kind.fit_path(x, y, n_conditions=7, grid=kind.grid)
    for point, learner in zip(kind.grid, path, strict=True):
        alone = kind(**point).fit(x, y, n_conditions=7)
        np.testing.assert_allclose(
            np.delete(learner.scores(x_test), 5, axis=1),
            np.delete(alone.scores(x_test), 5, axis=1),
            rtol=0.05,
            atol=0.05,
        )


@every_learner
def test_it_copes_with_rows_that_tell_nothing(name: str) -> None:
    """All rows equal: no NaN, no crash, whatever the preparation."""
    kind = LEARNERS.get(name)
    x, y = np.ones((6, 5)), np.array([0, 0, 1, 1, 2, 2])
    for preparation in kind.preparations:
        prepared = preparation.fit(x)
        learner = kind(**kind.grid[0]).fit(prepared.apply(x), y, n_conditions=3)
        assert np.isfinite(learner.scores(prepared.apply(x))).all()


@every_learner
def test_two_conditions_are_told_apart(rng: np.random.Generator, name: str) -> None:
    """Every point of the grid, alone and on a path; scores are not all equal."""
    kind = LEARNERS.get(name)
    y = np.repeat([1, 3], 8)
    x, x_test = (6.0 * np.eye(4, 10)[y] + rng.normal(size=(16, 10)) for _ in "ab")
    alone = [kind(**point).fit(x, y, n_conditions=4) for point in kind.grid]
    for learner in [*alone, *kind.fit_path(x, y, n_conditions=4, grid=kind.grid)]:
        scores = learner.scores(x_test)
        assert (scores.argmax(axis=1) == y).all()
        assert np.isneginf(scores[:, [0, 2]]).all()


@every_learner
def test_one_condition_is_no_obstacle(rng: np.random.Generator, name: str) -> None:
    """Finite for the only one that was trained, whatever the number of its rows."""
    kind = LEARNERS.get(name)
    for n_rows in (1, 5):
        x, y = rng.normal(size=(n_rows, 4)), np.full(n_rows, 1)
        for learner in kind.fit_path(x, y, n_conditions=2, grid=kind.grid):
            scores = learner.scores(rng.normal(size=(3, 4)))
            assert np.isfinite(scores[:, 1]).all()
            assert np.isneginf(scores[:, 0]).all()


def test_importing_the_folders_is_cheap() -> None:
    """Neither scikit-learn nor pandas nor SciPy comes with the import, nor with the registry."""
    code = (
        "import sys, rdface.protocols, rdface.learners, rdface.metrics;"
        "rdface.learners.LEARNERS.names(); rdface.protocols.PROTOCOLS.names();"
        "print(*sorted({'sklearn', 'pandas', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
