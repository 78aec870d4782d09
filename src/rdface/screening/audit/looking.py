"""What an audit sees of a side: where its faces are, how they embed, what their pixels show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from rdface.screening.audit.copies import MIXTURES, mix, mixed_pairs
from rdface.screening.audit.sides import Side
from rdface.screening.audit.views import PIXEL_CROP, Faces, Known, mirrored_embeddings

if TYPE_CHECKING:
    from rdface.faces import FaceTable

BLANK: Final = 4.0
"""Standard deviation of brightness, of 255, below which a picture shows nothing."""


@dataclass(frozen=True, eq=False)
class Looked:
    """One side's faces, as every part of the audit needs them.

    Attributes:
        table: Where they are.
        found: ``[N]`` whether there is one.
        embeddings: Backbone to ``[N, D]``.
        faces: For the search for copies.
        blank: ``[N]`` whether the picture shows nothing at all.
    """

    table: FaceTable
    found: NDArray[np.bool_]
    embeddings: dict[str, NDArray[np.float32]]
    faces: Faces
    blank: NDArray[np.bool_]


def look_at(side: Side, backbones: Sequence[str], identity: str, detector: str) -> Looked:
    """Find, embed and cut out one side's faces."""
    from rdface.backbones.embed import embed_all
    from rdface.faces import locate_faces
    from rdface.faces.cut import cut_all

    table = locate_faces(side.cohort, detector)
    embedded = dict(zip(backbones, embed_all(side.cohort, backbones, table), strict=True))
    crops = cut_all(side.cohort, table, PIXEL_CROP)
    spread = crops.astype(np.float32).mean(axis=3).std(axis=(1, 2))
    found = (table.frame["status"] != "none").to_numpy(bool)
    return Looked(table, found, embedded, Faces(embedded[identity], crops), spread < BLANK)


def as_known(side: Side, looked: Looked, identity: str) -> Known:
    """The faces of a side and their mirror images, for others to be compared with."""
    from rdface.backbones import load_backbone

    turned = mirrored_embeddings(side.cohort, looked.table, load_backbone(identity))
    return Known(looked.faces, turned)


def mixtures_of(side: Side, looked: Looked, identity: str, seed: int) -> Faces:
    """Half-and-half mixtures of aligned training faces."""
    from rdface.backbones import load_backbone
    from rdface.faces.cut import cut_all

    backbone = load_backbone(identity)
    usable = np.flatnonzero(looked.found)
    pairs = mixed_pairs(
        side.patients[usable],
        side.conditions[usable],
        MIXTURES,
        np.random.default_rng(seed),
    )
    if not len(pairs):
        return looked.faces.of(np.empty(0, np.intp))
    a, b = usable[pairs].T
    crops = cut_all(side.cohort, looked.table, backbone.crop)
    embedded = backbone.embed(mix(crops[a], crops[b]))
    return Faces(embedded, mix(looked.faces.pixels[a], looked.faces.pixels[b]))
