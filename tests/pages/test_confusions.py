"""Who is taken for whom, and whether what faces share explains it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdface.pages.confusions import Phenotypes, confused_pairs, intrusion, mantel

TEXTS = [
    "HP:0000001~Common=1/1|HP:0000002~Rare=1/1",
    "HP:0000001~Common=1/1|HP:0000002~Rare=1/1",
    "HP:0000001~Common=1/1",
    "HP:0000001~Common=1/1|HP:0000003~Never=HP:0040285",
]


def test_intrusion_counts_images_not_repeats() -> None:
    """Two repeats of image 0 and one of image 1: each image weighs the same."""
    scores = np.array([[0.1, 0.9, 0.0], [0.9, 0.1, 0.0], [0.9, 0.0, 0.1]], dtype=np.float32)
    share = intrusion(scores, np.array([0, 0, 0]), np.array([0, 0, 1]), k=1)
    assert share[0].tolist() == [0.75, 0.25, 0.0]
    assert np.isnan(share[1:]).all(), "conditions without a test have no share"


def test_conditions_that_were_not_trained_are_never_listed() -> None:
    scores = np.array([[0.5, -np.inf, -np.inf]], dtype=np.float32)
    share = intrusion(scores, np.array([0]), np.array([0]), k=2)
    assert share[0].tolist() == [1.0, 0.0, 0.0]


@given(st.integers(0, 2**32 - 1), st.integers(1, 8))
def test_lists_have_k_places_where_nothing_is_tied(seed: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.permuted(np.tile(np.arange(6.0, dtype=np.float32), (9, 1)), axis=1)
    share = intrusion(scores, rng.integers(0, 6, 9), rng.integers(0, 4, 9), k=k)
    tested = ~np.isnan(share).any(axis=1)
    assert np.allclose(share[tested].sum(axis=1), min(k, 6))


def test_pairs_of_tested_conditions_are_ordered_by_the_smaller_share() -> None:
    share = np.array([[1, 1.0, 0.5, 0.9], [0.1, 1, 0.6, 0.9], [0.4, 0.0, 1, 0.9], [np.nan] * 4])
    pairs = confused_pairs(share, 9)
    assert [(p.first, p.second, p.share_back) for p in pairs] == [(0, 2, 0.4), (0, 1, 0.1)]


def test_shared_terms_come_rarest_first_and_excluded_ones_not_at_all() -> None:
    phenotypes = Phenotypes(TEXTS)
    assert phenotypes.shared(0, 1) == ["HP:0000002", "HP:0000001"]
    assert phenotypes.shared(2, 3) == ["HP:0000001"]
    assert "HP:0000003" not in phenotypes.labels
    assert phenotypes.information("HP:0000001") == 0.0


def test_similarity_is_made_of_rare_terms() -> None:
    similarity = Phenotypes(TEXTS).similarity()
    assert similarity[0, 1] == pytest.approx(1) and similarity[0, 2] == 0
    assert np.array_equal(similarity, similarity.T)


def test_mantel_finds_a_shared_structure_and_not_an_unshared_one() -> None:
    rng = np.random.default_rng(0)
    places = rng.normal(size=(30, 2))
    near = -np.linalg.norm(places[:, None] - places[None], axis=-1)
    noise = rng.normal(size=(30, 30))
    found = mantel(near, near**3 + 0.1 * (noise + noise.T), seed=1)
    assert found[0] > 0.8 and found[1] == pytest.approx(0.001)
    assert mantel(near, noise + noise.T, seed=1)[1] > 0.05


def test_mantel_equals_spearman() -> None:
    from scipy.stats import spearmanr

    rng = np.random.default_rng(3)
    a, b = (m + m.T for m in rng.integers(0, 4, (2, 9, 9)))
    upper = np.triu_indices(9, 1)
    assert mantel(a, b)[0] == pytest.approx(spearmanr(a[upper], b[upper])[0])


def test_mantel_has_no_answer_for_constant_or_tiny_matrices() -> None:
    assert np.isnan(mantel(np.ones((5, 5)), np.eye(5))).all()
    assert np.isnan(mantel(np.eye(3), np.eye(3))).all()
