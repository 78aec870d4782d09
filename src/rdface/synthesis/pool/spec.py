"""A pool's spec: a short YAML file that names a generator, its options and how much it makes."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from rdface.synthesis.generator import GENERATORS


class PoolSpec(BaseModel):
    """What ``rdface synthesize GENERATOR COHORT --spec FILE`` reads.

    Attributes:
        version: Of the format.
        generator: Its name.
        options: Of the generator.
        per_condition: Samples of each condition.
        seed: Of the generator and its samples.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    generator: str
    options: dict[str, Any] = Field(default_factory=dict)
    per_condition: int | None = Field(default=None, ge=1)
    seed: int = Field(default=0, ge=0)

    @field_validator("generator")
    @classmethod
    def _known(cls, name: str) -> str:
        GENERATORS.get(name)
        return name
