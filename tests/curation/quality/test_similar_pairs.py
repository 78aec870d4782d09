"""Blocks find the very pairs that all products would."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdface.curation.quality import similar_pairs
from rdface.curation.quality.picture_hashes import bits_of, perceptual_hash, pixel_digest


@given(st.integers(0, 40), st.integers(1, 9), st.integers(0, 99))
def test_blocks_change_nothing(n: int, rows: int, seed: int) -> None:
    a = np.random.default_rng(seed).normal(size=(n, 3)).astype(np.float32)
    b = a[:, ::-1].copy()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(similar_pairs, "ROWS", rows)
        found = similar_pairs.pairs_above(a, b, 0.5)
    i, j = np.nonzero(np.triu(a @ b.T >= 0.5, 1))
    assert sorted(zip(found.first, found.second, strict=True)) == sorted(zip(i, j, strict=True))


def test_a_row_that_is_not_known_is_in_no_pair() -> None:
    a = np.ones((3, 2), np.float32)
    a[1] = np.nan
    found = similar_pairs.pairs_above(a, a, 0.5)
    assert list(zip(found.first, found.second, strict=True)) == [(0, 2)]


def test_hashes_survive_the_cache_and_count_bits() -> None:
    rng = np.random.default_rng(0)
    words = rng.integers(0, 2**16, (2, 16))
    kept = words.astype(np.float32)
    bits = bits_of(kept)
    differ = sum(int(x ^ y).bit_count() for x, y in zip(*words.tolist(), strict=True))
    assert (256 - bits[0] @ bits[1]) / 2 == differ


def test_a_hash_stands_still_in_grey_and_another_size_and_a_digest_does_not() -> None:
    import cv2

    rng = np.random.default_rng(0)
    picture = cv2.GaussianBlur(rng.normal(128, 900, (128, 128, 3)), (0, 0), 6).clip(0, 255)
    picture = picture.astype(np.uint8)
    grey = np.repeat(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[:, :, None], 3, axis=2)
    small = cv2.resize(picture, (80, 80), interpolation=cv2.INTER_AREA)

    def apart(one: np.ndarray, other: np.ndarray) -> float:
        bits = bits_of(np.stack([perceptual_hash(one), perceptual_hash(other)]))
        return float(256 - bits[0] @ bits[1]) / 2

    assert max(apart(picture, small), apart(picture, grey)) < 40
    assert apart(picture, picture[:, ::-1]) > 80
    assert (pixel_digest(picture) == pixel_digest(picture.copy())).all()
    assert (pixel_digest(picture) != pixel_digest(grey)).any()
