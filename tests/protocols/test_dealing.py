"""Dealing patients over folds."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from rdface.protocols.dealing import deal_patients, shuffled

GOLDEN = ["a", "b", "d", "c", "e"]


@given(sizes=st.lists(st.integers(1, 12), min_size=1, max_size=10), n_folds=st.integers(2, 7))
def test_conditions_and_folds_are_balanced(sizes: list[int], n_folds: int) -> None:
    """The n patients of a condition lie in min(n, folds) folds; counts differ by at most one."""
    patients = {f"C{c}": [f"C{c}.{p}" for p in range(size)] for c, size in enumerate(sizes)}
    fold_of = deal_patients(patients, n_folds, 5)
    for ids in patients.values():
        per_fold = Counter(fold_of[patient] for patient in ids)
        assert len(per_fold) == min(len(ids), n_folds)
        assert max(per_fold.values()) - min(per_fold[fold] for fold in range(n_folds)) <= 1
    overall = Counter(fold_of.values())
    assert max(overall.values()) - min(overall[fold] for fold in range(n_folds)) <= 1


def test_the_shuffle_is_written_in_stone() -> None:
    """Golden: the same order on every platform and version."""
    assert shuffled(["a", "b", "c", "d", "e"], 0, "test") == GOLDEN
    assert shuffled(["e", "d", "c", "b", "a"], 0, "test") == GOLDEN
    assert shuffled(["a", "b", "c", "d", "e"], 1, "test") != GOLDEN
