"""Prototypical network, trained end to end on episodes.

J. Snell, K. Swersky, R. Zemel: Prototypical networks for few-shot learning. NeurIPS 2017.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from rdface.learners.few_shot.distances import Distance
from rdface.learners.few_shot.method import METHODS
from rdface.learners.few_shot.trained import Pictures, Trained, TrainedMethod
from rdface.protocols.few_shot import EpisodeRows, EpisodeSource


@METHODS.register("protonet")
class ProtoNet(TrainedMethod):
    """Prototypical network: the whole backbone trained on episodes.

    The loss of an episode is the cross-entropy of softmax(-distance) over its queries. After each
    epoch the validation episodes are answered; the epoch with the best accuracy, the first one at
    a tie, is tested. The pretrained network itself is a candidate ("epoch 0") unless
    ``keep_pretrained`` is off: a training that only harms is not used.

    Attributes:
        distance: Between a query and a prototype; ``cosine`` is multiplied by ``scale``.
        scale: See ``distance``.
        optimiser: ``adamw`` or ``adam`` (the paper's).
        learning_rate: Constant. The paper's 1e-3 makes pretrained backbones collapse (flaw F10).
        weight_decay: Of AdamW.
        epochs: Passes; the paper's 10.
        episodes: Training episodes of an epoch; the paper's 600.
        validation_episodes: The paper's 100.
        batch_norm: ``frozen`` keeps the pretrained statistics; ``batch`` (the paper's) takes and
            learns those of each episode's images, support and queries together.
        keep_pretrained: Whether epoch 0 is a candidate.
        seed: Of dropout and the like; with the fold and the epoch.
    """

    distance: Distance = "squared-euclidean"
    scale: float = Field(default=10.0, gt=0)
    optimiser: Literal["adamw", "adam"] = "adamw"
    learning_rate: float = Field(default=2e-5, gt=0)
    weight_decay: float = Field(default=1e-4, ge=0)
    epochs: int = Field(default=10, ge=1)
    episodes: int = Field(default=600, ge=1)
    validation_episodes: int = Field(default=100, ge=1)
    batch_norm: Literal["frozen", "batch"] = "frozen"
    keep_pretrained: bool = True
    seed: int = Field(default=42, ge=0)

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
        """See :class:`TrainedMethod`."""
        from rdface.learners.few_shot.episodic_training import train_on_episodes

        return train_on_episodes(
            self, pictures, source, fold, test, folder=folder, wrong_axes=wrong_axes
        )
