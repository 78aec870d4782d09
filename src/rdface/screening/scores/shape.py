"""Procrustes distance to the condition's mean shape: 468 points, and the five alone.

The 468 points are turned to the front as far as the mesh knows the pose
(:mod:`rdface.faces.pose`) and seen from there; the five are taken as they lie in the picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from rdface.faces.mesh468 import N_POINTS
from rdface.faces.table import POINT_COLUMNS
from rdface.screening.material import Faces, Material
from rdface.screening.procrustes import Shapes, mean_shapes, procrustes_distances, shapes
from rdface.screening.ranks import own_ranks, own_values
from rdface.screening.scorer import FIVE_SHAPE, SCORERS, Column, Scorer


@SCORERS.register("shape")
class ShapeScorer(Scorer):
    """Procrustes distance from the condition's mean shape, which keeps how broad a face is."""

    columns: ClassVar = tuple(
        Column(name, meaning, "low", "number", space)
        for n, space in ((468, "shape of 468 points"), (5, FIVE_SHAPE))
        for name, meaning in (
            (
                f"procrustes_{n}",
                f"full Procrustes distance from the condition's mean of {n} points",
            ),
            (f"procrustes_{n}_rank", "rank of the condition by that distance, 1 is best"),
        )
    )

    def score(self, material: Material) -> Mapping[str, NDArray[Any]]:
        """See the base."""
        found: dict[str, NDArray[Any]] = {}
        labels = material.pool.labels
        for n, take in ((468, _mesh), (5, _five)):
            known, training = take(material.training), material.training
            means = mean_shapes(known, training.labels, material.n_conditions)
            distances = procrustes_distances(take(material.pool), means)
            found[f"procrustes_{n}"] = own_values(distances, labels)
            found[f"procrustes_{n}_rank"] = own_ranks(-distances, labels)
        return found


def _mesh(faces: Faces) -> Shapes:
    """The backbone ``landmarks`` gives points that are free of pose; depth is left out."""
    return shapes(faces.embed("landmarks").reshape(-1, N_POINTS, 3)[..., :2])


def _five(faces: Faces) -> Shapes:
    points = faces.table.frame[list(POINT_COLUMNS)].to_numpy(np.float64)
    return shapes(points.reshape(-1, 5, 2))
