"""Which further models a study fits to judge its reliability by, and the table they make."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rdface.backbones import Backbone, embed_all
from rdface.bench.jobs import PROBE, Materials, Outcome
from rdface.bench.opened import Opened
from rdface.bench.reliability.controls import (
    check_controls,
    control_name,
    probe_folds,
)
from rdface.bench.reliability.table import UNAFFECTED, ReliabilityTable
from rdface.bench.result import CohortReference
from rdface.cohort import Cohort, load_cohort
from rdface.errors import UsageError
from rdface.files import code_sha256, sha256_bytes
from rdface.learners.novelty import NOVELTY
from rdface.protocols import FoldRows, Split
from rdface.protocols.open_world import World, make_worlds

if TYPE_CHECKING:
    from rdface.bench.spec import Reliability

_Row = tuple[str, str, str, int, int, int, str, str]
"""Image, patient, truth, repeat, fold, training count, world, role."""
_NO_LABEL = -1
"""Label of a control: of none of the conditions; nothing reads it."""


@dataclass(frozen=True, eq=False)
class ReliabilityPlan:
    """The worlds of a study's folds; make one with :func:`plan_reliability`.

    Attributes:
        settings: What the spec says.
        cohort: The study's cohort.
        worlds: One model each, per backbone and learner.
        controls: Unaffected children; None if there are none.
        probes: World to the rows of its probe (:func:`probe_folds`); none without controls.
    """

    settings: Reliability
    cohort: Cohort
    worlds: tuple[World, ...]
    controls: Opened | None
    probes: Mapping[int, FoldRows]

    @property
    def controls_reference(self) -> CohortReference | None:
        """Which cohort the controls are."""
        return None if self.controls is None else CohortReference.of(self.controls.cohort)

    def deciding(self) -> dict[str, Any]:
        """All that decides table and judgement besides what decides the predictions."""
        return {
            "unseen_parts": self.settings.unseen_parts,
            "inner_folds": self.settings.inner_folds,
            "controls": "" if self.controls is None else self.controls.cohort.sha256,
            "code": code_sha256(Path(__file__).parent),
            "worlds": sha256_bytes(json.dumps(self._dealt()).encode()),
        }

    def _dealt(self) -> list[Any]:
        """Who is on which side of every world and of its probe, in plain types."""
        probes = {
            number: [side.tolist() for side in rows] for number, rows in sorted(self.probes.items())
        }
        return [[asdict(world) for world in self.worlds], probes]

    def materials(
        self,
        features: Mapping[str, NDArray[np.float32]],
        labels: NDArray[np.intp],
        backbones: Sequence[Backbone],
    ) -> Materials:
        """What the jobs read: the cohort's rows, then the controls'.

        Args:
            features: Backbone to the cohort's embeddings.
            labels: Of the cohort's images.
            backbones: Those of ``features``, in order, to embed the controls with.
        """
        stacked = dict(features)
        n_controls = 0
        if self.controls is not None:
            n_controls = len(self.controls.cohort)
            strange = embed_all(self.controls.cohort, backbones, self.controls.faces)
            stacked = {
                name: np.concatenate([own, other])
                for (name, own), other in zip(features.items(), strange, strict=True)
            }
        return Materials(
            features=stacked,
            labels=np.concatenate([labels, np.full(n_controls, _NO_LABEL, dtype=np.intp)]),
            folds=tuple(self._rows(world, n_controls) for world in self.worlds),
            n_conditions=len(self.cohort.condition_ids),
            refit=True,
            novelty=tuple(NOVELTY.names()),
            probes=self.probes,
        )

    def _rows(self, world: World, n_controls: int) -> FoldRows:
        rows = world.fold(world.scored, 0).rows(self.cohort.image_ids)
        if world.name == "open":
            return rows
        controls = len(self.cohort) + np.arange(n_controls, dtype=np.intp)
        return rows._replace(test=np.concatenate([rows.test, controls]))

    def table(self, outcomes: Sequence[Outcome]) -> ReliabilityTable:
        """The table of all worlds.

        Args:
            outcomes: One per world, in order.
        """
        rows = [row for world in self.worlds for row in self._describe(world)]
        ids, patients, truths, repeats, folds, counts, worlds, roles = zip(*rows, strict=True)
        return ReliabilityTable(
            image_ids=np.array(ids, dtype=object),
            patient_ids=np.array(patients, dtype=object),
            truth=np.array(truths, dtype=object),
            repeat=np.array(repeats, dtype=np.int64),
            fold=np.array(folds, dtype=np.int64),
            training_count=np.array(counts, dtype=np.int64),
            world=np.array(worlds, dtype=object),
            role=np.array(roles, dtype=object),
            conditions=self.cohort.condition_ids,
            scores=np.concatenate([outcome.scores for outcome in outcomes]),
            novelty={
                name: np.concatenate([outcome.novelty[name] for outcome in outcomes])
                for name in (*NOVELTY.names(), *([PROBE] if self.probes else []))
            },
        )

    def _describe(self, world: World) -> list[_Row]:
        """A row per scored image, in the order of its scores."""
        trained = Counter(self._condition[image] for image in world.train)
        parts = (("calibration", world.calibration), ("test", world.test), ("unseen", world.unseen))
        rows: list[_Row] = [
            (
                image,
                self._patient[image],
                self._condition[image],
                world.repeat,
                world.index,
                trained[self._condition[image]],
                world.name,
                role,
            )
            for role, ids in parts
            for image in ids
        ]
        if world.name == "closed" and self.controls is not None:
            controls = self.controls.cohort
            rows += [
                (
                    control_name(controls, image),
                    control_name(controls, patient),
                    UNAFFECTED,
                    world.repeat,
                    world.index,
                    0,
                    world.name,
                    "unaffected",
                )
                for image, patient in zip(
                    controls.image_ids, controls.images["patient_id"], strict=True
                )
            ]
        return rows

    @cached_property
    def _condition(self) -> dict[str, str]:
        return dict(zip(self.cohort.image_ids, self.cohort.images["condition"], strict=True))

    @cached_property
    def _patient(self) -> dict[str, str]:
        return dict(zip(self.cohort.image_ids, self.cohort.images["patient_id"], strict=True))


def plan_reliability(
    settings: Reliability | None, split: Split, cohort: Cohort, detector: str
) -> ReliabilityPlan | None:
    """Lay out the worlds and open the controls; None where the spec asks for neither.

    Raises:
        UsageError: The protocol cannot be used, or the controls are no controls.
        LeakageError: A world leaks, or a control's picture is one of the cohort's.
        CohortError: The controls are not sound.
    """
    if settings is None:
        return None
    worlds = make_worlds(
        split,
        cohort.images,
        unseen_parts=settings.unseen_parts,
        inner_folds=settings.inner_folds,
    )
    controls, probes = None, {}
    if settings.controls:
        controls = Opened(load_cohort(settings.controls), detector)
        check_controls(controls.cohort, cohort)
        probes = probe_folds(
            worlds, cohort, controls.cohort, parts=settings.unseen_parts, seed=split.seed
        )
    return ReliabilityPlan(settings, cohort, worlds, controls, probes)


def refuse_trainer(settings: Reliability | None, trainer: str) -> None:
    """Reliability is judged of learners on embeddings.

    Raises:
        UsageError: It was asked of a trainer.
    """
    if settings is not None:
        raise UsageError(
            f"Reliability is not judged of what the trainer {trainer!r} trains: it would have to"
            " train two more networks a fold.",
            hint="Leave out `reliability:`, or give learners that are fitted on embeddings.",
        )
