"""Named soft-tissue points as vertices of the head: what a ruler would be laid on, known exactly.

The abbreviations are those of L. Farkas, Anthropometry of the Head and Face, 2nd ed., Raven Press,
1994, ch. 2, where he has one; the others are explained beside them. A point is the vertex of the
finely subdivided skin that lies nearest to a place on the unmorphed head, so it stays at its
anatomical place whatever the child's shape is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from rdface.simulate.head.mesh import HeadMesh

Points: TypeAlias = NDArray[np.float64]
_Place: TypeAlias = tuple[float, float, float]

MIDLINE: Final[Mapping[str, _Place]] = {
    "v": (0.0, 8.46, 0.60),  # vertex
    "top": (0.0, 7.96, 1.42),  # trichion, where the usual hairline is
    "fore": (0.0, 7.76, 1.50),  # middle of the forehead
    "g": (0.0, 7.52, 1.53),  # glabella
    "n": (0.0, 7.33, 1.506),  # nasion (sellion: the deepest point)
    "ridge": (0.0, 7.11, 1.575),  # middle of the nasal ridge
    "prn": (0.0, 6.925, 1.678),  # pronasale
    "c": (0.0, 6.84, 1.615),  # columella's lowest front
    "sn": (0.0, 6.795, 1.567),  # subnasale
    "phil": (0.0, 6.745, 1.566),  # middle of the philtrum
    "ls": (0.0, 6.68, 1.60),  # labiale superius
    "sto_u": (0.0, 6.612, 1.541),  # stomion, of the upper and of the lower lip
    "sto_l": (0.0, 6.602, 1.536),
    "lip": (0.0, 6.55, 1.561),  # most prominent point of the lower lip
    "li": (0.0, 6.497, 1.548),  # labiale inferius
    "sl": (0.0, 6.42, 1.491),  # sublabiale
    "pg": (0.0, 6.373, 1.495),  # pogonion
    "chin": (0.0, 6.300, 1.487),  # where a dimple would be
    "gn": (0.0, 6.175, 1.387),  # gnathion
}
PAIRED: Final[Mapping[str, _Place]] = {
    "en": (0.168, 7.272, 1.385),  # endocanthion
    "ex": (0.438, 7.288, 1.350),  # exocanthion
    "ps": (0.325, 7.332, 1.405),  # palpebrale superius and inferius
    "pi": (0.325, 7.242, 1.395),
    "ps_in": (0.215, 7.308, 1.393),  # margin of the upper lid near the inner canthus
    "pi_out": (0.400, 7.256, 1.375),  # margin of the lower lid near the outer canthus
    "fold": (0.325, 7.368, 1.405),  # crease of the upper lid
    "bag": (0.310, 7.180, 1.390),  # under the eye
    "rim": (0.580, 7.260, 1.200),  # lateral rim of the orbit
    "brow_in": (0.130, 7.484, 1.500),  # upper edge of the brow: inner end, highest part, outer end
    "brow_mid": (0.330, 7.525, 1.434),
    "brow_out": (0.524, 7.436, 1.281),
    "ridge_of_brow": (0.330, 7.460, 1.440),  # supraorbital ridge
    "root": (0.055, 7.305, 1.490),  # side of the nasal root
    "mf": (0.100, 7.290, 1.440),  # maxillofrontale
    "side": (0.095, 7.110, 1.500),  # side of the nasal ridge
    "tip": (0.095, 6.930, 1.610),  # side of the nasal tip
    "al": (0.172, 6.900, 1.500),  # alare
    "rim_of_ala": (0.105, 6.868, 1.600),  # upper edge of the nostril
    "pillar": (0.052, 6.740, 1.578),  # ridge beside the philtrum
    "cph": (0.085, 6.695, 1.585),  # crista philtri
    "ch": (0.262, 6.605, 1.420),  # cheilion
    "cheek": (0.400, 6.870, 1.350),  # middle of the cheek
    "malar": (0.508, 7.044, 1.313),  # most prominent point of the cheek bone
    "lower_cheek": (0.530, 6.640, 1.106),
    "infra": (0.230, 7.060, 1.420),  # maxilla beside the nose
    "zy": (0.705, 7.150, 0.750),  # zygion
    "go": (0.560, 6.620, 0.650),  # gonion
    "jaw": (0.300, 6.270, 1.150),  # outline beside the chin
    "chin_side": (0.150, 6.260, 1.380),
    "chin_boss": (0.075, 6.300, 1.475),  # beside the place of a dimple
    "ft": (0.600, 7.620, 1.130),  # frontotemporale
    "boss": (0.220, 7.800, 1.420),  # frontal eminence
    "eu": (0.740, 7.850, 0.400),  # eurion
    "sa": (0.850, 7.335, 0.500),  # superaurale, subaurale, postaurale
    "sba": (0.730, 6.845, 0.580),
    "pa": (0.860, 7.170, 0.370),
    "lobe": (0.735, 6.930, 0.540),  # where the ear lobe begins
    "t": (0.750, 7.100, 0.590),  # tragion
}
"""Place of the subject's left point on the unmorphed head, dm; the right one mirrors it."""


@dataclass(frozen=True)
class Landmarks:
    """Finds the points on any shape of the head: `matrix` [n_points, n_coarse]."""

    matrix: sp.csr_matrix

    def points(self, coarse: Points) -> dict[str, Points]:
        """Name -> place in dm: [3] on the midline, [2, 3] (right, left) of a pair.

        `pupil` is the centre of the eyeball.
        """
        places = np.asarray(self.matrix @ coarse)
        found = dict(zip(MIDLINE, places, strict=False))
        pairs = places[len(MIDLINE) :].reshape(-1, 2, 3)
        return found | dict(zip((*PAIRED, "pupil"), pairs, strict=True))

    def many(self, heads: Sequence[Points]) -> dict[str, Points]:
        """The same for several heads: [n_heads, 3] or [n_heads, 2, 3]."""
        found = [self.points(coarse) for coarse in heads]
        return {name: np.stack([places[name] for places in found]) for name in found[0]}


@lru_cache(maxsize=2)
def find_landmarks(mesh: HeadMesh) -> Landmarks:
    """Look up the nearest skin vertex of every point."""
    from scipy.spatial import cKDTree

    skin, eyes = mesh.parts["fine skin"].matrix, mesh.parts["eyes"].matrix
    pairs = [(sign * x, y, z) for x, y, z in PAIRED.values() for sign in (-1, 1)]
    _, rows = cKDTree(np.asarray(skin @ mesh.rest)).query([*MIDLINE.values(), *pairs])
    left = np.asarray(eyes @ mesh.rest)[:, 0] > 0
    centres = [sp.csr_matrix(eyes[side].mean(axis=0)) for side in (~left, left)]
    return Landmarks(sp.vstack([skin[rows], *centres]).tocsr())
