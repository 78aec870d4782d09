"""The floor deals patients, not pictures, at exactly the n that was asked for."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.metrics.realism import frechet_distance
from rdface.metrics.realism.floor import deal_sides, floor_of, largest_side


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(1, 40))
def test_sides_share_no_patient_and_are_equally_large(seed: int, conditions: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    people = np.repeat(np.arange(30), rng.integers(1, 4, 30))
    strata = people % conditions
    a, b = deal_sides(people, strata, n, rng)
    assert len(a) == len(b) <= n
    assert not set(people[a]) & set(people[b])
    assert len(set(a)) == len(a)


def test_conditions_are_dealt_evenly() -> None:
    """Four patients of each of ten conditions: two on either side, whatever the draw."""
    people = np.arange(40)
    for seed in range(20):
        a, b = deal_sides(people, people % 10, 40, np.random.default_rng(seed))
        assert (np.bincount(a % 10, minlength=10) == 2).all() and len(b) == 20


def test_the_floor_depends_on_n_as_the_distance_does() -> None:
    """A Fréchet distance of real against real is larger for fewer faces; deals repeat by seed."""
    rng = np.random.default_rng(0)
    faces, people = rng.normal(size=(400, 10)), np.arange(400)

    def floor(n: int) -> tuple[float, float, float]:
        found = floor_of(
            lambda a, b: (frechet_distance(faces[a], faces[b]),),
            people,
            people % 7,
            n,
            deals=20,
            seed=3,
        )[0]
        return found.mean, found.low, found.high

    few, many = floor(20), floor(150)
    assert few[1] > many[2] and few == floor(20)


def test_no_deal_of_the_floor_has_fewer_than_its_largest_side() -> None:
    """Few patients with many pictures fill two sides unequally; the n of every deal is known."""
    patients = np.repeat(np.arange(7), [9, 9, 1, 1, 1, 1, 2])
    strata = np.repeat(["a", "b", "c"], [9, 9, 6])
    sizes: list[tuple[int, int]] = []

    def note(left: np.ndarray, right: np.ndarray) -> tuple[float]:
        sizes.append((len(left), len(right)))
        return (0.0,)

    n = largest_side(patients, strata, deals=40, seed=3)
    assert 0 < n < len(patients) // 2
    floor_of(note, patients, strata, n, deals=40, seed=3)
    assert set(sizes) == {(n, n)}
    floor_of(note, patients, strata, len(patients), deals=40, seed=3)
    assert min(sizes) == (n, n)
