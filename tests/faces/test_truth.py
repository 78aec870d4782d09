"""The truth that benchmarks/measure_error.py compares with is one: known shapes move it rightly."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rdface.faces.anthropometry import NAMES

pytestmark = pytest.mark.weights
TARGETS = [
    (("mouth/mouth-scale-horiz-incr",), "mouth_width"),
    (("nose/nose-scale-horiz-incr",), "nose_width"),
    (("eyes/l-eye-trans-out", "eyes/r-eye-trans-out"), "inner_canthal_width"),
    (("head/head-scale-vert-incr",), "facial_index"),
    (("chin/chin-height-incr",), "chin_height"),
    (("mouth/mouth-upperlip-height-incr",), "upper_vermilion_height"),
    (("asym/asym-jaw-1-l",), "asymmetry"),
]


@pytest.fixture(scope="module")
def benches() -> Any:  # noqa: ANN401 - modules outside of the package
    sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
    try:
        import measure_error
        import pilots
    finally:
        sys.path.pop(0)
    return measure_error, pilots


@pytest.mark.parametrize(("targets", "name"), TARGETS)
def test_a_shape_moves_the_true_measure(
    benches: Any,  # noqa: ANN401
    targets: tuple[str, ...],
    name: str,
) -> None:
    """By more than half an SD of the children, in all of them."""
    measure_error, pilots = benches
    plain = pilots.pilots("error", 6)[:: len(pilots.YAWS)]
    moved = [
        replace(each, child=replace(each.child, effects=dict.fromkeys(targets, 0.8)))
        for each in plain
    ]
    column = NAMES.index(name)
    before = measure_error.true_measures(plain)[:, column]
    after = measure_error.true_measures(moved)[:, column]
    assert (after > before).all()
    assert (after - before).mean() > 0.5 * before.std(ddof=1)


def test_fewer_children_are_the_first_of_more_and_no_two_kinds_share_one(
    benches: Any,  # noqa: ANN401
) -> None:
    """What is fitted (pose) is of other seeds than what is tested."""
    _, pilots = benches
    few, more = pilots.unaffected(3, 90002), pilots.unaffected(8, 90002)
    assert [shot.child for shot in few] == [shot.child for shot in more[:3]]
    seeds = {kind: pilots.SEEDS[kind] for kind in ("pose", "error", "controls")}
    assert len(set(seeds.values())) == 3 and pilots.SEEDS["asymmetry"] == seeds["error"]
    assert all(not any(shot.child.effects.values()) for shot in more)


def test_a_perfect_ruler_has_no_error(benches: Any) -> None:  # noqa: ANN401
    measure_error, _ = benches
    true = np.random.default_rng(0).normal(size=(12, len(NAMES)))
    of = measure_error.Errors(np.stack([true, 2 * true + 1], axis=1), true)
    np.testing.assert_allclose(of.r(0), 1)
    np.testing.assert_allclose(of.r(1), 1)
    np.testing.assert_allclose(of.bias(0), 0)
    np.testing.assert_allclose(of.error(0), 0, atol=1e-12)
    np.testing.assert_allclose(of.error(1), 1)
