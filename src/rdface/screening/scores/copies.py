"""Blank pictures, the same picture twice in a pool, and faces that lie on a training face."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from rdface.backbones import load_backbone
from rdface.screening.copies import nearest_training
from rdface.screening.material import Material
from rdface.screening.options import ScreenOptions
from rdface.screening.scorer import SCORERS, Column, Scorer
from rdface.screening.thumbnails import blank, earlier_twins, thumbnails


@SCORERS.register("copies")
class CopyScorer(Scorer):
    """Flags: blank, duplicate within the pool, near copy of a training image."""

    columns: ClassVar = (
        Column("blank", "the picture is of one colour", "", "flag"),
        Column("duplicate", "an earlier image of the pool is the same picture", "", "flag"),
        Column("duplicate_of", "which", "", "id"),
        Column("nearest_training", "the training image with the nearest face", "", "id"),
        Column(
            "nearest_training_distance",
            "1 - cosine to it, centred on the training faces",
            "",
        ),
        Column(
            "copy_share",
            "share of training faces that lie nearer to a face of another patient",
            "high",
        ),
        Column("near_copy", "copy_share is below the option near_copy", "", "flag"),
    )

    def check(self, options: ScreenOptions) -> None:
        """The backbone is there."""
        load_backbone(options.identity)

    def score(self, material: Material) -> Mapping[str, NDArray[Any]]:
        """See the base; the backbone is ``identity``. A flag that cannot be judged is not set."""
        small = thumbnails(material.pool.cohort)
        twins = earlier_twins(small)
        training, backbone = material.training, material.options.identity
        found = nearest_training(
            material.pool.embed(backbone),
            training.embed(backbone),
            training.cohort.images["patient_id"].to_numpy(str),
        )
        return {
            "blank": blank(small),
            "duplicate": twins >= 0,
            "duplicate_of": _names(material.pool.cohort.image_ids, twins),
            "nearest_training": _names(training.cohort.image_ids, found.row),
            "nearest_training_distance": found.distance,
            "copy_share": found.share,
            "near_copy": found.share < material.options.near_copy,
        }


def _names(ids: tuple[str, ...], rows: NDArray[np.intp]) -> NDArray[Any]:
    """Ids by row; empty where the row is -1."""
    return np.array([ids[row] if row >= 0 else "" for row in rows], dtype=object)
