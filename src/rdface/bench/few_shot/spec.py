"""The spec of a few-shot benchmark."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from rdface.bench.few_shot.quirks import FEW_SHOT_QUIRKS
from rdface.bench.jobs import ENSEMBLE
from rdface.bench.named import Named
from rdface.bench.quirks import check_quirk
from rdface.bench.spec import read_model
from rdface.learners.few_shot import FewShotMethod, TrainedMethod, make_method
from rdface.protocols.few_shot import Setting

TASK = "few-shot"


class MethodSpec(Named):
    """A method by name; further keys are its options."""

    @model_validator(mode="after")
    def _known(self) -> Self:
        self.make()
        return self

    def make(self) -> FewShotMethod:
        """The method itself."""
        return make_method(self.name, self.options)


class SettingsSpec(BaseModel):
    """Sizes of episodes; each way is combined with each shot and each query."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    way: tuple[int, ...] = Field(default=(5, 10, 15), min_length=1)
    shot: tuple[int, ...] = Field(default=(1,), min_length=1)
    query: tuple[int, ...] = Field(default=(1,), min_length=1)

    @field_validator("way", "shot", "query", mode="before")
    @classmethod
    def _one_or_several(cls, given: object) -> object:
        return (given,) if isinstance(given, int) else given

    @property
    def all(self) -> tuple[Setting, ...]:
        """The combinations, without repetition."""
        made = (Setting(*sizes) for sizes in product(self.way, self.shot, self.query))
        return tuple(dict.fromkeys(made))


class FewShotSpec(BaseModel):
    """What to run: every backbone with every method, in every setting, on one cohort.

    Attributes:
        version: Version of the spec format.
        name: Names the folder of the runs.
        task: ``few-shot``.
        cohort: A cohort's folder, as seen from the working directory, or a shipped one's name.
        detector: Face detector.
        backbones: Names; no ensembles.
        methods: Names, or names with options.
        settings: How large episodes are.
        episodes: Test episodes of each setting.
        seed: Of held-out conditions, folds and episodes.
        test_share: Share of the conditions that is held out.
        folds: Divisions of the other conditions, for methods that train.
        quirks: Flaws of the paper to reproduce (``rdface.bench.few_shot.quirks``).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = Field(ge=1, le=1)
    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    task: Literal["few-shot"]
    cohort: str = Field(min_length=1)
    detector: str = "yunet"
    backbones: tuple[str, ...] = Field(min_length=1)
    methods: tuple[MethodSpec, ...] = Field(min_length=1)
    settings: SettingsSpec = SettingsSpec()
    episodes: int = Field(default=200, ge=1)
    seed: int = Field(default=42, ge=0)
    test_share: float = Field(default=0.2, gt=0, lt=1)
    folds: int = Field(default=5, ge=2)
    quirks: tuple[str, ...] = ()

    @field_validator("backbones")
    @classmethod
    def _single(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if any(ENSEMBLE in name for name in names):
            raise ValueError("few-shot learning has no ensembles")
        if len(set(names)) < len(names):
            raise ValueError("a name stands twice")
        return names

    @field_validator("methods")
    @classmethod
    def _distinct(cls, methods: tuple[MethodSpec, ...]) -> tuple[MethodSpec, ...]:
        if len({method.title for method in methods}) < len(methods):
            raise ValueError("a name stands twice; give one of the two a label")
        return methods

    @field_validator("quirks")
    @classmethod
    def _quirks(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            check_quirk(name, FEW_SHOT_QUIRKS, "few-shot quirk")
        if len(set(names)) < len(names):
            raise ValueError("a name stands twice")
        return names

    @model_validator(mode="after")
    def _quirk_of_training(self) -> Self:
        trained = any(isinstance(method.make(), TrainedMethod) for method in self.methods)
        if "swin-wrong-axes" in self.quirks and not trained:
            raise ValueError("swin-wrong-axes changes a method that trains, and there is none")
        return self


def read_few_shot_spec(path: Path) -> FewShotSpec:
    """Read a few-shot spec.

    Raises:
        UsageError: It is missing, no YAML, or a key is wrong; every wrong key is named.
    """
    return read_model(path, FewShotSpec, example="specs/few-shot.yaml")
