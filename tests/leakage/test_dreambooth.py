"""Canary: a condition's model moves by nothing but its own training portraits.

Other conditions' portraits and test pictures are changed wildly; what was learnt and what is
sampled must not move by a bit. The leaky twins show that the canary can sing.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from rdface.synthesis import Portraits
from rdface.synthesis.dreambooth import DreamBooth

from ..synthesis.dreambooth import conftest as fixtures
from ..synthesis.dreambooth.tiny import portraits

Options = Callable[..., dict[str, Any]]
tiny_base, options, _own_cache = fixtures.tiny_base, fixtures.options, fixtures._own_cache


def of_a(options: Options, seen: Portraits, work: Path) -> tuple[str, list[bytes]]:
    """Hash of what was learnt of A, and samples of A."""
    tool = DreamBooth(**options(steps=3, prior_images=2, sample_steps=2))
    tool.fit(seen, work, seed=1)
    samples = list(tool.sample({"A": 3}, seed=2))
    return samples[0].notes["condition_weights_sha256"], [s.image.tobytes() for s in samples]


def changed(seen: Portraits, rows: list[int]) -> Portraits:
    """Some portraits replaced by noise."""
    images = seen.images.copy()
    images[rows] = np.random.default_rng(9).integers(0, 256, images[rows].shape)
    return Portraits(images, seen.image_ids, seen.conditions)


def test_other_conditions_move_nothing(options: Options, tmp_path: Path) -> None:
    """Not their pixels, not their number, not their order among the portraits of A."""
    seen = portraits("AABB")
    before = of_a(options, seen, tmp_path / "before")
    assert of_a(options, changed(seen, [2, 3]), tmp_path / "noise") == before
    rows = [3, 0, 1]
    fewer = Portraits(
        seen.images[rows],
        tuple(seen.image_ids[row] for row in rows),
        tuple(seen.conditions[row] for row in rows),
    )
    assert of_a(options, fewer, tmp_path / "fewer") == before
    assert of_a(options, seen.of("A"), tmp_path / "alone") == before


def test_control_its_own_portraits_do_move_it(options: Options, tmp_path: Path) -> None:
    """A test picture of A among them, or one of them changed: other weights, other samples."""
    seen = portraits("AAAB")
    honest = of_a(options, portraits("AAB"), tmp_path / "honest")
    leaky = of_a(options, seen, tmp_path / "leaky")
    noise = of_a(options, changed(seen, [0]), tmp_path / "noise")
    assert len({honest[0], leaky[0], noise[0]}) == 3
    assert len({honest[1][0], leaky[1][0], noise[1][0]}) == 3


def test_class_pictures_come_from_the_base_alone(options: Options, tmp_path: Path) -> None:
    """They are drawn before any portrait is opened, so that folds can share them."""
    cache = tmp_path / "cache" / "dreambooth" / "class"
    of_a(options, portraits("AAB"), tmp_path / "one")
    first = {path.name: path.read_bytes() for path in cache.glob("*.npy")}
    of_a(options, portraits("AAC", seed=4), tmp_path / "two")
    assert {path.name: path.read_bytes() for path in cache.glob("*.npy")} == first
    assert len(first) == 1


def test_class_pictures_follow_the_seed(options: Options, tmp_path: Path) -> None:
    """Folds of a study have seeds, and so class pictures, of their own."""
    tool = DreamBooth(**options(prior_images=2))
    lots = [
        np.load(tool.jobs(portraits("AB"), tmp_path, seed=seed)[0].prior) for seed in (0, 1000, 0)
    ]
    assert (lots[0] == lots[2]).all() and (lots[0] != lots[1]).any()
