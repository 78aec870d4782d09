"""Mass, hits and the contrast: chance gives nothing, a planted place gives much."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdface.errors import UsageError
from rdface.explain.pointing import hits, mass_in, own_against_others, widened

GROUPS = ("eyes", "eyes", "nose", "mouth")


@given(st.integers(0, 10_000))
def test_an_even_map_has_a_regions_share_of_the_area(seed: int) -> None:
    """And a map without any positive place says no more than that either."""
    region = np.random.default_rng(seed).random((12, 9)) < 0.3
    assert mass_in(np.ones((12, 9)), region) == pytest.approx(region.mean())
    assert mass_in(-np.ones((12, 9)), region) == pytest.approx(region.mean())


def test_a_hit_may_lie_just_beside_the_region_and_not_farther() -> None:
    region = np.zeros((40, 40), dtype=bool)
    region[10:14, 10:14] = True
    for column, expected in ((12, True), (15, True), (19, False)):
        values = np.zeros((40, 40))
        values[12, column] = 1
        assert hits(values, region) is expected
    assert widened(region).sum() > region.sum()


def test_maps_that_follow_a_place_and_not_a_change_have_no_contrast() -> None:
    """All maps of a child are one: however much they favour a region, nothing is its own."""
    rng = np.random.default_rng(0)
    favour = np.array([0.5, 0.4, 0.05, 0.05])
    table = np.tile(favour, (30, 4, 1)) * rng.uniform(0.8, 1.2, (30, 1, 4))
    found = own_against_others(table, GROUPS)
    assert found.value == pytest.approx(0, abs=1e-12)
    assert found.p == 1.0


def test_maps_of_their_own_change_have_one() -> None:
    rng = np.random.default_rng(0)
    table = rng.uniform(0, 0.2, (30, 4, 4)) + 0.3 * np.eye(4)
    found = own_against_others(table, GROUPS)
    assert found.low < 0.3 < found.high
    assert found.low > 0.2
    assert found.n == 30
    assert found.p == pytest.approx(1 / 2000)


def test_one_group_can_be_asked_for() -> None:
    """Only the nose's map points."""
    table = np.zeros((10, 4, 4))
    table[:, 2, 2] = 0.5
    assert own_against_others(table, GROUPS, only="nose").value == pytest.approx(0.5)
    assert own_against_others(table, GROUPS, only="eyes").value == 0.0


def test_noise_is_significant_as_seldom_as_it_should_be() -> None:
    """60 worlds of noise at the 10 % level: at most 13 (p < 0.01)."""
    rng = np.random.default_rng(1)
    called = sum(
        own_against_others(rng.random((8, 4, 4)), GROUPS, seed=k).p <= 0.1 for k in range(60)
    )
    assert called <= 13


@pytest.mark.parametrize("shape", [(0, 4, 4), (3, 4, 3), (3, 2, 2)])
def test_what_cannot_be_compared_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(UsageError):
        own_against_others(np.zeros(shape), ("eyes",) * shape[1])
