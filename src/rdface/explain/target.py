"""The score that a map is about: a number that follows from one embedding alone.

Both targets are cosines with a fixed direction or differences of them, so that one line of algebra
serves every backbone and the gradient too: score(e) = (e / |e|) . w.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from rdface.errors import UsageError
from rdface.explain.cases import Neighbours
from rdface.learners.preparation import Floats, unit_rows

if TYPE_CHECKING:
    from rdface.backbones import Backbone
    from rdface.cohort import Cohort
    from rdface.explain.probe import Probe

TargetName = Literal["case", "margin"]
TARGETS: tuple[TargetName, ...] = ("case", "margin")


@dataclass(frozen=True, eq=False)
class Target:
    """A direction in the space of embeddings.

    Attributes:
        about: The score in words.
        direction: ``float64 [D]``, w.
    """

    about: str
    direction: Floats

    def of_embeddings(self, embeddings: NDArray[np.floating[Any]]) -> Floats:
        """Scores ``[N]`` of embeddings ``[N, D]``."""
        return np.asarray(unit_rows(np.asarray(embeddings, np.float64)) @ self.direction)

    def of_pictures(self, backbone: Backbone, crops: NDArray[np.uint8]) -> Floats:
        """Scores ``[N]`` of crops ``[N, H, W, 3]``, embedded in one call."""
        return self.of_embeddings(backbone.embed(crops))


def choose_target(
    name: TargetName,
    probe: Probe,
    neighbours: Neighbours,
    cohort: Cohort,
    embeddings: NDArray[np.floating[Any]],
) -> Target:
    """The score of the condition that stands first.

    ``case``: cosine to its most similar case. ``margin``: cosine to the mean of its unit vectors
    less that to the mean of the condition that comes next, both means without the probe's patient.

    Raises:
        UsageError: An unknown name, or a margin with one condition only.
    """
    rows = unit_rows(np.asarray(embeddings, np.float64))
    first = neighbours.conditions[0]
    if name == "case":
        return Target(
            f"cosine to {first.image_id}, the most similar case of {first.name}", rows[first.row]
        )
    if name != "margin":
        raise UsageError(f"There is no target {name!r}.", hint=f"Known: {', '.join(TARGETS)}.")
    if len(neighbours.conditions) < 2:
        raise UsageError("A margin needs two conditions in the gallery.")
    second = neighbours.conditions[1]
    conditions = cohort.images["condition"].to_numpy()
    ours, theirs = (
        unit_rows(rows[(conditions == each.condition) & ~probe.left_out].mean(axis=0)[None])[0]
        for each in (first, second)
    )
    return Target(
        f"cosine to the mean of {first.name} less that to the mean of {second.name}", ours - theirs
    )
