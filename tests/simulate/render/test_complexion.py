"""Skin per pixel: dark nostrils, marks of the child's own, and nothing that traits decide."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rdface.simulate.people.child import Child, draw_child
from rdface.simulate.render.complexion import Complexion, dress, lid_margins, shade_relief
from rdface.simulate.render.imprint import Imprint


def _child(**changes: object) -> Child:
    child = draw_child(5, "P1", male=False, years=9, effects={}, identity_strength=0.35)
    return replace(child, **changes)  # type: ignore[arg-type]


def _patch(size: int = 64) -> Imprint:
    """The middle of a face, flat: x from -0.6 to 0.6 and height from 7.6 down to 6.4."""
    y, x = np.mgrid[0:size, 0:size] / (size - 1)
    rest = np.stack([1.2 * x - 0.6, 7.6 - 1.2 * y, np.full_like(x, 1.55)], -1)
    return Imprint(np.ones((size, size)), rest, {"lips": np.zeros((size, size))})


def _near(seen: Imprint, x: float, y: float) -> tuple[int, int]:
    far = np.hypot(seen.rest[..., 0] - x, seen.rest[..., 1] - y)
    row, column = np.unravel_index(np.argmin(far), far.shape)
    return int(row), int(column)


@pytest.mark.parametrize("look", [1, 2, 3, 4])
def test_nostrils_are_dark(look: int) -> None:
    """Both openings keep less than 45 percent of the light that the wings of the nose keep."""
    seen = _patch()
    factor, _ = dress(_child(look=look), seen)
    for side in (-1, 1):
        opening = factor[_near(seen, side * 0.075, 6.866)].mean()
        wing = factor[_near(seen, side * 0.20, 6.95)].mean()
        assert opening < 0.45 * wing


def test_traits_do_not_change_the_complexion() -> None:
    """Pores, moles and undertone are the same with and without effects."""
    seen = _patch()
    one = dress(_child(), seen)
    other = dress(_child(effects={"skin:haemangioma": 1.0, "field:nasion_in": 1.0}), seen)
    assert np.array_equal(one[0], other[0])
    assert np.array_equal(one[1], other[1])


def test_skin_stays_on_the_skin() -> None:
    """Where no skin is seen nothing is changed, whatever the seed of the pores."""
    seen = _patch()
    share = seen.share.copy()
    share[:, 40:] = 0
    for look in (1, 2):
        factor, height = dress(_child(look=look), replace(seen, share=share))
        assert np.array_equal(factor[:, 40:], np.ones_like(factor[:, 40:]))
        assert not height[:, 40:].any()


def test_children_differ() -> None:
    """Undertone and ruddiness vary by some percent from child to child, and moles by their age."""
    found = [Complexion.of(_child(look=look)) for look in range(200)]
    assert 0.04 < np.std([own.melanin for own in found]) < 0.12
    assert 0.04 < np.std([own.blood for own in found]) < 0.12
    young = [len(Complexion.of(_child(look=look, years=1)).moles) for look in range(200)]
    old = [len(Complexion.of(_child(look=look, years=16)).moles) for look in range(200)]
    assert np.mean(old) > 2 * np.mean(young)


def test_relief_brightens_the_slope_that_faces_the_lamp() -> None:
    """A ridge lit from the right is brighter on its right side; flat skin stays as it is."""
    height = np.tile(np.exp(-(((np.arange(32) - 16) / 3.0) ** 2)), (32, 1)) * 0.01
    lamp = np.array([1.0, 0.0, 0.0])
    factor = shade_relief(height, lamp, 1.0, 100.0)
    assert factor[16, 19] > 1.02 > 0.98 > factor[16, 13]
    assert np.allclose(shade_relief(np.zeros((8, 8)), lamp, 1.0, 100.0), 1)


def test_lid_margins_lie_above_and_below_the_eye() -> None:
    """The upper rim is above the eyeball and the lower one below it; neither is on it."""
    eyes = np.zeros((256, 256))
    eyes[120:130, 100:124] = 1
    upper, lower = lid_margins(eyes, 1 - eyes)
    assert upper[119, 112] > 0.3 and lower[130, 112] > 0.3
    assert upper[130, 112] < 0.05 and lower[119, 112] < 0.05
    assert not (upper * eyes).any() and not (lower * eyes).any()
