"""What a spec names, with options: a line of YAML, or a mapping with further keys."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Named(BaseModel):
    """Something by name; further keys are its options.

    Attributes:
        name: As the registry has it.
        label: Names its runs; the name itself if not given.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    name: str
    label: str = Field(default="", pattern=r"^([A-Za-z0-9][A-Za-z0-9+._-]*)?$")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, given: object) -> object:
        return {"name": given} if isinstance(given, str) else given

    @property
    def title(self) -> str:
        """The label, or the name."""
        return self.label or self.name

    @property
    def options(self) -> dict[str, Any]:
        """What it is made with."""
        return dict(self.__pydantic_extra__ or {})
