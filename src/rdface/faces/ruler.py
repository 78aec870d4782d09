"""Rulers for a face: distances, heights, depths and angles between named soft-tissue points.

The points carry the abbreviations of L. Farkas, Anthropometry of the Head and Face, 2nd ed., Raven
Press, 1994, ch. 2. Each stands for the vertex of the 468-point mesh that lies nearest to it, so
every one is an approximation; docs/anthropometry.md says which are weak.

A ruler takes faces ``[N, 468, 3]`` that are free of pose (see :mod:`rdface.faces.pose`) and gives
``[N, 1]``, or ``[N, 2]`` (the subject's right, left) where the face has two of the thing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rdface.faces.mirror import mirrored

Floats: TypeAlias = NDArray[np.float64]
Ruler: TypeAlias = Callable[[Floats], Floats]

POINTS: Final[dict[str, tuple[int, ...]]] = {
    "top": (10,),  # upper edge of the mesh on the forehead: not trichion, it knows no hairline
    "n": (168,),  # nasion
    "prn": (4,),  # pronasale, the tip of the nose
    "sn": (2,),  # subnasale
    "ls": (0,),  # labiale superius
    "sto_u": (13,),  # stomion, on the upper and on the lower lip: the mouth may be open
    "sto_l": (14,),
    "li": (17,),  # labiale inferius
    "sl": (18,),  # sublabiale
    "pg": (199,),  # pogonion
    "gn": (152,),  # gnathion
    "en": (133, 362),  # endocanthion
    "ex": (33, 263),  # exocanthion
    "ps": (159, 386),  # palpebrale superius and inferius
    "pi": (145, 374),
    "brow_in": (107, 336),  # upper edge of the brow: inner end, highest part, outer end
    "brow_mid": (105, 334),
    "brow_out": (70, 300),
    "mf": (193, 417),  # maxillofrontale, the side of the root of the nose
    "al": (129, 358),  # alare
    "cph": (37, 267),  # crista philtri
    "ch": (61, 291),  # cheilion
    "cheek": (205, 425),  # middle of the cheek; no point of Farkas's
    "zy": (234, 454),  # zygion
    "go": (172, 397),  # gonion
    "ft": (21, 251),  # frontotemporale
    "jaw": (176, 400),  # the outline beside the chin; no point of Farkas's
}
"""Name -> vertex on the midline, or vertices of the subject's right and left."""

OUTWARD: Final = np.array([-1.0, 1.0])
"""Direction along x that leads away from the midline, right and left."""


def breadth(point: str) -> Ruler:
    """Straight distance between the right and the left of a paired point."""
    return lambda face: _distance(_at(face, point)[:, :1], _at(face, point)[:, 1:])


def length(first: str, second: str) -> Ruler:
    """Straight distance between two points, on each side where one is paired."""
    return lambda face: _distance(_at(face, first), _at(face, second))


def depth(front: str, back: str) -> Ruler:
    """How far the first point lies in front of the second, which is averaged over both sides."""
    return lambda face: (_at(face, back).mean(axis=1, keepdims=True) - _at(face, front))[..., 2]


def slant(inner: str, outer: str) -> Ruler:
    """Degrees by which the way outward rises, seen from the front."""

    def measure(face: Floats) -> Floats:
        way = _at(face, outer) - _at(face, inner)
        return np.asarray(np.degrees(np.arctan2(-way[..., 1], way[..., 0] * OUTWARD)))

    return measure


def rotation(base: str, tip: str) -> Ruler:
    """Degrees by which the way from base to tip rises, seen from the side."""

    def measure(face: Floats) -> Floats:
        way = _at(face, tip) - _at(face, base)
        return np.asarray(np.degrees(np.arctan2(-way[..., 1], -way[..., 2])))

    return measure


def rise(point: str, over: str, other: str) -> Ruler:
    """How high a point lies above the middle of two others."""
    return lambda face: ((_at(face, over) + _at(face, other)) / 2 - _at(face, point))[
        ..., 1
    ]  # y points down


def eye_centres() -> Ruler:
    """Distance of the centres of the openings of the eyes: the mesh has no pupils."""

    def measure(face: Floats) -> Floats:
        centre = np.mean([_at(face, name) for name in ("en", "ex", "ps", "pi")], axis=0)
        return _distance(centre[:, :1], centre[:, 1:])

    return measure


def ratio(upper: Ruler, lower: Ruler) -> Ruler:
    """One measure by another."""
    return lambda face: np.asarray(upper(face) / lower(face))


def asymmetry() -> Ruler:
    """Mean distance of the points from those of the mirror image, best laid upon them.

    Object symmetry of K. Mardia, F. Bookstein and I. Moreton: Statistical assessment of bilateral
    symmetry of shapes, Biometrika 87(2), 2000; the rotation is the closed form of W. Kabsch, 1976.
    """

    def measure(face: Floats) -> Floats:
        other = np.asarray(mirrored(face))
        other = other - other.mean(axis=1, keepdims=True)
        face = face - face.mean(axis=1, keepdims=True)
        left, _, right = np.linalg.svd(np.einsum("npi,npj->nij", other, face))
        sign = np.ones((len(face), 1, 3))
        sign[:, 0, 2] = np.sign(np.linalg.det(left @ right))
        laid = np.einsum("npi,nij->npj", other, (left * sign) @ right)
        return np.asarray(_distance(laid, face).mean(axis=1, keepdims=True))

    return measure


def _at(face: Floats, point: str) -> Floats:
    """``[N, 1, 3]`` or ``[N, 2, 3]``."""
    return np.asarray(face[:, POINTS[point]])


def _distance(first: Floats, second: Floats) -> Floats:
    return np.asarray(np.linalg.norm(first - second, axis=-1))
