"""Deletion and insertion tell a map that knows from one that does not."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.explain.deletion import area, deletion_test
from rdface.explain.explanation import verdict
from rdface.explain.saliency import draw_map
from tests.explain.toys import PLANTED, SIDE, TOWARDS, Toy, picture


def true_map() -> np.ndarray:
    values = np.zeros((SIDE, SIDE))
    values[PLANTED] = 1.0
    return values


def test_the_true_map_beats_every_random_order_both_ways() -> None:
    test = deletion_test(picture(), true_map(), Toy(), TOWARDS, "mean")
    assert test.deletion_gain > 0
    assert test.insertion_gain > 0
    assert test.p_deletion == test.p_insertion == pytest.approx(1 / 20)
    assert "better than all 19" in verdict(test)


def test_a_map_turned_over_is_worse_than_chance_and_is_told_so() -> None:
    test = deletion_test(picture(), -true_map(), Toy(), TOWARDS, "mean")
    assert test.deletion_gain < 0
    assert test.insertion_gain < 0
    assert verdict(test).startswith("no better than chance")


def test_a_map_of_noise_is_rarely_called_better_than_chance() -> None:
    """One in twenty by the test's own level; of 40 maps of noise at most 6 (p < 0.02)."""
    rng = np.random.default_rng(0)
    crop, toy = picture(), Toy()
    called = sum(
        deletion_test(crop, rng.normal(size=(SIDE, SIDE)), toy, TOWARDS, "mean", seed=k).p_deletion
        <= 0.05
        for k in range(40)
    )
    assert called <= 6


def test_the_curves_begin_and_end_with_the_whole_and_the_blank_picture() -> None:
    crop, toy = picture(), Toy()
    test = deletion_test(crop, true_map(), toy, TOWARDS, "blur", steps=6, orders=3)
    whole = TOWARDS.of_pictures(toy, crop[None])[0]
    assert test.deletion[0] == test.insertion[-1] == whole
    assert (test.random[:, 0] == whole).all()
    assert test.deletion[-1] == test.insertion[0]
    assert test.random.shape == (3, 7)


def test_it_is_one_call_and_follows_its_seed() -> None:
    toy = Toy()
    first = deletion_test(picture(), true_map(), toy, TOWARDS, "blur", seed=3)
    assert toy.calls == 1
    second = deletion_test(picture(), true_map(), Toy(), TOWARDS, "blur", seed=3)
    np.testing.assert_array_equal(first.random, second.random)
    other = deletion_test(picture(), true_map(), Toy(), TOWARDS, "blur", seed=4)
    assert not np.array_equal(first.random, other.random)


def test_the_occlusion_map_of_a_toy_passes_its_own_test() -> None:
    """Map and test together, as `rdface explain` runs them."""
    values = draw_map("occlusion", picture(), Toy(), TOWARDS).values
    test = deletion_test(picture(), values, Toy(), TOWARDS, "blur")
    assert test.p_deletion <= 0.05
    assert test.p_insertion <= 0.05


def test_the_area_of_a_straight_line_is_its_middle() -> None:
    assert area(np.linspace(1, 0, 11)) == pytest.approx(0.5)
