"""Exact search finds what sorting finds, and a condition takes its first case's place."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.learners.gallery import first_hits, nearest
from rdface.learners.gallery.search import nearest_unit


def test_the_nearest_are_those_of_largest_cosine_in_order() -> None:
    rng = np.random.default_rng(0)
    gallery, probes = rng.normal(size=(50, 8)), rng.normal(size=(7, 8))
    rows, cosines = nearest(gallery, probes, 5)
    for probe, found, values in zip(probes, rows, cosines, strict=True):
        by_hand = gallery @ probe / np.linalg.norm(gallery, axis=1) / np.linalg.norm(probe)
        assert found.tolist() == np.argsort(-by_hand)[:5].tolist()
        np.testing.assert_allclose(values, by_hand[found], atol=1e-12)


def test_no_more_are_found_than_there_are_and_ties_keep_their_order() -> None:
    rows, cosines = nearest(np.ones((3, 2)), np.ones((1, 2)), 9)
    assert rows.tolist() == [[0, 1, 2]]
    np.testing.assert_allclose(cosines, 1.0)


def test_a_condition_has_the_score_of_its_first_case() -> None:
    rows, cosines = np.array([[2, 0, 1]]), np.array([[0.9, 0.8, 0.1]])
    scores = first_hits(rows, cosines, np.array([1, 0, 1]), 3)
    assert scores.tolist() == [[0.1, 0.9, -np.inf]]


@settings(max_examples=60)
@given(
    values=st.lists(st.integers(0, 3), min_size=1, max_size=30),
    k=st.integers(1, 35),
)
def test_sorting_only_the_nearest_changes_nothing(values: list[int], k: int) -> None:
    """Many ties: rows and order are those of a stable sort of everything."""
    angles = np.array(values) / 4.0
    cases = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    probe = np.array([[1.0, 0.0]])
    rows, cosines = nearest_unit(cases, probe, k)
    expected = np.argsort(-(probe @ cases.T)[0], kind="stable")[:k]
    assert rows[0].tolist() == expected.tolist()
    assert cosines[0].tolist() == (probe @ cases.T)[0][expected].tolist()
