"""Heads, traits and cameras on the real mesh."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from rdface.simulate.hair.grow import grow_hair
from rdface.simulate.head.mesh import HeadMesh, load_head
from rdface.simulate.head.shape import age_weights, macro_weights, shape_head, trait_shift
from rdface.simulate.people.child import Child, View, draw_child, draw_view
from rdface.simulate.photo.camera import frame
from rdface.simulate.photo.clothes import COLLARS, clothes_mask, draw_clothes
from rdface.simulate.render.skin import paint_eyes, paint_skin
from rdface.simulate.traits.catalogue import traits

pytestmark = pytest.mark.weights
_NECK = 5.75  # rest height [dm]: below it lie neck and clothes


@pytest.fixture(scope="module")
def mesh() -> HeadMesh:
    """The head of MPFB2."""
    from rdface.weights import where

    return load_head(Path(where("mpfb2")))


def _child(**changes: object) -> Child:
    child = draw_child(5, "P1", male=False, years=6, effects={}, identity_strength=0.35)
    return replace(child, **changes)  # type: ignore[arg-type]


def _view() -> View:
    return draw_view(5, "P1/1")


def test_age_weights_sum_to_one() -> None:
    """Ages between and beyond the anchors are blends of two neighbours."""
    for years in (0.2, 1, 6, 11, 17, 25, 40):
        assert sum(age_weights(years).values()) == pytest.approx(1)
    assert age_weights(6) == {"baby": 0.5, "child": 0.5}


def test_macro_weights_cover_every_target(mesh: HeadMesh) -> None:
    """Every macro target of every age exists in the data."""
    for years in (1, 6, 16):
        for male in (True, False):
            mesh.morph(macro_weights(_child(years=years, male=male, build=-0.3)))
            mesh.morph(macro_weights(_child(years=years, male=male, build=0.3)))


@pytest.mark.parametrize("name", sorted(traits()))
def test_each_trait_shows_on_the_face_only(mesh: HeadMesh, name: str) -> None:
    """A trait changes shape, colour, hair or gaze of the head, and nothing below the neck."""
    effects = traits()[name].effects
    view = _view()
    without, having = _child(), _child(effects=dict(effects))
    shift = np.linalg.norm(trait_shift(mesh, effects), axis=1)
    assert shift[mesh.rest[:, 1] < _NECK].max() == 0
    if shift.max() > 0.003:
        return
    rest = np.asarray(mesh.parts["skin"].matrix @ mesh.rest)
    before, after = paint_skin(mesh, rest, without, view), paint_skin(mesh, rest, having, view)
    repainted = np.abs(after - before).max(1)
    assert repainted[rest[:, 1] < _NECK].max() == 0
    eyes = np.asarray(mesh.parts["eyes"].matrix @ mesh.rest)
    gaze = np.abs(paint_eyes(eyes, having, view) - paint_eyes(eyes, without, view)).max()
    lashes = any(effect.startswith("lash:") for effect in effects)
    assert repainted.max() > 0.02 or gaze > 0.1 or lashes


def test_traits_leave_framing_alone(mesh: HeadMesh) -> None:
    """The camera looks at the head without its traits."""
    view = _view()
    effects = {"field:cranium_large": 1.5, "head/head-scale-vert-incr": 1.0}
    plain, large = _child(), _child(effects=effects)
    one = frame(mesh, shape_head(mesh, plain, {}), view, 64)
    other = frame(mesh, shape_head(mesh, large, {}), view, 64)
    assert np.array_equal(one.origin, other.origin)
    assert one.fov == other.fov


def test_traits_leave_hair_below_the_chin_alone(mesh: HeadMesh) -> None:
    """Long hair follows the cranium above, and hangs as it did below the chin."""
    child = _child()
    child = replace(child, hairdo=replace(child.hairdo, cut="long", texture="straight"))
    shape = shape_head(mesh, child, {})
    large = shape_head(mesh, replace(child, effects={"field:cranium_large": 1.0}), {})
    one, other = grow_hair(mesh, shape, child)[0], grow_hair(mesh, large, child)[0]
    moved = np.linalg.norm(other.points - one.points, axis=-1)
    rest = np.asarray(mesh.parts["skin"].matrix @ mesh.rest)
    plain = np.asarray(mesh.parts["skin"].matrix @ shape.plain)
    neck = plain[np.abs(rest[:, 1] - 6.2) < 0.05, 1].mean()
    assert moved[one.points[..., 1] > plain[:, 1].max() - 0.2].mean() > 0.01
    assert moved[one.points[..., 1] < neck].max() < 1e-9
    assert np.array_equal(one.colour, other.colour)


def test_a_hairline_trait_keeps_every_other_hair(mesh: HeadMesh) -> None:
    """A higher hairline takes hairs away and moves none."""
    child = _child()
    shape = shape_head(mesh, child, {})
    usual = grow_hair(mesh, shape, child)[0].points
    high = grow_hair(mesh, shape, replace(child, effects={"hairline:lift": 0.1}))[0].points
    assert len(high) < len(usual)
    kept = {hair.tobytes() for hair in usual}
    assert all(hair.tobytes() in kept for hair in high)


def test_clothes_end_at_the_neck(mesh: HeadMesh) -> None:
    """The face is never clothed and the shoulders always are."""
    rest = np.asarray(mesh.parts["skin"].matrix @ mesh.rest)
    clothes = draw_clothes(5, "P1/1", 6)
    for neckline, collar in product((-0.08, 0.06), COLLARS):
        cloth = clothes_mask(rest, replace(clothes, neckline=neckline, collar=collar))
        assert cloth[rest[:, 1] > 6.2].max() == 0
        assert cloth[rest[:, 1] < 5.1].min() == 1
