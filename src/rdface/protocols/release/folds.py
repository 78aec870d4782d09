"""The file of released folds: which patient has which fold, for good."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Self

import pydantic
from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, model_validator

from rdface.errors import UsageError
from rdface.files import write_text


class Placed(BaseModel):
    """One patient of a file of folds.

    Attributes:
        condition: The patient's condition when the fold was given.
        folds: The patient's fold in each repeat, from 0.
        images: Ids of the patient's images, by which a patient under another id is recognised.
        joined: Version of the cohort in which the patient came; empty for those of the release.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    condition: str = Field(min_length=1)
    folds: tuple[int, ...] = Field(min_length=1)
    images: tuple[str, ...]
    joined: str = ""


class ReleasedFolds(BaseModel):
    """Folds that were given out, and those who joined them later.

    Attributes:
        format: Version of the file format.
        cohort: Name of the cohort.
        version: Its version at the release.
        cohort_sha256: Its hash at the release, which keys the hash by which patients join.
        extended_to: Version that the file was last extended to; empty where it never was.
        seed: Seed of the deal.
        n_folds: Folds a repeat; three at least, for test, validation and training.
        released: Condition -> per repeat the number of its patients in each fold at the release.
            These numbers stay when a patient leaves, so that newcomers join as they would have.
        patients: By id, sorted; those who left stay unless they are forgotten.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = Field(default=1, ge=1, le=1)
    cohort: str
    version: str
    cohort_sha256: str
    extended_to: str = ""
    seed: int
    n_folds: int = Field(ge=3)
    released: dict[str, tuple[tuple[NonNegativeInt, ...], ...]]
    patients: dict[str, Placed]

    @property
    def repeats(self) -> int:
        """How many deals there are."""
        return next((len(counts) for counts in self.released.values()), 0)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        deals = [*self.released.values()]
        if not self.repeats or any(
            len(deal) != self.repeats or any(len(counts) != self.n_folds for counts in deal)
            for deal in deals
        ):
            raise ValueError(f"`released` does not have {self.n_folds} folds in every repeat")
        for patient, placed in self.patients.items():
            if len(placed.folds) != self.repeats:
                raise ValueError(f"patient {patient!r} has no fold in every repeat")
            if not all(0 <= fold < self.n_folds for fold in placed.folds):
                raise ValueError(f"patient {patient!r} has a fold that is none")
        known = Counter(image for placed in self.patients.values() for image in placed.images)
        twice = [image for image, n in known.items() if n > 1]
        if twice:
            raise ValueError(f"image {min(twice)!r} stands under two patients")
        return self


def write_folds(path: Path, folds: ReleasedFolds) -> None:
    """Write the file, one line a patient, so that versions can be compared line by line."""
    plain = folds.model_dump(mode="json")
    tables = {name: plain.pop(name) for name in ("released", "patients")}
    lines = [f'"{name}": {json.dumps(value, ensure_ascii=False)}' for name, value in plain.items()]
    for name, table in tables.items():
        rows = [
            f"  {json.dumps(key, ensure_ascii=False)}: {json.dumps(value, ensure_ascii=False)}"
            for key, value in sorted(table.items())
        ]
        lines.append(f'"{name}": {{\n' + ",\n".join(rows) + "\n}")
    write_text(path, "{\n" + ",\n".join(lines) + "\n}\n")


def read_folds(path: Path) -> ReleasedFolds:
    """Read the file.

    Raises:
        UsageError: It is missing, or no file of folds; what is wrong is named.
    """
    hint = "Make one: rdface cohort folds COHORT --release FILE"
    try:
        return ReleasedFolds.model_validate_json(path.read_text(encoding="utf-8"))
    except pydantic.ValidationError as error:
        faults = "; ".join(
            ": ".join([*map(str, one["loc"]), one["msg"].removeprefix("Value error, ")])
            for one in error.errors(include_url=False)[:3]
        )
        raise UsageError(f"{path} holds no released folds: {faults}.", hint=hint) from error
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The folds {path} cannot be read: {error}.", hint=hint) from error
