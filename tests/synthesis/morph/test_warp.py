"""What a warp leaves alone, and where it puts what it moves."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.synthesis.morph.warp import Bend, warp_face

SIDE = 48


def picture(seed: int) -> np.ndarray:
    """Noise: the least forgiving picture."""
    return np.random.default_rng(seed).integers(0, 256, (SIDE, SIDE, 3)).astype(np.uint8)


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1), st.integers(3, 60), st.floats(-0.2, 1.2))
def test_points_that_stay_leave_every_pixel(seed: int, n: int, reach: float) -> None:
    """The identity, to the byte, wherever the points lie, outside of the picture, too."""
    points = np.random.default_rng(seed).uniform(-0.2 * SIDE, abs(reach) * SIDE, (n, 2))
    np.testing.assert_array_equal(warp_face(picture(seed), points, points), picture(seed))


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1))
def test_a_warp_never_tears(seed: int) -> None:
    """However wildly the points move, neighbours look up near places and nothing is undefined."""
    rng = np.random.default_rng(seed)
    source, target = rng.uniform(5, SIDE - 5, (2, 80, 2))
    found = Bend(target, SIDE, source).shifts(source)
    assert np.isfinite(found).all()
    farthest = np.abs(source - target).max()
    assert np.abs(found).max() <= farthest + 1e-3


def test_a_point_goes_where_it_is_sent() -> None:
    """A white spot at one of the points comes to lie on its target; the frame keeps its place."""
    image = np.zeros((96, 96, 3), np.uint8)
    image[38:43, 28:33] = 255
    image[0] = 200
    source = np.array([[30.5, 40.5], [70, 30], [50, 75]])
    target = source + np.array([[8, 5], [0, 0], [0, 0]])
    drawn = warp_face(image, source, target)[..., 0].astype(float)
    assert (drawn[0] > 150).all()
    assert drawn[45, 38] > 200 and drawn[3:, :20].max() < 60


def test_points_that_fall_together_do_no_harm() -> None:
    """Closed lips: many points on one place, moved apart and back."""
    together, apart = np.full((30, 2), 24.0), np.random.default_rng(0).uniform(20, 28, (30, 2))
    around = np.array([[10.0, 10], [38, 10], [38, 38], [10, 38]])
    for source, target in ((together, apart), (apart, together)):
        drawn = warp_face(
            picture(1), np.concatenate([source, around]), np.concatenate([target, around])
        )
        assert drawn.shape == (SIDE, SIDE, 3)


def test_one_bend_draws_several_portraits_as_bends_of_their_own_do() -> None:
    """The triangles are those of the target; what is drawn in them is the portrait's."""
    rng = np.random.default_rng(3)
    target, first, second = rng.uniform(5, SIDE - 5, (3, 40, 2))
    both = Bend(target, SIDE, first, second)
    for number, source in enumerate((first, second)):
        np.testing.assert_array_equal(
            both.draw(picture(number), source), warp_face(picture(number), source, target)
        )


def test_what_is_stretched_out_of_a_sliver_is_not_seen() -> None:
    """A face seen as it is drawn is seen everywhere; its left half folded away is not."""
    grid = np.stack(np.meshgrid(np.linspace(8, 40, 9), np.linspace(8, 40, 9)), -1).reshape(-1, 2)
    turned = grid.copy()
    left = turned[:, 0] < 24
    turned[left, 0] = 24 - 0.02 * (24 - turned[left, 0])
    bend = Bend(grid, SIDE, grid, turned)
    assert bend.seen(grid).min() > 0.99
    seen = bend.seen(turned)
    assert seen[20:28, 12:20].max() < 0.1 and seen[20:28, 28:36].min() > 0.9
