"""The spec: a short, versioned YAML file that says what to run. No logic lives in it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final, Self, TypeVar

import pydantic
import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from rdface.bench.jobs import ENSEMBLE
from rdface.bench.quirks import QUIRKS, check_quirk
from rdface.bench.shipped_specs import find_spec, shipped_specs
from rdface.errors import UsageError
from rdface.learners import LEARNERS
from rdface.learners.tuning import TRAINERS, Recipe
from rdface.protocols import PROTOCOLS
from rdface.registry import nearest

Read = TypeVar("Read", bound=BaseModel)
Label = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9+._-]*$")]
"""What is part of the name of a run's folder."""


class ProtocolSpec(BaseModel):
    """A protocol by name; further keys are its options. Without a seed it uses its own."""

    model_config = ConfigDict(frozen=True, extra="allow")

    name: str
    seed: int | None = None

    @property
    def options(self) -> dict[str, Any]:
        """What the protocol is called with; a seed only if one is given."""
        seed = {} if self.seed is None else {"seed": self.seed}
        return seed | dict(self.__pydantic_extra__ or {})

    @field_validator("name")
    @classmethod
    def _known(cls, name: str) -> str:
        PROTOCOLS.get(name)
        return name


class Training(Recipe):
    """A recipe, and the trainer that follows it.

    Attributes:
        trainer: Name; that of the learner if not given.
    """

    trainer: str = ""


class Reliability(BaseModel):
    """What the reliability of scores is judged by (:mod:`rdface.bench.reliability`).

    Attributes:
        unseen_parts: The conditions are dealt over so many parts, one of which is kept from a
            model, so that its patients are strangers. Controls are dealt over as many, at least 3.
        inner_folds: One part in so many of the training patients chooses hyper-parameters; the
            fold's inner split is kept for calibration.
        controls: A cohort of unaffected children, by folder or name; none if empty.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    unseen_parts: int = Field(default=5, ge=2)
    inner_folds: int = Field(default=4, ge=2)
    controls: str = ""


TASK: Final = "closed-set recognition"
OTHER_TASKS: Final = ("few-shot", "gallery", "augmentation", "paper augmentation")
"""Of specs of another form, which other modules read."""


class Spec(BaseModel):
    """What to run: every backbone with every learner, on one cohort, under one protocol.

    Attributes:
        version: Version of the spec format.
        name: Names the run folder.
        task: What is asked.
        cohort: A cohort's folder, as seen from the working directory, or a shipped one's name.
        detector: Face detector.
        protocol: Who trains on whom.
        backbones: Names; ``a+b`` averages the scores of ``a`` and ``b``.
        learners: Names of learners, of trainers, or of ``recipes``.
        recipes: How a learner of that name is trained; a trainer without one follows the paper's.
        quirks: Flaws of the paper to reproduce (``rdface.bench.quirks``); only under ``paper``.
        beside: A protocol to run the same under, without quirks, and to show beside.
        reliability: Whether, and how, further models are fitted to judge calibration, conformal
            sets and the refusal of strangers by.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = Field(ge=1, le=1)
    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    task: str = TASK
    cohort: str = Field(min_length=1)
    detector: str = "yunet"
    protocol: ProtocolSpec
    backbones: tuple[str, ...] = Field(min_length=1)
    learners: tuple[str, ...] = Field(min_length=1)
    recipes: dict[Label, Training] = Field(default_factory=dict)
    quirks: tuple[str, ...] = ()
    beside: ProtocolSpec | None = None
    reliability: Reliability | None = None

    @field_validator("task")
    @classmethod
    def _asked(cls, task: str) -> str:
        if task != TASK:
            known = (TASK, *OTHER_TASKS)
            near = nearest(task, known) or f"Known: {', '.join(known)}."
            raise ValueError(f"{task!r} is no task of this kind of spec. {near}")
        return task

    @field_validator("backbones", "learners")
    @classmethod
    def _distinct(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        parts = [name.split(ENSEMBLE) for name in names]
        for name, members in zip(names, parts, strict=True):
            if len(set(members)) < len(members):
                raise ValueError(f"{name!r} names a member twice")
        if len({frozenset(members) for members in parts}) < len(names):
            raise ValueError("a name stands twice")
        return names

    @field_validator("quirks")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            check_quirk(name)
        if len(set(names)) < len(names):
            raise ValueError("a name stands twice")
        return names

    @model_validator(mode="after")
    def _quirks_are_the_papers(self) -> Self:
        if self.quirks and self.protocol.name != "paper":
            raise ValueError(f"protocol {self.protocol.name!r} never has quirks; 'paper' does")
        if self.beside is not None and self.beside.name == self.protocol.name:
            raise ValueError("beside names the protocol itself")
        beside = {} if self.beside is None else self.beside.options
        for option, value in (*self.protocol.options.items(), *beside.items()):
            for name, quirk in QUIRKS.items():
                if quirk.options.get(option) == value:
                    raise ValueError(f"say quirks: [{name}] instead of {option}: {value}")
        for name in self.recipes:
            if name not in self.learners:
                raise ValueError(f"the recipe {name!r} is that of no learner")
        return self

    @property
    def protocol_options(self) -> dict[str, Any]:
        """What the protocol is called with, quirks included."""
        options = dict(self.protocol.options)
        for name in self.quirks:
            options |= QUIRKS[name].options
        return options

    def training(self, learner: str) -> Training | None:
        """How a learner is trained; None where it is fitted on embeddings by itself.

        Raises:
            UsageError: It is neither a learner nor a trainer, nor has it a recipe; or it is a
                learner and has one.
        """
        training = self.recipes.get(learner)
        if learner in LEARNERS.names():
            if training is None:
                return None
            raise UsageError(
                f"The learner {learner!r} is fitted on embeddings and takes no recipe.",
                hint="Call the recipe otherwise, and say its `trainer`.",
            )
        training = training or Training()
        name = training.trainer or learner
        if name not in TRAINERS.names():
            known = sorted({*LEARNERS.names(), *TRAINERS.names()})
            raise UsageError(
                f"There is no learner called {name!r}.",
                hint=f"{nearest(name, known)} Known: {', '.join(known)}.".lstrip(),
            )
        budget = "epochs" if "equal-epochs" in self.quirks else training.budget
        return training.model_copy(update={"trainer": name, "budget": budget})

    def under_each_protocol(self) -> tuple[Spec, ...]:
        """This spec, and the same under the protocol ``beside``; neither has a ``beside``."""
        alone = self.model_copy(update={"beside": None})
        if self.beside is None:
            return (alone,)
        return alone, alone.model_copy(update={"protocol": self.beside, "quirks": ()})

    @property
    def single_backbones(self) -> tuple[str, ...]:
        """Every backbone that is needed, ensembles taken apart, in order of appearance."""
        parts = (part for name in self.backbones for part in name.split(ENSEMBLE))
        return tuple(dict.fromkeys(parts))


def read_spec(path: Path) -> Spec:
    """Read a spec.

    Raises:
        UsageError: It is missing, no YAML, or a key is wrong; every wrong key is named.
    """
    return read_model(path, Spec, example="specs/demo.yaml")


def task_of(path: Path) -> str:
    """Which task a spec names, whether or not the rest of it is right; empty if none."""
    try:
        content = yaml.safe_load(find_spec(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        return ""
    return str(content.get("task", "")) if isinstance(content, dict) else ""


def read_model(path: Path, model: type[Read], *, example: str) -> Read:
    """Read a spec of any task.

    Args:
        path: The YAML file, or the name of a shipped spec.
        model: What it should be.
        example: A spec that is right, for the message.

    Raises:
        UsageError: See :func:`read_spec`.
    """
    try:
        content = yaml.safe_load(find_spec(path).read_text(encoding="utf-8"))
        if not isinstance(content, dict):
            what = "is empty" if content is None else "is no mapping of keys to values"
            raise UsageError(f"The spec {path} {what}.", hint=f"See {example} for an example.")
        return model.model_validate(content)
    except OSError as error:
        raise UsageError(
            f"The spec {path} cannot be read: {error.strerror}.",
            hint=f"Give a file, or one of the shipped specs: {', '.join(shipped_specs())}.",
        ) from error
    except pydantic.ValidationError as error:
        lines = [
            f"  {'.'.join(map(str, one['loc'])) or 'spec'}: {one['msg']}" for one in error.errors()
        ]
        raise UsageError(
            "\n".join([f"The spec {path} is not right:", *lines]),
            hint=f"See {example} for an example.",
        ) from error
    except (ValueError, yaml.YAMLError) as error:  # YAML's dates raise bare ValueErrors
        raise UsageError(f"The spec {path} is no YAML: {error}") from error
