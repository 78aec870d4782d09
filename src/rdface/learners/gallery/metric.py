"""What a learner of a metric is, what it learns, and the registry of all of them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from rdface.learners.learner import Labels
from rdface.learners.options import with_options
from rdface.learners.preparation import Floats, unit_rows
from rdface.registry import Registry


@dataclass(frozen=True, eq=False)
class Projection:
    """A metric: the cosine after an affine map. Every metric learner ends in one.

    Attributes:
        mean: ``float64 [D]``, taken off the unit vectors.
        basis: ``float64 [D, K]``; None leaves them as they are.
    """

    mean: Floats
    basis: Floats | None

    def apply(self, embeddings: NDArray[np.floating[Any]]) -> Floats:
        """Map embeddings ``[M, D]``, each by itself, to unit vectors ``float64 [M, K]``."""
        moved = unit_rows(np.asarray(embeddings, dtype=np.float64)) - self.mean
        return unit_rows(moved if self.basis is None else moved @ self.basis)

    @property
    def dim(self) -> int:
        """K."""
        return len(self.mean) if self.basis is None else int(self.basis.shape[1])


@dataclass(frozen=True, eq=False)
class TrainingCases:
    """What a metric is fitted on: cases of frequent conditions, and nothing else.

    Attributes:
        x: ``float64 [N, D]``, unit vectors.
        y: ``intp [N]``, conditions; any numbers.
        patients: ``intp [N]``, any numbers.
    """

    x: Floats
    y: Labels
    patients: Labels

    @classmethod
    def of(
        cls, embeddings: NDArray[np.floating[Any]], y: Labels, patients: Labels, rows: Labels
    ) -> TrainingCases:
        """Those ``rows`` of a cohort's arrays."""
        return cls(unit_rows(embeddings[rows].astype(np.float64)), y[rows], patients[rows])


class MetricLearner(BaseModel):
    """Learns a metric on frozen embeddings; its fields are its options.

    A field that is a tuple holds candidates, the plainest first, among which the inner split
    chooses; one candidate is no choice.

    Attributes:
        needs_torch: Whether it is fitted with the extra ``torch``; none needs it to search.
        learns: Whether it reads the training cases at all.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    needs_torch: ClassVar[bool] = False
    learns: ClassVar[bool] = True

    @abstractmethod
    def candidates(self) -> list[dict[str, Any]]:
        """Points to choose from; at a tie the first wins."""

    @abstractmethod
    def learn(self, cases: TrainingCases, points: Sequence[Mapping[str, Any]]) -> list[Projection]:
        """Fit one metric a point, on these cases alone."""


METRICS: Registry[type[MetricLearner]] = Registry("metric learner", "rdface.learners.gallery")
"""All metric learners by name."""


def make_metric(name: str, options: Mapping[str, Any] | None = None) -> MetricLearner:
    """A metric learner with its options.

    Raises:
        UsageError: There is no such metric learner or option, or a value does not fit.
    """
    return with_options(METRICS, name, options or {})
