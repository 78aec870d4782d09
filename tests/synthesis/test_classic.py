"""The plain augmentation changes a picture and nobody's face."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.errors import UsageError
from rdface.synthesis import GENERATORS, Portraits
from rdface.synthesis.classic import Classic

STILL = {"flip": 0, "degrees": 0, "shift": 0, "zoom": 0, "light": 0, "colour": 0}


@pytest.fixture
def portraits() -> Portraits:
    images = np.random.default_rng(0).integers(0, 256, (4, 24, 24, 3)).astype(np.uint8)
    return Portraits(images, ("a", "b", "c", "d"), ("X", "Y", "X", "Y"))


def fitted(portraits: Portraits, **options) -> Classic:  # noqa: ANN003
    classic = Classic(size=24, **options)
    classic.fit(portraits, Path("unused"), seed=0)
    return classic


def test_without_any_change_a_sample_is_its_portrait(portraits: Portraits) -> None:
    """To the byte; and mirrored, to the byte."""
    for flip in (0, 1):
        for sample in fitted(portraits, **STILL | {"flip": flip}).sample({"X": 6}, seed=1):
            own = portraits.images[portraits.image_ids.index(sample.parents[0])]
            np.testing.assert_array_equal(sample.image, own[:, ::-1] if flip else own)


def test_only_own_portraits_are_parents_and_all_of_them_are_used(portraits: Portraits) -> None:
    samples = list(fitted(portraits).sample({"X": 20, "Y": 20}, seed=1))
    assert {s.parents for s in samples if s.condition == "X"} == {("a",), ("c",)}
    assert {s.parents for s in samples if s.condition == "Y"} == {("b",), ("d",)}


@settings(max_examples=20)
@given(st.integers(0, 2**31), st.integers(1, 6), st.integers(0, 5))
def test_a_sample_depends_on_seed_condition_and_number_alone(
    seed: int, count: int, start: int
) -> None:
    images = np.random.default_rng(0).integers(0, 256, (3, 16, 16, 3)).astype(np.uint8)
    classic = fitted(Portraits(images, ("a", "b", "c"), ("X", "Y", "X")))
    whole = list(classic.sample({"Y": 2, "X": 6}, seed=seed))[2:]
    short = list(classic.sample({"X": count}, seed=seed))
    late = list(classic.sample_after({"X": start}, {"X": 6}, seed=seed))
    for left, right in [*zip(whole, short, strict=False), *zip(whole[start:], late, strict=True)]:
        np.testing.assert_array_equal(left.image, right.image)


def test_a_turn_keeps_proportions_and_a_stretch_does_not() -> None:
    """A disc stays as wide as it is high, unless one asks otherwise."""
    disc = (np.hypot(*(np.indices((96, 96)) - 47.5)) < 20) * np.uint8(255)
    images = np.repeat(disc[None, :, :, None], 3, axis=3)
    portraits = Portraits(images, ("a",), ("X",))

    def oblong(**options) -> float:  # noqa: ANN003
        found = []
        for sample in fitted(portraits, **STILL | {"degrees": 10, "zoom": 0.1} | options).sample(
            {"X": 10}, seed=0
        ):
            seen = sample.image[..., 0] > 127
            found.append(seen.any(0).sum() / seen.any(1).sum())
        return float(np.abs(np.log(found)).max())

    assert oblong() < 0.06 < oblong(stretch=0.4)


def test_black_and_white_is_grey_and_strangers_are_refused(portraits: Portraits) -> None:
    for sample in fitted(portraits, grey=1).sample({"X": 4}, seed=0):
        assert np.ptp(sample.image.astype(int), axis=-1).max() <= 1
    with pytest.raises(UsageError, match="'Z'"):
        next(fitted(portraits).sample({"Z": 1}, seed=0))
    assert GENERATORS.get("classic") is Classic
