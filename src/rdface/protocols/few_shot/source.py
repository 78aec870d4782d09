"""Episodes to train and to choose on: never stored, drawn anew from the manifest's own key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rdface.protocols.few_shot.drawing import EpisodeRows, Rows, draw_episodes, keyed
from rdface.protocols.few_shot.manifest import Manifest
from rdface.protocols.few_shot.people import People, find_people

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class EpisodeSource:
    """Draws training and validation episodes of a manifest's folds, never a held-out condition.

    The generator's seed is a SHA-256 of seed, purpose, setting, fold and epoch, so that any epoch
    can be drawn again without those before it, by any backbone and method alike.

    Attributes:
        manifest: Whose folds.
        people: Of the same cohort and the same ``by_image``.
    """

    manifest: Manifest
    people: People

    @classmethod
    def of(cls, manifest: Manifest, images: pd.DataFrame) -> EpisodeSource:
        """Group the people of a cohort's image table as the manifest did."""
        return cls(manifest, find_people(images, by_image=manifest.by_image))

    def training(self, fold: int, epoch: int, count: int) -> EpisodeRows:
        """``count`` episodes of a fold's training conditions for an epoch, from 1.

        Raises:
            UsageError: Too few of them qualify.
        """
        return self._draw(self.manifest.folds[fold].train, count, "training", fold, epoch)

    def validation(self, fold: int, count: int) -> EpisodeRows:
        """``count`` episodes of a fold's validation conditions, the same in every epoch.

        Raises:
            UsageError: Too few of them qualify.
        """
        return self._draw(self.manifest.folds[fold].validation, count, "validation", fold, 0)

    @property
    def development(self) -> Rows:
        """``intp``: rows of all images of conditions that are not held out, ascending."""
        conditions = self.manifest.development
        rows = [row for name in conditions for person in self.people[name] for row in person]
        return np.array(sorted(rows), dtype=np.intp)

    def _draw(
        self, conditions: tuple[str, ...], count: int, purpose: str, fold: int, epoch: int
    ) -> EpisodeRows:
        manifest = self.manifest
        key = ("few-shot", manifest.seed, manifest.draw, purpose, manifest.setting, fold, epoch)
        return draw_episodes(
            self.people,
            conditions,
            manifest.setting,
            count,
            keyed(*key),
            which=f"{purpose} ones of fold {fold}",
        )
