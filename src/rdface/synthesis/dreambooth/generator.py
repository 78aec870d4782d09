"""The generator ``dreambooth``: its options, its jobs, and the samples of all conditions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import PrivateAttr

from rdface.engines import Engine, Local
from rdface.errors import UsageError
from rdface.files import sha256_bytes
from rdface.progress import bar
from rdface.synthesis.dreambooth import job as jobs_
from rdface.synthesis.dreambooth.job import Job
from rdface.synthesis.dreambooth.pipeline import check_size, open_base
from rdface.synthesis.dreambooth.recipe import Recipe
from rdface.synthesis.dreambooth.seeds import derive
from rdface.synthesis.dreambooth.spread import Wanted, draw_on, drawn, train_on
from rdface.synthesis.generator import GENERATORS, Generator, Sample

if TYPE_CHECKING:
    from rdface.synthesis.dreambooth.sampling import Drawn
    from rdface.synthesis.portraits import Portraits


@GENERATORS.register("dreambooth")
class DreamBooth(Recipe, Generator):
    """One text-to-image model per condition (Ruiz et al., CVPR 2023), a rare word for each.

    The options are those of :class:`~rdface.synthesis.dreambooth.recipe.Recipe`. A condition's job
    sees the portraits of that condition alone; its parents are all of them.
    """

    licence: ClassVar[str] = (
        "Code: Apache-2.0 (rdface, diffusers, peft). The embedded base model: CC0-1.0, learnt "
        "from simulated faces. Any other base: its own licence, stated as base_licence."
    )

    size: int = 64

    _jobs: dict[str, Job] = PrivateAttr(default_factory=dict)
    _parents: dict[str, tuple[str, ...]] = PrivateAttr(default_factory=dict)
    _learnt: dict[str, str] = PrivateAttr(default_factory=dict)
    _device_types: tuple[str, ...] = PrivateAttr(default=())
    _engine: Any = PrivateAttr(default=None)  # an Engine, or None

    def on(self, engine: Engine) -> Self:
        """Each condition is learnt in a worker of its own, and sampled there."""
        self._engine = engine
        return self

    def fit(
        self, portraits: Portraits, work: Path, *, seed: int, controls: Portraits | None = None
    ) -> None:
        """See :class:`~rdface.synthesis.generator.Generator`; one folder in ``work`` a condition.

        Raises:
            UsageError: Options, portraits and base do not fit, or the extra is missing.
            WeightsError: The base is not here.
        """
        self._jobs = {found.condition: found for found in self.jobs(portraits, work, seed=seed)}
        self._parents = {name: portraits.of(name).image_ids for name in self._jobs}
        self._learnt = {}
        if self.keep_weights:
            for about in self._train(list(self._jobs.values())):
                self._learnt[about["condition"]] = about["sha256"]

    def makes(self, portraits: Portraits) -> tuple[str, ...]:
        """Those in ``conditions``, or all.

        Raises:
            UsageError: One of them has no portrait.
        """
        names = tuple(portraits.rows_of) if self.conditions is None else self.conditions
        absent = sorted(set(names) - set(portraits.rows_of))
        if absent:
            raise UsageError(
                f"There is no portrait of the condition {absent[0]!r}.",
                hint="`conditions` names conditions of the training part, as in conditions.csv.",
            )
        return names

    def jobs(self, portraits: Portraits, work: Path, *, seed: int) -> list[Job]:
        """The jobs of :meth:`fit`, one a condition.

        The pictures of the class are drawn here, where there are none yet.
        """
        import torch

        from rdface.learners.tuning.device import choose_device
        from rdface.learners.tuning.device_there import device_type_there
        from rdface.synthesis.dreambooth.prior import class_pictures
        from rdface.synthesis.dreambooth.training import half_precision

        names = self.makes(portraits)
        recipe = self._recipe()
        base = open_base(recipe)
        check_size(base, portraits.size)
        away = self._away()
        if away is None:
            devices = [choose_device(name) for name in self.devices or (None,)]
        else:
            devices = [torch.device(device_type_there(away))]
        for device in devices:
            half_precision(recipe, device)
        self._device_types = tuple(sorted({device.type for device in devices}))
        prior = None
        if recipe.prior_weight > 0:
            own = derive(seed, "prior")
            prior = class_pictures(base, recipe, portraits.size, own, devices[0], away)
        return [
            Job(
                condition=name,
                images=portraits.images[portraits.rows_of[name]],
                recipe=recipe,
                seed=derive(seed, name),
                folder=work / _folder_name(name),
                base_sha256=base.sha256,
                prior=prior,
            )
            for name in names
        ]

    def sample_after(
        self, done: Mapping[str, int], counts: Mapping[str, int], *, seed: int
    ) -> Iterator[Sample]:
        """See :class:`~rdface.synthesis.generator.Generator`; conditions in the order of counts.

        Of the samples that are left out no more than a batch is drawn again.

        Raises:
            UsageError: A condition was not learnt, or a sample stayed blank.
        """
        unknown = [name for name in counts if name not in self._jobs]
        if unknown:
            raise UsageError(
                f"DreamBooth has learnt no condition {unknown[0]!r}.",
                hint="It needs a portrait of it in the training part"
                + (" and its name in `conditions`." if self.conditions is not None else "."),
            )
        wanted = [
            Wanted(self._jobs[name], seed, count, done.get(name, 0))
            for name, count in counts.items()
            if done.get(name, 0) < count
        ]
        engine = self._spread_over(len(wanted))
        if engine is None:
            device = next(iter(self.devices), None)
            each = (drawn(task, device) for task in wanted)
        else:
            each = (iter(found) for found in draw_on(engine, wanted, self.devices))
        for task, pictures in zip(wanted, each, strict=True):
            for picture in pictures:
                yield self._sample(task.job.condition, picture)

    @property
    def base_sha256(self) -> str:
        """Of the base: ``base`` and ``vae`` are paths and names that say nothing of weights.

        Raises:
            UsageError: The extra is missing.
            WeightsError: The base is not here.
        """
        return open_base(self._recipe()).sha256

    @property
    def weights_sha256(self) -> str:
        """Of the base and of what was learnt; of what decides it under ``keep_weights: false``."""
        import torch

        devices = [torch.device(kind) for kind in self._device_types]
        about = {
            name: self._learnt.get(name) or [job.key(device) for device in devices]
            for name, job in sorted(self._jobs.items())
        }
        bases = sorted({job.base_sha256 for job in self._jobs.values()})
        settled = [bases, self._recipe().teaching(), about]
        return sha256_bytes(json.dumps(settled, sort_keys=True).encode())

    def _recipe(self) -> Recipe:
        return Recipe(**{name: getattr(self, name) for name in Recipe.model_fields})

    def _away(self) -> Engine | None:
        """The engine, if its workers are on other machines."""
        engine: Engine | None = self._engine
        return None if engine is None or engine.local else engine

    def _spread_over(self, tasks: int) -> Engine | None:
        """Where so many tasks are done; None for this process, which shows every step."""
        if self._away() is None and len(self.devices) > 1 and tasks > 1:
            return Local()
        return self._away()

    def _train(self, wanted: list[Job]) -> Iterator[dict[str, Any]]:
        engine = self._spread_over(len(wanted))
        if engine is not None:
            with bar("DreamBooth, conditions", len(wanted)) as advance:
                for about in train_on(engine, wanted, self.devices):
                    advance(1)
                    yield about
            return
        device = next(iter(self.devices), None)
        with bar("DreamBooth, steps", len(wanted) * self.steps) as advance:
            for job in wanted:
                yield jobs_.train(job, device, advance)

    def _sample(self, condition: str, drawn: Drawn) -> Sample:
        job = self._jobs[condition]
        notes = {
            "prompt": job.recipe.prompt_for(condition),
            "base_sha256": job.base_sha256,
            "blanks": str(drawn.blanks),
        }
        if condition in self._learnt:
            notes["condition_weights_sha256"] = self._learnt[condition]
        return Sample(drawn.image, condition, self._parents[condition], drawn.seed, notes)


def _folder_name(condition: str) -> str:
    """Readable, safe in every file system, and of one condition alone."""
    plain = re.sub(r"[^A-Za-z0-9-]+", "_", condition)[:40]
    return f"{plain}-{sha256_bytes(condition.encode())[:8]}"
