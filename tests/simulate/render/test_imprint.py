"""Rest positions under the pixels."""

from __future__ import annotations

import numpy as np

from rdface.simulate.render.imprint import imprint


def test_rest_positions_follow_scale_and_place() -> None:
    """On a scaled and moved plane every pixel gets its own rest position."""
    rng = np.random.default_rng(0)
    rest = np.c_[rng.uniform(-1, 1, (3000, 2)), np.zeros(3000)]
    points = 0.6 * rest + np.array([0.0, 5.0, 1.0])
    y, x = np.mgrid[0:40, 0:40] / 25 - 0.8
    truth = np.stack([x, y, np.zeros_like(x)], -1)
    seen = imprint(
        np.ones((40, 40)),
        0.6 * truth + np.array([0.0, 5.0, 1.0]),
        points,
        rest,
        {"left": (rest[:, 0] > 0).astype(float)},
        0.6,
    )
    assert np.abs(seen.rest - truth).max() < 1e-6
    assert np.allclose(seen.regions["left"][:, 30], 1)
    assert not seen.regions["left"][:, 5].any()


def test_outlines_take_after_the_inside() -> None:
    """A pixel that two surfaces share does not get a position between them."""
    rest = np.c_[np.linspace(0, 1, 50), np.zeros((50, 2))]
    share = np.array([[1.0, 1.0, 0.4, 0.0]])
    places = np.array([[[0.2, 0, 0], [0.4, 0, 0], [9.0, 9.0, 9.0], [0, 0, 0]]])
    seen = imprint(share, places, rest, rest, {}, 1.0)
    assert np.allclose(seen.rest[0, 2], seen.rest[0, 1])
    assert not seen.rest[0, 3].any()


def test_nothing_seen_is_nothing() -> None:
    """A picture without the surface has an empty map."""
    seen = imprint(np.zeros((4, 4)), np.zeros((4, 4, 3)), np.ones((5, 3)), np.ones((5, 3)), {}, 1)
    assert not seen.share.any()
