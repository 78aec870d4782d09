"""What exporters share: the rows with their pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rdface.cohort.adapters.picture_names import read_picture, suffix_of
from rdface.cohort.cohort import Cohort
from rdface.cohort.schema import CONDITION_COLUMNS
from rdface.errors import CohortError
from rdface.files import sha256_bytes
from rdface.progress import bar

_OF_CONDITION = {key: f"condition_{key}" if key == "name" else key for key in CONDITION_COLUMNS[1:]}
"""Column of conditions.csv -> what it is called beside a row of images.csv."""


@dataclass(frozen=True)
class Picture:
    """A row with its picture.

    Attributes:
        row: Of ``images.csv``, strings.
        told: The row, then what conditions.csv says of its condition: for who has this alone.
        data: The file, byte for byte.
        suffix: That its bytes ask for, without a dot.
    """

    row: dict[str, str]
    told: dict[str, str]
    data: bytes
    suffix: str


def pictures_of(cohort: Cohort, description: str = "writing pictures") -> Iterator[Picture]:
    """Rows in the cohort's order, one picture in memory at a time.

    Raises:
        CohortError: A picture was altered since the cohort was read.
    """
    about = {
        str(one["condition"]): {theirs: str(one[key]) for key, theirs in _OF_CONDITION.items()}
        for one in cohort.conditions.to_dict("records")
    }
    with bar(description, len(cohort)) as advance:
        for image in cohort.images.to_dict("records"):
            row = {str(key): str(value) for key, value in image.items()}
            data = read_picture(cohort.path(row["image_id"]))
            if sha256_bytes(data) != row["sha256"]:
                raise CohortError(f"{row['file']} was altered while the cohort was exported.")
            told = row | {k: v for k, v in about[row["condition"]].items() if k not in row}
            yield Picture(row, told, data, suffix_of(data, row["file"]))
            advance(1)


def told_columns(cohort: Cohort) -> list[str]:
    """Keys of :attr:`Picture.told`."""
    return list(dict.fromkeys([*cohort.images.columns, *_OF_CONDITION.values()]))
