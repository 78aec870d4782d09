"""The paper's own augmentation: one pool, the n of it that look best, the supervised protocol.

RDFace (arXiv 2604.03454): 100 synthetic images a condition, the n with the highest landmark cosine
of the whole pool, n = 1000 to 6000, merged with the real training images. Every flaw is a named
quirk; without quirks the same steps are taken as we read them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from rdface.bench.augmentation.plan import GeneratorPlan
from rdface.bench.quirks import QUIRKS, SCREENING_QUIRKS, Quirk
from rdface.bench.spec import Training, read_model, task_of
from rdface.registry import nearest

TASK: Final = "paper augmentation"
OWN_QUIRKS: Final = {
    "best-n-on-test": Quirk("F9", "of several n that is shown which does best on the test"),
    "label-by-means": Quirk(
        "F13", "unlabelled faces get the condition whose landmark mean then ranks them"
    ),
}
"""Quirks that neither a protocol nor a screening has."""
ALL_QUIRKS: Final[Mapping[str, Quirk]] = {**QUIRKS, **SCREENING_QUIRKS, **OWN_QUIRKS}


class PaperRecipe(BaseModel):
    """What is run.

    Attributes:
        version: Of the format.
        name: Of the folder.
        task: Says what the file is.
        cohort: Real patients.
        controls: Unaffected children, for generators that take them.
        detector: Finds faces.
        generator: Which, and its options; ``folds`` for a costly one: where each fold has a pool
            of its own, only the first so many folds are run, with synthetic images and without.
        per_condition: Synthetic images of each condition in the pool.
        counts: n, of the whole pool.
        select: Score that ranks.
        seed: Of split, pool and training.
        folds: Models, each with its own validation part and one test for all.
        test_share: Of the images, or patients.
        backbones: Each by itself.
        learners: As in a spec.
        recipes: As in a spec.
        quirks: Flaws to reproduce, by name.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
    name: str = "augmentation-paper"
    task: Literal["paper augmentation"] = TASK
    cohort: str = "sim103"
    controls: str | None = None
    detector: str = "yunet"
    generator: GeneratorPlan
    per_condition: int = Field(default=100, ge=1)
    counts: tuple[int, ...] = Field(default=(1000, 2000, 4000, 6000), min_length=1)
    select: str = "landmark_cosine"
    seed: int = Field(default=42, ge=0)
    folds: int = Field(default=5, ge=2)
    test_share: float = Field(default=0.25, gt=0, lt=1)
    backbones: tuple[str, ...] = Field(min_length=1)
    learners: tuple[str, ...] = ("fine_tune",)
    recipes: dict[str, Training] = Field(default_factory=dict)
    quirks: tuple[str, ...] = ()

    @field_validator("quirks")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in ALL_QUIRKS:
                raise ValueError(f"there is no quirk {name!r}. {nearest(name, ALL_QUIRKS)}".strip())
        return names

    @model_validator(mode="after")
    def _fits(self) -> PaperRecipe:
        if self.generator.select or self.generator.regimes:
            raise ValueError("select and regimes of a generator belong to the plan of a study")
        if "synthetic-in-folds" in self.quirks and "split-by-image" not in self.quirks:
            raise ValueError("synthetic-in-folds (F2) needs split-by-image (F1)")
        return self

    @property
    def pool_per_fold(self) -> bool:
        """Whether generators and screening see the training part of a fold alone (no F2)."""
        return "synthetic-in-folds" not in self.quirks

    @property
    def folds_run(self) -> int:
        """How many of the folds are run."""
        few = self.generator.folds if self.pool_per_fold else None
        return min(few or self.folds, self.folds)

    def without_quirks(self) -> PaperRecipe:
        """Our reading of the same recipe."""
        return self.model_copy(update={"quirks": ()})

    def quick(self) -> PaperRecipe:
        """The same in minutes: two images of each condition, one n."""
        counts = {"per_condition": min(self.per_condition, 2), "counts": (100,)}
        return self.model_copy(update=counts)

    def flaws(self) -> list[str]:
        """Flaws that the quirks reproduce, F1 to F13, each once."""
        found = {ALL_QUIRKS[name].flaw for name in self.quirks}
        return sorted(found, key=lambda flaw: int(flaw[1:]))


@dataclass(frozen=True)
class Reading:
    """A result of one n.

    Attributes:
        quirks: Whether the paper's flaws are on.
        n: Synthetic images; 0 for none.
        run: Folder of the run.
        backbone: Name.
        learner: Name.
        values: Metric -> value, low, high; bootstrap over patients, or, where ``sd-over-folds`` is
            asked for, as the run has it.
        validation: Best top-1 on validation, mean over folds; None for learners without epochs.
        trained: Of the n images those that a fold trained on, mean over folds: fewer where a pool
            had fewer, or where a parent's patient is tested, too (F1).
    """

    quirks: bool
    n: int
    run: str
    backbone: str
    learner: str
    values: dict[str, tuple[float, float, float]]
    validation: float | None
    trained: float = 0.0


def is_paper_recipe(path: Path) -> bool:
    """Whether a file is one of these, and no plan of a study."""
    return task_of(path) == TASK


def read_paper_recipe(path: Path) -> PaperRecipe:
    """Read a recipe.

    Raises:
        UsageError: It says what cannot be.
    """
    return read_model(path, PaperRecipe, example="specs/augmentation-paper.yaml")
