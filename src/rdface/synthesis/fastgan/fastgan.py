"""The generator ``fastgan``: its options, what it is fitted on and how it is sampled."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, PrivateAttr, field_validator, model_validator

from rdface.errors import UsageError
from rdface.synthesis.fastgan.widths import SIZES
from rdface.synthesis.generator import GENERATORS, Generator, Sample

if TYPE_CHECKING:
    from rdface.engines import Engine
    from rdface.synthesis.fastgan.fitting import Fitted
    from rdface.synthesis.portraits import Portraits

VERSION = 1
"""Of the networks and their training: raised with every change that changes what is learnt."""
UNTOUCHED = frozenset({"steps", "snapshots", "checkpoint_every", "sample_size", "device"})
"""Options that do not change the course of a training, only how far it goes and what is kept."""


@GENERATORS.register("fastgan")
class FastGAN(Generator):
    """A light generative adversarial network that learns from few images.

    B. Liu, Y. Zhu, K. Song, A. Elgammal: Towards Faster and Stabilized GAN Training for
    High-fidelity Few-shot Image Synthesis. ICLR 2021. Written from the paper; no line of its
    authors' code, which is GPL-3.0, was looked at. See ``docs/fastgan.md``.

    Unconditional (the paper's) its samples have no condition, and
    :mod:`rdface.synthesis.labels` gives them one afterwards. ``conditional`` learns conditions
    (Miyato and Koyama, ICLR 2018) from the portraits' own labels.

    Attributes:
        size: 64, 128, 256, 512 or 1024 pixels a side.
        width: Channels of the map of 64 pixels; 16 runs on a CPU.
        noise: Length of the noise.
        steps: Updates of both networks. The paper's notebooks train to 80,000.
        batch: Pictures a step.
        learning_rate: Of Adam, for both networks.
        ema: Decay of the average of the generator's weights, which is what is sampled from; it
            grows to this value in the first steps.
        augment: Changes of DiffAugment.
        flip: Whether portraits are mirrored at random.
        reconstruction: What the discriminator's drawings are judged by: ``l1``, or the paper's
            ``lpips``, which needs AlexNet's weights.
        conditional: Whether conditions are learnt.
        class_from: Step from which on the condition counts ...
        class_full: ... and from which on it counts fully, growing between (Shahbazi et al.,
            Collapse by Conditioning, ICLR 2022). 0 and 0: fully from the start.
        controls_share: Share of each batch that are unaffected children, as a class of their own
            that teaches what a face is; only with ``conditional``.
        precision: ``bf16`` and ``fp16`` (CUDA) compute forward passes in half precision.
        device: As torch names it; None for the best that there is.
        checkpoint_every: Steps between two checkpoints, which a stopped training goes on from.
        snapshots: Steps whose averaged generators are kept and sampled from in turn, sample k from
            snapshot k modulo their number; () for the last step alone.
        sample_size: Pixels a side of samples, resized with Lanczos' filter; None for ``size``.
    """

    licence: ClassVar[str] = "Apache-2.0 (own code from the paper; no pretrained weights)"

    size: int = 256
    width: Annotated[int, Field(ge=1)] = 64
    noise: Annotated[int, Field(ge=1)] = 256
    steps: Annotated[int, Field(ge=1)] = 50_000
    batch: Annotated[int, Field(ge=2)] = 8
    learning_rate: Annotated[float, Field(gt=0)] = 2e-4
    ema: Annotated[float, Field(ge=0, lt=1)] = 0.999
    augment: tuple[Literal["colour", "translation", "cutout"], ...] = (
        "colour",
        "translation",
        "cutout",
    )
    flip: bool = True
    reconstruction: Literal["l1", "lpips"] = "l1"
    conditional: bool = False
    class_from: Annotated[int, Field(ge=0)] = 0
    class_full: Annotated[int, Field(ge=0)] = 0
    controls_share: Annotated[float, Field(ge=0, lt=1)] = 0.0
    precision: Literal["full", "bf16", "fp16"] = "full"
    device: str | None = None
    checkpoint_every: Annotated[int, Field(ge=1)] = 500
    snapshots: tuple[Annotated[int, Field(ge=1)], ...] = ()
    sample_size: Annotated[int, Field(ge=8)] | None = None

    _fitted: Any = PrivateAttr(default=None)  # Fitted, which needs torch
    _engine: Any = PrivateAttr(default=None)  # an Engine, or None

    @field_validator("size")
    @classmethod
    def _a_size(cls, size: int) -> int:
        if size not in SIZES:
            raise ValueError(f"size is one of {', '.join(map(str, SIZES))}")
        return size

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if not self.conditional and (self.class_full or self.controls_share):
            raise ValueError("class_from, class_full and controls_share need conditional: true")
        if self.class_from > self.class_full:
            raise ValueError("class_full is not before class_from")
        if any(step > self.steps for step in self.snapshots):
            raise ValueError("a snapshot lies beyond the last step")
        if len(set(self.snapshots)) < len(self.snapshots):
            raise ValueError("a snapshot is named twice")
        if not 0 <= round(self.batch * self.controls_share) < self.batch:
            raise ValueError("no portrait is left in a batch")
        return self

    def known(self, step: int) -> float:
        """How much the condition counts at a step, 0 to 1."""
        if step >= self.class_full:
            return 1.0
        return max(0.0, (step - self.class_from) / (self.class_full - self.class_from))

    @property
    def sampled_steps(self) -> tuple[int, ...]:
        """Steps whose generators are sampled from."""
        return self.snapshots or (self.steps,)

    def key(
        self, portraits: Portraits, controls: Portraits | None, seed: int, distance: str
    ) -> str:
        """SHA-256 of all that decides the course of a training, but for machine and torch."""
        decided = self.model_dump(mode="json", exclude=set(UNTOUCHED))
        about = {"version": VERSION, "seed": seed, "distance": distance, **decided}
        digest = hashlib.sha256(json.dumps(about, sort_keys=True).encode())
        digest.update(json.dumps([portraits.image_ids, portraits.conditions]).encode())
        digest.update(portraits.images.tobytes())
        if controls is not None:  # one class, whatever they are called
            digest.update(json.dumps(controls.image_ids).encode())
            digest.update(controls.images.tobytes())
        return digest.hexdigest()

    def fit(
        self, portraits: Portraits, work: Path, *, seed: int, controls: Portraits | None = None
    ) -> None:
        """See :meth:`rdface.synthesis.Generator.fit`.

        More ``steps`` than before go on from the checkpoint of the last ones.

        Raises:
            UsageError: torch is missing, the portraits do not fit, or ``work`` holds another
                training.
            WeightsError: ``lpips`` is asked for and AlexNet is not there.
        """
        if portraits.size != self.size or len(portraits) < 2:
            raise UsageError(
                f"fastgan was asked for portraits of {self.size} pixels, two at least; it was "
                f"given {len(portraits)} of {portraits.size}."
            )
        if self.controls_share and controls is None:
            raise UsageError("`controls_share` needs controls: name a cohort of unaffected faces.")
        if controls is not None and controls.size != self.size:
            raise UsageError(f"Controls have {controls.size} pixels and not {self.size}.")
        need_torch()
        from rdface.synthesis.fastgan.fitting import fit, fit_away

        used = controls if self.controls_share else None
        if self._engine is not None and not self._engine.local:
            fit_away(self._engine, self, portraits, work, seed, used)
        self._fitted = fit(self, portraits, work, seed, used)

    def on(self, engine: Engine) -> Self:
        """The one training is done in a worker, which may have a GPU; samples are drawn here."""
        self._engine = engine
        return self

    def sample_after(
        self, done: Mapping[str, int], counts: Mapping[str, int], *, seed: int
    ) -> Iterator[Sample]:
        """See :meth:`rdface.synthesis.Generator.sample_after`.

        Unconditional it takes the key "" alone, and its samples have no condition.

        Raises:
            UsageError: Before :meth:`fit`, or a condition was not learnt.
        """
        fitted = self._after_fit()
        known = fitted.conditions if self.conditional else ("",)
        for condition in counts:
            if condition not in known:
                wanted = "conditions that it learnt" if self.conditional else 'the key "" alone'
                raise UsageError(f"This fastgan takes {wanted}, not {condition!r}.")
        from rdface.synthesis.fastgan.sampling import samples

        return samples(self, fitted, done, counts, seed)

    @property
    def knows_conditions(self) -> bool:
        """Whether it makes faces of a condition asked for."""
        return self.conditional

    @property
    def weights_sha256(self) -> str:
        """SHA-256 of the averaged generators that are sampled from."""
        return self._after_fit().weights_sha256

    def _after_fit(self) -> Fitted:
        if self._fitted is None:
            raise UsageError("fastgan has learnt nothing yet.", hint="Call fit before sample.")
        fitted: Fitted = self._fitted
        return fitted


def need_torch() -> None:
    """Say how to get torch where it is missing.

    Raises:
        UsageError: It is not installed.
    """
    if importlib.util.find_spec("torch") is None:
        raise UsageError(
            "fastgan needs torch, which is not installed.", hint="Run `pip install rdface[torch]`."
        )
