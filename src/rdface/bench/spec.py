"""The spec: a short, versioned YAML file that says what to run. No logic lives in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pydantic
import yaml
from pydantic import BaseModel, ConfigDict, Field, field_validator

from rdface.bench.jobs import ENSEMBLE
from rdface.errors import UsageError
from rdface.protocols import PROTOCOLS


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
        learners: Names.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = Field(ge=1, le=1)
    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    task: str = "closed-set recognition"
    cohort: str = Field(min_length=1)
    detector: str = "yunet"
    protocol: ProtocolSpec
    backbones: tuple[str, ...] = Field(min_length=1)
    learners: tuple[str, ...] = Field(min_length=1)

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
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Spec.model_validate(content)
    except OSError as error:
        raise UsageError(f"The spec {path} cannot be read: {error.strerror}.") from error
    except pydantic.ValidationError as error:
        lines = [
            f"  {'.'.join(map(str, one['loc'])) or 'spec'}: {one['msg']}" for one in error.errors()
        ]
        raise UsageError(
            "\n".join([f"The spec {path} is not right:", *lines]),
            hint="See specs/demo.yaml for an example.",
        ) from error
    except (ValueError, yaml.YAMLError) as error:  # YAML's dates raise bare ValueErrors
        raise UsageError(f"The spec {path} is no YAML: {error}") from error
