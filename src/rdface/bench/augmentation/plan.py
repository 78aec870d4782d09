"""The plan of a study of augmentation, as it is written in ``specs/augmentation.yaml``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from rdface.bench.spec import read_model
from rdface.learners.tuning import Recipe

Regime = Annotated[int, Field(ge=1)] | Literal["all"]
"""Real training images of each condition; ``all`` that the fold has."""
Count = Annotated[int, Field(ge=1, le=10_000)]
HEAD: Final = "head"
"""The learner that is trained by updates; all others are solved."""


class GeneratorPlan(BaseModel):
    """One generator of the study.

    Attributes:
        name: In :data:`rdface.synthesis.GENERATORS`.
        label: In tables; the name if not given. Two of one generator need two labels.
        options: Of the generator.
        controls: Whether it is given the unaffected children.
        select: Scores of :mod:`rdface.screening` that the screened arm selects by, best of each
            condition first; none for no screened arm.
        folds: Only the first so many folds, for a costly generator.
        regimes: Only these regimes.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    label: str = ""
    options: dict[str, Any] = {}
    controls: bool = True
    select: tuple[str, ...] = ()
    folds: int | None = Field(default=None, ge=1)
    regimes: tuple[Regime, ...] = ()

    @property
    def called(self) -> str:
        """Its name in tables."""
        return self.label or self.name


class AugmentationPlan(BaseModel):
    """Does it help to train on synthetic faces, too?

    Attributes:
        version: Of the format.
        name: Of the study.
        task: Says what the file is.
        cohort: Real patients.
        controls: Unaffected children of another cohort, for generators and for the comparator that
            sees them without any synthetic image; none if None.
        detector: Finds the faces of real and of synthetic images.
        backbones: Each by itself.
        learners: Of :data:`rdface.learners.LEARNERS`, or ``head``.
        regimes: Real training images of each condition.
        counts: Synthetic images of each condition, n; validation chooses among them.
        folds: Parts of the patients; each tests once.
        inner_folds: One part in so many of the others validates.
        seed: Of everything.
        generators: Which.
        head: Recipe of ``head``; its updates are the same in every arm.
        identity: Backbone that says whose face it is, for what a pool remembers.
        terms: Whether the comparator that reads the conditions' HPO terms, and no synthetic image,
            is shown: what a generator that reads them has to beat.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
    name: str = "augmentation"
    task: Literal["augmentation"] = "augmentation"
    cohort: str = "sim103"
    controls: str | None = "sim103-controls"
    detector: str = "yunet"
    backbones: tuple[str, ...] = Field(default=("sface",), min_length=1)
    learners: tuple[str, ...] = Field(default=("prototype", "lda"), min_length=1)
    regimes: tuple[Regime, ...] = Field(default=(1, 2, 3, "all"), min_length=1)
    counts: tuple[Count, ...] = Field(default=(1, 4, 16), min_length=1)
    folds: int = Field(default=3, ge=2)
    inner_folds: int = Field(default=4, ge=2)
    seed: int = Field(default=0, ge=0)
    generators: tuple[GeneratorPlan, ...] = Field(min_length=1)
    head: Recipe = Recipe(learning_rate=1e-2, min_learning_rate=1e-4)
    identity: str = "sface"
    terms: bool = False

    @field_validator("regimes", "counts", "backbones", "learners")
    @classmethod
    def _once(cls, value: tuple[Any, ...]) -> tuple[Any, ...]:
        if len(set(value)) < len(value):
            raise ValueError("an entry stands there twice")
        return value

    @model_validator(mode="after")
    def _fits(self) -> Self:
        called = [each.called for each in self.generators]
        if len(set(called)) < len(called):
            raise ValueError("two generators have one name; give each a label")
        if any(not name.replace("-", "").replace("_", "").isalnum() for name in called):
            raise ValueError("a generator's label has letters, digits, - and _ only")
        if self.head.budget != "steps":
            raise ValueError("equal updates need head: {budget: steps}")
        if any("+" in name for name in self.backbones):
            raise ValueError("backbones are studied one by one, without +")
        return self

    def parts(self, generator: GeneratorPlan) -> list[tuple[Regime, int]]:
        """Regimes and folds in which a generator is studied, fold by fold."""
        regimes = [one for one in self.regimes if one in (generator.regimes or self.regimes)]
        folds = range(min(generator.folds or self.folds, self.folds))
        return [(regime, fold) for fold in folds for regime in regimes]

    def smaller(self) -> AugmentationPlan:
        """The same in a few minutes: one image of each condition, and all; few of each face."""
        return self.model_copy(
            update={
                "regimes": self.regimes[:1],
                "counts": tuple(n for n in self.counts if n <= 4) or self.counts[:1],
                "generators": tuple(
                    each.model_copy(update={"folds": 1}) for each in self.generators
                ),
            }
        )


def default_plan() -> AugmentationPlan:
    """What is studied without a plan: the two generators that need no training."""
    return AugmentationPlan(
        generators=(
            GeneratorPlan(name="classic", controls=False),
            GeneratorPlan(name="morph", select=("landmark_cosine",)),
        )
    )


def read_plan(path: Path) -> AugmentationPlan:
    """Read a plan.

    Raises:
        UsageError: It cannot be read, or says what cannot be.
    """
    return read_model(path, AugmentationPlan, example="specs/augmentation.yaml")
