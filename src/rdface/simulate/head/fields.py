"""Displacements that no MakeHuman target gives: canthi, philtrum, cranium, tongue, cleft lip.

Each field is a smooth function of the rest position on the adult base mesh, in decimetres at
weight 1; it is scaled to the child's head by the caller.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Points: TypeAlias = NDArray[np.float64]
Field: TypeAlias = Callable[[Points], Points]

FIELDS: dict[str, Field] = {}


def smoothstep(low: float, high: float, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rise smoothly from 0 at `low` to 1 at `high` (falls where `high` < `low`)."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t))


def blob(
    points: Points, centre: tuple[float, float, float], spread: tuple[float, float, float]
) -> NDArray[np.float64]:
    """A Gaussian bump, 1 at `centre`; [n] from points [n, 3]."""
    distance = (points - np.array(centre)) / np.array(spread)
    return np.asarray(np.exp(-0.5 * (distance**2).sum(1)))


def mirrored(rest: Points) -> Points:
    """The points with x made positive: one description serves both halves of the face."""
    return np.asarray(np.c_[np.abs(rest[:, 0]), rest[:, 1:]])


def _field(name: str) -> Callable[[Field], Field]:
    def keep(function: Field) -> Field:
        FIELDS[name] = function
        return function

    return keep


def _plain(*axes: NDArray[np.float64]) -> Points:
    return np.stack(axes, axis=1)


def _along(axis: int, amount: NDArray[np.float64]) -> Points:
    shift = np.zeros((len(amount), 3))
    shift[:, axis] = amount
    return shift


@_field("inner_canthus_out")
def _inner_canthus_out(rest: Points) -> Points:
    near = blob(mirrored(rest), (0.17, 7.265, 1.33), (0.05, 0.05, 0.12))
    return _along(0, 0.045 * np.sign(rest[:, 0]) * near)


@_field("outer_canthus_in")
def _outer_canthus_in(rest: Points) -> Points:
    near = blob(mirrored(rest), (0.47, 7.29, 1.26), (0.06, 0.06, 0.15))
    return _along(0, -0.05 * np.sign(rest[:, 0]) * near)


@_field("globe_out")
def _globe_out(rest: Points) -> Points:
    """The eyeball and its lids together, towards the front."""
    near = blob(mirrored(rest), (0.308, 7.284, 1.30), (0.15, 0.12, 0.28))
    return _along(2, 0.05 * near)


@_field("nasion_wide")
def _nasion_wide(rest: Points) -> Points:
    near = blob(mirrored(rest), (0.08, 7.25, 1.45), (0.07, 0.13, 0.12))
    return _along(0, 0.035 * np.clip(rest[:, 0] / 0.1, -1, 1) * near)


@_field("nasion_in")
def _nasion_in(rest: Points) -> Points:
    return _along(2, -0.07 * blob(rest, (0.0, 7.25, 1.5), (0.09, 0.13, 0.2)))


@_field("philtrum_long")
def _philtrum_long(rest: Points) -> Points:
    lips = blob(rest, (0.0, 6.66, 1.5), (0.38, 0.115, 0.35))
    below = smoothstep(6.66, 6.5, rest[:, 1]) * blob(rest, (0.0, 6.3, 1.3), (0.6, 0.35, 0.6))
    return _along(1, -0.075 * lips - 0.06 * below)


@_field("chin_back")
def _chin_back(rest: Points) -> Points:
    near = blob(rest, (0.0, 6.28, 1.4), (0.42, 0.24, 0.7))
    return _plain(np.zeros(len(rest)), 0.03 * near, -0.10 * near)


@_field("midface_back")
def _midface_back(rest: Points) -> Points:
    return _along(2, -0.08 * blob(mirrored(rest), (0.22, 7.0, 1.3), (0.33, 0.2, 0.3)))


def _cranial(rest: Points) -> Points:
    centre = np.array([0.0, 7.35, 0.2])
    height = rest[:, 1] + np.maximum(0, -0.6 * (rest[:, 2] - centre[2]))
    weight = smoothstep(7.35, 7.95, height) * (rest[:, 1] > 6)
    return np.asarray(0.15 * weight[:, None] * (rest - centre))


@_field("cranium_large")
def _cranium_large(rest: Points) -> Points:
    return _cranial(rest)


@_field("forehead_bulge")
def _forehead_bulge(rest: Points) -> Points:
    return _along(2, 0.11 * blob(mirrored(rest), (0.22, 7.80, 1.25), (0.28, 0.2, 0.5)))


@_field("lower_lid_out")
def _lower_lid_out(rest: Points) -> Points:
    near = blob(mirrored(rest), (0.40, 7.215, 1.32), (0.055, 0.035, 0.12))
    return _plain(np.zeros(len(rest)), -0.05 * near, 0.012 * near)


@_field("cleft_left")
def _cleft_left(rest: Points) -> Points:
    """The notch and asymmetry that stay after the repair of a left cleft lip."""
    notch = blob(rest, (0.085, 6.70, 1.62), (0.028, 0.045, 0.15))
    ala = blob(rest, (0.13, 6.90, 1.52), (0.07, 0.06, 0.15))
    return _plain(0.035 * ala, 0.055 * notch - 0.02 * ala, -0.045 * notch - 0.02 * ala)


@_field("cleft_median")
def _cleft_median(rest: Points) -> Points:
    notch = blob(rest, (0.0, 6.71, 1.65), (0.03, 0.05, 0.15))
    return _plain(np.zeros(len(rest)), 0.06 * notch, -0.05 * notch)


@_field("lip_pits")
def _lip_pits(rest: Points) -> Points:
    return _along(2, -0.02 * blob(mirrored(rest), (0.06, 6.60, 1.62), (0.016, 0.016, 0.12)))
