"""The manifest: held-out conditions, folds of the others, and every test episode, with a name."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from rdface.errors import UsageError
from rdface.files import sha256_bytes
from rdface.protocols.few_shot.drawing import EpisodeRows
from rdface.protocols.few_shot.setting import Setting
from rdface.protocols.split import Ids


@dataclass(frozen=True)
class ConditionFold:
    """One division of the conditions that are not held out.

    Attributes:
        train: Conditions whose images train a method.
        validation: Conditions whose episodes choose the epoch.
    """

    train: Ids
    validation: Ids


@dataclass(frozen=True)
class Episode:
    """One task; the three tuples go condition by condition.

    Attributes:
        conditions: ``way`` of them.
        support: ``shot`` image ids of each.
        query: ``query`` image ids of each.
    """

    conditions: Ids
    support: tuple[Ids, ...]
    query: tuple[Ids, ...]


@dataclass(frozen=True)
class Manifest:
    """All that decides who is shown and who is asked, for one setting on one cohort.

    Attributes:
        seed: Of the held-out conditions, the folds and the episodes.
        cohort_sha256: The cohort.
        setting: How large an episode is.
        by_image: Whether support and query were divided by image and not by person (flaw F1).
        test_conditions: Held out: only test episodes show them; sorted.
        folds: Divisions of the other conditions, for methods that train.
        left_out: Conditions with a single person (image, if ``by_image``); in no episode; sorted.
        draw: Empty where the episodes come from the seed; else a random word from which this run
            alone drew its own (flaw F7).
        episodes: One tuple of test episodes for all folds, or (``draw``) one a fold.
    """

    seed: int
    cohort_sha256: str
    setting: Setting
    by_image: bool
    test_conditions: Ids
    folds: tuple[ConditionFold, ...]
    left_out: Ids
    draw: str
    episodes: tuple[tuple[Episode, ...], ...]

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the canonical JSON of :meth:`to_dict`: sorted keys, no blanks, ASCII."""
        plain = self.to_dict()
        text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return sha256_bytes(text.encode())

    @property
    def development(self) -> Ids:
        """Every condition that is neither held out nor left out, sorted."""
        first = self.folds[0]
        return tuple(sorted(first.train + first.validation))

    def episodes_of(self, fold: int) -> tuple[Episode, ...]:
        """The test episodes of a fold: shared, unless each drew its own."""
        return self.episodes[fold if self.draw else 0]

    def rows(self, fold: int, image_ids: Sequence[str]) -> EpisodeRows:
        """A fold's test episodes as rows of a cohort whose images are ``image_ids``, in order.

        Raises:
            UsageError: An episode names an image that the cohort does not have.
        """
        row = {image_id: number for number, image_id in enumerate(image_ids)}
        episodes = self.episodes_of(fold)
        try:
            parts = [
                np.array([[[row[image] for image in ids] for ids in part] for part in side])
                for side in (
                    [episode.support for episode in episodes],
                    [episode.query for episode in episodes],
                )
            ]
        except KeyError as error:
            raise UsageError(
                f"An episode names the image {error.args[0]!r}, which the cohort does not have.",
                hint="The episodes belong to another cohort or version; draw them anew.",
            ) from error
        return EpisodeRows(*(part.astype(np.intp) for part in parts))

    def to_dict(self) -> dict[str, Any]:
        """As plain types that JSON can hold."""
        return {
            "seed": self.seed,
            "cohort_sha256": self.cohort_sha256,
            "setting": self.setting.to_dict(),
            "by_image": self.by_image,
            "test_conditions": list(self.test_conditions),
            "folds": [
                {"train": list(fold.train), "validation": list(fold.validation)}
                for fold in self.folds
            ],
            "left_out": list(self.left_out),
            "draw": self.draw,
            "episodes": [
                [
                    {
                        "conditions": list(episode.conditions),
                        "support": [list(ids) for ids in episode.support],
                        "query": [list(ids) for ids in episode.query],
                    }
                    for episode in part
                ]
                for part in self.episodes
            ],
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Manifest:
        """The inverse of :meth:`to_dict`."""
        changed = {
            "setting": Setting(**plain["setting"]),
            "test_conditions": tuple(plain["test_conditions"]),
            "left_out": tuple(plain["left_out"]),
            "folds": tuple(
                ConditionFold(tuple(fold["train"]), tuple(fold["validation"]))
                for fold in plain["folds"]
            ),
            "episodes": tuple(
                tuple(
                    Episode(
                        tuple(episode["conditions"]),
                        tuple(tuple(ids) for ids in episode["support"]),
                        tuple(tuple(ids) for ids in episode["query"]),
                    )
                    for episode in part
                )
                for part in plain["episodes"]
            ),
        }
        return cls(**(dict(plain) | changed))
