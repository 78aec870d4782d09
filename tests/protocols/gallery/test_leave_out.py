"""Whoever is searched is drawn of each condition, the same for the same seed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdface.errors import UsageError
from rdface.protocols.gallery import leave_out

PATIENTS = {"A": 6, "B": 5, "C": 4, "D": 3, "E": 2, "F": 1}


def world(sizes: dict[str, int]) -> dict[str, list[str]]:
    return {name: [f"{name}{number}" for number in range(n)] for name, n in sizes.items()}


@given(per_condition=st.integers(1, 8), seed=st.integers(0, 50))
def test_each_condition_with_two_patients_is_searched(per_condition: int, seed: int) -> None:
    found = leave_out(world(PATIENTS), seed=seed, per_condition=per_condition, frequent_from=4)
    assert (found.frequent, found.rare, found.unprobed) == (
        ("A", "B", "C"),
        ("D", "E", "F"),
        ("F",),
    )
    assert len(found.validation) == 1 and set(found.validation) <= set(found.frequent)
    for name, n in PATIENTS.items():
        drawn = [patient for patient in found.probes if patient[0] == name]
        assert len(drawn) == (min(per_condition, n) if n > 1 else 0)


def test_a_seed_draws_the_same_and_more_patients_hold_the_fewer() -> None:
    one, two, all_of_them = (
        set(leave_out(world(PATIENTS), per_condition=n, frequent_from=4).probes)
        for n in (1, 2, None)
    )
    assert one < two < all_of_them
    assert len(all_of_them) == 20
    other = leave_out(world(PATIENTS), seed=1, per_condition=1, frequent_from=4)
    assert set(other.probes) != one


@pytest.mark.parametrize(
    ("sizes", "options", "words"),
    [
        ({"A": 9, "B": 8}, {}, "No rare condition"),
        ({"A": 3, "B": 2}, {}, "No frequent condition"),
        (PATIENTS, {"frequent_from": 2}, "at least 3"),
        (PATIENTS, {"per_condition": 0}, "at least 1"),
    ],
)
def test_what_cannot_be_searched_is_refused(
    sizes: dict[str, int], options: dict[str, int], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        leave_out(world(sizes), **({"frequent_from": 4} | options))


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ({"A": 7, "B": 7, "C": 1}, "All conditions with two patients or more have 7"),
        ({"A": 1, "B": 1}, "none has"),
        ({"A": 3, "B": 2}, "of 3 would do"),
        ({"A": 9, "B": 5, "C": 1}, "of 6 to 9 would do"),
    ],
)
def test_what_would_do_is_said(sizes: dict[str, int], said: str) -> None:
    """Nothing is put between 7 and 7."""
    with pytest.raises(UsageError) as found:
        leave_out(world(sizes), frequent_from=20)
    assert found.value.hint is not None and said in found.value.hint
