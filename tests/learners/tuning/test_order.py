"""Batches and budgets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdface.errors import UsageError
from rdface.learners.tuning import Recipe
from rdface.learners.tuning.order import Order, batches


def order(n_real: int, n_synthetic: int = 0, **settings: object) -> Order:
    synthetic = np.arange(n_real + n_synthetic) >= n_real
    rows = np.arange(n_real + n_synthetic)
    return Order(rows, synthetic, Recipe(**settings), np.random.default_rng(0))


def flat(steps: list[list[np.ndarray]]) -> list[int]:
    return np.concatenate([rows for step in steps for rows in step]).tolist()


@given(n=st.integers(2, 200), size=st.integers(2, 40))
def test_every_row_once_and_no_batch_of_one(n: int, size: int) -> None:
    """The invariant that BatchNorm and the paper's epochs need."""
    parts = batches(np.arange(n), size)
    assert np.concatenate(parts).tolist() == list(range(n))
    assert min(map(len, parts)) >= 2
    assert all(len(part) == size for part in parts[:-1])
    assert len(parts[-1]) <= size + 1


def test_an_incomplete_batch_is_kept_and_a_single_image_joins_the_batch_before() -> None:
    """343 images of the paper: ten batches of 32, and 23."""
    assert [len(part) for part in batches(np.arange(343), 32)] == [32] * 10 + [23]
    assert [len(part) for part in batches(np.arange(65), 32)] == [32, 33]
    assert [len(part) for part in batches(np.arange(1), 32)] == [1]
    assert batches(np.arange(0), 32) == []


def test_epochs_are_permutations_that_differ() -> None:
    """Each image once an epoch."""
    drawn = order(20, batch=8)
    one, two = flat(drawn.epoch()), flat(drawn.epoch())
    assert sorted(one) == sorted(two) == list(range(20))
    assert one != two


def test_accumulated_batches_make_one_step() -> None:
    """Seven batches by three: steps of three, three and one."""
    steps = order(7 * 4, batch=4, accumulate=3).epoch()
    assert [len(step) for step in steps] == [3, 3, 1]


def test_a_budget_of_steps_is_that_of_the_real_images() -> None:
    """F8: ten times as many synthetic images change neither steps nor images an epoch."""
    real, merged = order(50, batch=16, budget="steps"), order(50, 500, batch=16, budget="steps")
    seen: list[int] = []
    for _ in range(11):
        one, two = real.epoch(), merged.epoch()
        assert [len(rows) for step in one for rows in step] == [
            len(rows) for step in two for rows in step
        ]
        seen += flat(two)
    assert sorted(seen) == list(range(550))  # successive parts of one permutation
    assert sorted(flat(merged.epoch())) != sorted(seen[:50])


def test_without_synthetic_images_both_budgets_are_the_same() -> None:
    """To the row."""
    one, two = (order(50, batch=16, budget=budget) for budget in ("epochs", "steps"))
    for _ in range(3):
        assert flat(one.epoch()) == flat(two.epoch())


def test_the_state_goes_on_where_it_was_taken() -> None:
    """In the middle of a permutation, with draws of augmentation in between."""
    one = order(30, 70, batch=16, budget="steps")
    one.epoch()
    one.rng.random(5)
    state = one.state()
    two = order(30, 70, batch=16, budget="steps")
    two.restore(state)
    for _ in range(5):
        assert flat(one.epoch()) == flat(two.epoch())
        assert one.rng.random() == two.rng.random()


def test_too_few_images_are_refused() -> None:
    """In words."""
    with pytest.raises(UsageError, match="1 training images are too few"):
        order(1)
    with pytest.raises(UsageError, match="of which a fold has 0") as caught:
        order(0, 20, budget="steps")
    assert "budget: epochs" in str(caught.value.hint)
