"""A method that trains the network itself, on the pictures of the conditions of a fold."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from rdface.learners.few_shot.method import FewShotMethod
from rdface.learners.preparation import Floats
from rdface.protocols.few_shot import EpisodeRows, EpisodeSource

if TYPE_CHECKING:
    from rdface.backbones.trunk import Normalisation, Trunk


@dataclass(frozen=True, eq=False)
class Pictures:
    """What is trained on; rows are in the cohort's order.

    Attributes:
        images: ``uint8 [N, H, W, 3]``, decoded and cut out once.
        trunk: Gives a fresh copy of the pretrained network at every call.
        normalisation: What is done to the images before the trunk.
    """

    images: NDArray[np.uint8]
    trunk: Callable[[], Trunk]
    normalisation: Normalisation


@dataclass(frozen=True, eq=False)
class Trained:
    """What came out of one fold.

    Attributes:
        scores: ``float64 [E, way, query, way]`` of the chosen epoch's weights.
        chosen: ``epoch`` (from 1; 0 is the pretrained network) and ``validation_accuracy``.
        history: One row an epoch: ``epoch, loss, accuracy, validation_accuracy, seconds``.
    """

    scores: Floats
    chosen: dict[str, Any]
    history: list[dict[str, float]]


class TrainedMethod(FewShotMethod):
    """A method with a network of its own per fold.

    Attributes:
        size: Side of the pictures, pixels; the backbone's own if None.
    """

    per_fold: ClassVar[bool] = True

    size: int | None = Field(default=None, ge=16, le=1024)

    @abstractmethod
    def train(
        self,
        pictures: Pictures,
        source: EpisodeSource,
        fold: int,
        test: EpisodeRows,
        *,
        folder: Path,
        wrong_axes: bool = False,
    ) -> Trained:
        """Train on the fold's training conditions, choose on its validation, answer the test.

        Args:
            pictures: Of the whole cohort; the test's are looked at only after the choice.
            source: Draws the training and validation episodes.
            fold: Its number.
            test: Test episodes.
            folder: Where checkpoints lie while the training lasts.
            wrong_axes: Pool a Swin over width and channels, as the paper does (flaw F10).
        """
