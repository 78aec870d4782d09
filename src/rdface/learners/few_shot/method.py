"""What a few-shot method is, and the registry of all of them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from rdface.learners.options import with_options
from rdface.learners.preparation import Floats
from rdface.protocols.few_shot.drawing import EpisodeRows, Rows
from rdface.registry import Registry

BATCH = 256
"""Episodes that are worked on at once, so that memory does not grow with their number."""


class FewShotMethod(BaseModel):
    """A method; its fields are its options.

    Attributes:
        per_fold: Whether it differs from fold to fold.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    per_fold: ClassVar[bool]


class FrozenMethod(FewShotMethod):
    """A method on the embeddings of a frozen backbone: each image is embedded once.

    Each query is answered by itself: its scores do not depend on the other queries.
    """

    per_fold: ClassVar[bool] = False

    def scores(
        self, embeddings: NDArray[np.floating[Any]], episodes: EpisodeRows, development: Rows
    ) -> Floats:
        """Score the conditions of each episode for its queries, higher is likelier.

        Args:
            embeddings: ``float [N, D]`` of the whole cohort.
            episodes: Test episodes.
            development: Rows of the conditions that are not held out; what a method learns
                beyond an episode, it learns from these.

        Returns:
            ``float64 [E, way, query, way]``: of each condition's queries, a score per condition.
        """
        prepared = self.prepare(embeddings.astype(np.float64), development)
        parts = [
            self._batch(prepared, EpisodeRows(*(side[start : start + BATCH] for side in episodes)))
            for start in range(0, len(episodes.query), BATCH)
        ]
        return np.concatenate(parts)

    def _batch(self, x: Floats, episodes: EpisodeRows) -> Floats:
        count, way, asked = episodes.query.shape
        queries = x[episodes.query.reshape(count, way * asked)]
        return self.answer(x[episodes.support], queries).reshape(count, way, asked, way)

    def prepare(self, embeddings: Floats, development: Rows) -> Floats:
        """What is done to all embeddings, row by row; by default nothing.

        Args:
            embeddings: ``float64 [N, D]``.
            development: Rows that statistics may be taken from.
        """
        return embeddings

    @abstractmethod
    def answer(self, support: Floats, queries: Floats) -> Floats:
        """Score a batch of episodes.

        Args:
            support: ``float64 [E, W, K, D]``.
            queries: ``float64 [E, M, D]``.

        Returns:
            ``float64 [E, M, W]``.
        """


METHODS: Registry[type[FewShotMethod]] = Registry("few-shot method", "rdface.learners.few_shot")
"""All few-shot methods by name."""


def make_method(name: str, options: Mapping[str, Any]) -> FewShotMethod:
    """A method with its options.

    Raises:
        UsageError: There is no such method or option, or a value does not fit.
    """
    return with_options(METHODS, name, options)
