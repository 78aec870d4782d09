"""What ``audit.json`` holds: every number with its interval, its floor and what it rests on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from rdface.metrics.jackknife import Spread
from rdface.metrics.small_samples import wilson_interval

SCHEMA_VERSION = 1

Reference = Literal["held-out", "training"]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Number(_Record):
    """A number with its 95 % interval; None where it cannot be had."""

    value: float | None
    low: float | None = None
    high: float | None = None

    @classmethod
    def of(cls, spread: Spread | Sequence[float]) -> Number:
        """From value, low and high; NaN becomes None."""
        value, low, high = (float(x) if math.isfinite(x) else None for x in spread)
        return cls(value=value, low=low, high=high)

    @classmethod
    def alone(cls, value: float) -> Number:
        """Without an interval."""
        return cls.of((value, math.nan, math.nan))

    @classmethod
    def share(cls, hits: NDArray[np.bool_]) -> Number:
        """The share of true ones, ``[N]``, with Wilson's interval; None of nothing."""
        if not len(hits):
            return cls(value=None)
        rate = float(hits.mean())
        return cls.of((rate, *wilson_interval(rate, len(hits))))


class Realism(_Record):
    """A distance or share of ``n`` generated and ``n`` real faces, beside real against real.

    Attributes:
        reference: The real faces: held-out ones, or those that taught.
        backbone: Whose embeddings.
        metric: ``mmd`` (``cmmd`` on CLIP), ``kid``, ``fd``, ``precision``, ``recall``,
            ``density`` or ``coverage``.
        number: Of generated against real faces.
        floor: Mean, 2.5 and 97.5 % point of real against real faces of other patients.
        n: Faces of either side, in both comparisons.
        n_patients: Patients of the real side.
    """

    reference: Reference
    backbone: str
    metric: str
    number: Number
    floor: Number
    n: int
    n_patients: int


class Diversity(_Record):
    """A measure of variety of generated faces beside real training faces at equal n."""

    measure: Literal["mean pairwise distance", "Vendi score"]
    over: Literal["pool", "condition"]
    features: str
    synthetic: Number
    real: Number
    difference: Number
    n: int
    n_patients: int
    n_conditions: int


class Fidelity(_Record):
    """Do faces have their own condition's profile or terms, rather than another's?

    Attributes:
        faces: Whose profiles.
        against: What they are held against.
        measure: ``correlation`` of profiles, ``gap`` between them (SD; less is nearer),
            ``terms agree`` (share), ``terms disagree`` (share) or ``term z`` (SD).
        own: With the own condition.
        other: Mean with other conditions.
        difference: Own less other.
        rank: Mean share of other conditions that fit worse; 0.5 is chance.
        p_value: Of permuted conditions, one-sided.
        n: Faces.
        n_conditions: Conditions.
    """

    faces: str
    against: str
    measure: str
    own: Number
    other: float | None
    difference: Number
    rank: float | None
    p_value: float | None
    n: int
    n_conditions: int


class Memory(_Record):
    """One measure of memorisation in one view, beside what it is without memorisation.

    Attributes:
        view: ``identity`` or ``pixels``.
        measure: ``nearer to training``, ``C_T``, ``AuthPct`` or ``membership AUC``.
        number: Of the pool.
        expected: Without memorisation: 0.5, 0, or, for AuthPct, that of held-out faces.
        p_value: Of C_T.
        n_synthetic: Generated faces.
        n_training: Training faces.
        n_held_out: Held-out faces.
        n_patients: Patients of the training and held-out faces that were used.
        higher_is_worse: Which way memorisation lies.
    """

    view: str
    measure: str
    number: Number
    expected: Number
    p_value: float | None
    n_synthetic: int
    n_training: int
    n_held_out: int
    n_patients: int
    higher_is_worse: bool


class Copies(_Record):
    """How many faces are called copies, and how many real people's would be.

    Attributes:
        false_alarms: Rate that the thresholds allow.
        near_threshold: Of closeness, from real faces; None where there are too few.
        copy_threshold: From real faces and mixtures of two.
        copies: Share of the pool's faces graded ``copy``.
        near_copies: Share graded ``copy`` or ``near copy``.
        held_out: Share of held-out real faces that would be graded ``near copy`` or ``copy``.
        mixtures: Share of mixtures of two training faces that would be graded ``copy``.
        n_copies: Faces graded ``copy``.
        n_near_copies: Faces graded ``copy`` or ``near copy``.
        n_other_condition: Copies of a patient who has another condition than the copy is said to.
        training_patients: Different patients (or controls) whose faces were copied.
        n_synthetic: Faces that were compared.
        n_held_out: Held-out faces.
        n_mixtures: Mixtures.
    """

    false_alarms: float
    near_threshold: float | None
    copy_threshold: float | None
    copies: Number
    near_copies: Number
    held_out: Number
    mixtures: Number
    n_copies: int
    n_near_copies: int
    n_other_condition: int
    training_patients: int
    n_synthetic: int
    n_held_out: int
    n_mixtures: int


class Pair(_Record):
    """A generated face, the training face and the held-out face nearest to it."""

    image_id: str
    condition: str
    training_id: str
    held_out_id: str
    closeness: float
    identity: tuple[float, float | None]
    pixels: tuple[float, float | None]
    grade: str
    why: Literal["closest", "middle"]


class Audit(_Record):
    """The whole of ``audit.json``."""

    schema_version: int = SCHEMA_VERSION
    task: Literal["audit"] = "audit"
    pool: dict[str, Any]
    real: dict[str, Any]
    settings: dict[str, Any]
    counts: dict[str, int]
    notes: tuple[str, ...]
    realism: tuple[Realism, ...]
    diversity: tuple[Diversity, ...]
    fidelity: tuple[Fidelity, ...]
    memorisation: tuple[Memory, ...]
    copies: Copies | None
    control_copies: Copies | None = None
    """The same of unaffected children who taught; None without any, or where they are not here."""
    pairs: tuple[Pair, ...]
    seconds: dict[str, float]
    versions: dict[str, str]
