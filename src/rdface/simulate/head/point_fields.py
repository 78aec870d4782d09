"""Smooth displacements of the skin about one named point, by one millimetre at weight 1.

The fields are named `point.axis`, as `al.x`: x leads outward on both sides of the face, y up, z to
the front. With them a trait can be given exactly the measure that it belongs to, without what the
sculpted targets drag along.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rdface.simulate.head.fields import smoothstep
from rdface.simulate.head.landmarks import MIDLINE, PAIRED
from rdface.simulate.head.mesh import HeadMesh

# Reach of the fields [dm]: small where features are close to each other.
_REACH: Final[Mapping[str, float]] = {
    "cheek": 0.16, "lower_cheek": 0.20, "malar": 0.14, "infra": 0.13, "jaw": 0.16, "go": 0.20,
    "chin_side": 0.11, "zy": 0.22, "ft": 0.22, "boss": 0.18, "fore": 0.20, "top": 0.25, "v": 0.45,
    "eu": 0.45, "g": 0.14, "rim": 0.11, "brow_mid": 0.10, "brow_in": 0.09, "brow_out": 0.10,
    "ridge_of_brow": 0.11, "sa": 0.12, "sba": 0.09, "pa": 0.12, "t": 0.12, "pg": 0.12, "gn": 0.14,
    "sl": 0.09, "bag": 0.08, "al": 0.07, "ch": 0.08, "ridge": 0.09, "side": 0.08, "prn": 0.08,
}  # fmt: skip
_NEAR = 0.06
_INSIDE = ("eyes", "teeth", "tongue")

FIELD_NAMES: Final[tuple[str, ...]] = (
    *(f"{name}.{axis}" for name in MIDLINE for axis in "yz"),
    *(f"{name}.{axis}" for name in PAIRED for axis in "xyz"),
)


@lru_cache(maxsize=512)
def point_field(mesh: HeadMesh, name: str) -> NDArray[np.float64]:
    """Displacement [n_coarse, 3] dm of the adult head at weight 1.

    Raises:
        KeyError: No such point or axis.
    """
    point, _, axis = name.partition(".")
    place = np.array(MIDLINE[point] if point in MIDLINE else PAIRED[point])
    rest = mesh.rest
    where = rest if point in MIDLINE else np.c_[np.abs(rest[:, 0]), rest[:, 1:]]
    reach = _REACH.get(point, _NEAR)
    amount = 0.01 * np.exp(-0.5 * (((where - place) / reach) ** 2).sum(1)) * _skin(mesh)
    shift = np.zeros_like(rest)
    along = "xyz".index(axis)
    if along == 0:  # what leads outward must be still on the midline
        amount = amount * np.sign(rest[:, 0]) * smoothstep(0.0, 0.04, np.abs(rest[:, 0]))
    shift[:, along] = amount
    return shift


@lru_cache(maxsize=2)
def _skin(mesh: HeadMesh) -> NDArray[np.float64]:
    """1 for vertices of the skin and the lashes, 0 for eyes, teeth and tongue."""
    inside = np.zeros(len(mesh.rest), dtype=bool)
    for name in _INSIDE:
        inside[mesh.parts[name].matrix.indices] = True
    return np.asarray(~inside, dtype=float)
