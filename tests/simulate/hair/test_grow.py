"""Hair and what is worn on it, on the real mesh."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rdface.simulate.hair.comb import KNOTS
from rdface.simulate.hair.grow import STYLES, grow_hair
from rdface.simulate.hair.scalp import Scalp, find_scalp
from rdface.simulate.head.mesh import HeadMesh, load_head
from rdface.simulate.head.shape import Shape, shape_head
from rdface.simulate.people.accessories import Glasses, Headwear
from rdface.simulate.people.child import Child, draw_child
from rdface.simulate.people.hairdo import TEXTURES, Hairdo
from rdface.simulate.photo.clothes import COLLARS, collar_surface, draw_clothes
from rdface.simulate.render.worn import worn

pytestmark = pytest.mark.weights
_HAIRDO = Hairdo("long", "straight", 0.4, False, 0.3, 1.0)
_GLASSES = Glasses("oval", True, (0.3, 0.3, 0.3), 0.8, 0.6)


@pytest.fixture(scope="module")
def mesh() -> HeadMesh:
    """The head of MPFB2."""
    from rdface.weights import where

    return load_head(Path(where("mpfb2")))


@pytest.fixture(scope="module")
def child() -> Child:
    """A girl of six without traits, with glasses."""
    drawn = draw_child(5, "P1", male=False, years=6, effects={}, identity_strength=0.35)
    return replace(drawn, hairdo=_HAIRDO, glasses=_GLASSES, headwear=None)


@pytest.fixture(scope="module")
def bare(mesh: HeadMesh, child: Child) -> tuple[Shape, Scalp]:
    """Her head."""
    shape = shape_head(mesh, child, {})
    return shape, find_scalp(mesh, shape)


@pytest.mark.parametrize("cut", STYLES)
def test_every_cut_and_texture_grows(
    mesh: HeadMesh, child: Child, bare: tuple[Shape, Scalp], cut: str
) -> None:
    """Strands are finite, few enough, out of the head, and clear of eyes and mouth."""
    shape, scalp = bare
    for texture in TEXTURES if cut in ("mop", "puffs") else ("straight", "coily"):
        own = replace(child, hairdo=replace(_HAIRDO, cut=cut, texture=texture, fringe=True))
        hair, _ = grow_hair(mesh, shape, own, scalp)
        assert hair.points.shape[1:] == (KNOTS, 3)
        assert 1500 < len(hair.points) < 18000
        assert len(hair.points) == len(hair.radius) == len(hair.colour)
        assert np.isfinite(hair.points).all()
        assert hair.radius.min() > 0
        assert hair.radius.std() > 0.1 * hair.radius.mean()
        ray = hair.points[:, 3:] - scalp.centre
        far = np.linalg.norm(ray, axis=-1)
        high = ray[..., 1] > 0
        assert (far - scalp.distance(ray / far[..., None]))[high].min() > -0.02 * scalp.scale
        ahead = hair.points[..., 2] > np.percentile(scalp.points[:, 2], 98)
        low = scalp.rest_height(hair.points[..., 1]) < 7.35
        assert not (ahead & low).any()


def test_hair_without_traits_is_the_outline(
    mesh: HeadMesh, child: Child, bare: tuple[Shape, Scalp]
) -> None:
    """What frames the picture's ellipse is the hair of the head without traits."""
    shape, scalp = bare
    plain = grow_hair(mesh, shape, child, scalp)[0]
    effects = {"field:cranium_large": 1.0, "hairline:lift": 0.1}
    other = replace(child, effects=effects)
    moved = grow_hair(mesh, shape_head(mesh, other, {}), other)[0]
    assert np.array_equal(plain.plain, plain.points)
    assert np.array_equal(moved.plain, plain.plain)
    assert len(moved.points) < len(plain.points)


def test_a_cap_presses_the_hair(mesh: HeadMesh, child: Child, bare: tuple[Shape, Scalp]) -> None:
    """No hair shows through a cap; a cap leaves brows and eyes free."""
    shape, scalp = bare
    cap = Headwear("cap", (0.2, 0.2, 0.5), (0.5, 0.5, 0.5), "stripes")
    covered = replace(child, headwear=cap, hairdo=replace(_HAIRDO, cut="mop", texture="coily"))
    surface = worn(mesh, shape, covered, scalp)["headwear"]
    heights = scalp.rest_height(surface.points[:, 1])
    ahead = surface.points[:, 2] > scalp.centre[2] + 0.6 * scalp.size
    assert heights[ahead].min() > 7.62
    hair, _ = grow_hair(mesh, shape, covered, scalp)
    ray = hair.points - scalp.centre
    far = np.linalg.norm(ray, axis=-1)
    above = ray[..., 1] > 0.5 * scalp.size
    skin = scalp.distance(ray / far[..., None])
    assert (far - skin)[above].max() < 0.04 * scalp.scale


def test_glasses_sit_before_the_eyes_and_move_stiffly(
    mesh: HeadMesh, child: Child, bare: tuple[Shape, Scalp]
) -> None:
    """The rims enclose the pupils; eyes farther apart leave the frame as wide as it was."""
    shape, scalp = bare
    frame = worn(mesh, shape, child, scalp)["glasses"]
    assert np.isfinite(frame.points).all()
    eyes = np.asarray(mesh.parts["eyes"].matrix @ shape.plain)
    front = frame.points[frame.points[:, 2] > eyes[:, 2].max()]
    low, high = front.min(0), front.max(0)
    assert low[0] < eyes[:, 0].min() and eyes[:, 0].max() < high[0]
    assert low[1] < np.percentile(eyes[:, 1], 30) and np.percentile(eyes[:, 1], 70) < high[1]
    apart = {"eyes/l-eye-trans-out": 1.0, "eyes/r-eye-trans-out": 1.0}
    other = replace(child, effects=apart)
    wide = shape_head(mesh, other, {})
    moved = worn(mesh, wide, other, find_scalp(mesh, wide))["glasses"]
    rims = frame.points[:, 2] > eyes[:, 2].max()
    assert np.ptp(moved.points[rims, 0]) == pytest.approx(np.ptp(frame.points[rims, 0]))


@pytest.mark.parametrize("collar", COLLARS)
def test_collars_stay_below_the_face(bare: tuple[Shape, Scalp], collar: str) -> None:
    """A collar is finite, and lower than the chin."""
    _, scalp = bare
    clothes = replace(draw_clothes(1, "P1/1", 6), collar=collar)
    surface = collar_surface(scalp.rest, scalp.points, clothes, scalp.scale)
    assert (surface is None) == (collar not in ("shirt", "hood"))
    if surface is not None:
        points, triangles, colours = surface
        chin = scalp.points[np.abs(scalp.rest[:, 1] - 6.3) < 0.05, 1].mean()
        assert np.isfinite(points).all()
        assert points[points[:, 2] > 0.3, 1].max() < chin
        assert triangles.max() < len(points) == len(colours)
