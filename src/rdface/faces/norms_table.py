"""A reference as a table for people: a CSV with lines of provenance above it.

One row a measure, sex and knot of age: `measure,sex,age,mean,sd,n`; age in years, an empty sex is
both together. Lines that begin with `#` say who was measured by what.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rdface.errors import UsageError
from rdface.faces.growth import Floats
from rdface.faces.norms import SEXES, Reference
from rdface.files import write_text

COLUMNS: Final = ("measure", "sex", "age", "mean", "sd", "n")
SHIPPED: Final = "simulated-controls.csv"


def write_reference(reference: Reference, path: Path) -> None:
    """Write a reference; :func:`read_reference` reads it again, to the same numbers."""
    out = io.StringIO()
    for key, value in reference.provenance.items():
        out.write(f"# {key}: {' '.join(str(value).split())}\n")
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(COLUMNS)
    for column, name in enumerate(reference.names):
        for sex in (each for each in SEXES if each in reference.mean):
            for row, age in enumerate(reference.knots):
                mean, sd = reference.mean[sex][row, column], reference.sd[sex][row, column]
                numbers = [repr(round(float(value), 9)) for value in (age, mean, sd)]
                rows.writerow([name, sex, *numbers, int(reference.n[sex][row])])
    write_text(path, out.getvalue())


def read_reference(path: Path) -> Reference:
    """Read a reference that :func:`write_reference` or a person wrote.

    Raises:
        UsageError: The file cannot be read, or is no such table; the message names the line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise UsageError(f"The reference {path} cannot be read: {reason}.") from None
    notes = [line[1:].strip().partition(":") for line in lines if line.startswith("#")]
    provenance = {key.strip(): value.strip() for key, _, value in notes}
    numbered = [(k, line) for k, line in enumerate(lines, 1) if line and not line.startswith("#")]
    head = next(csv.reader([numbered[0][1]]), []) if numbered else []
    if tuple(head) != COLUMNS:
        raise UsageError(
            f"{path} is no reference: its columns are {', '.join(head) or 'missing'}.",
            hint=f"They have to be {', '.join(COLUMNS)}, one row a measure, sex and age.",
        )
    cells: dict[tuple[str, str, float], tuple[float, float, int]] = {}
    for line, text in numbered[1:]:
        name, sex, age, *numbers = _row(path, line, next(csv.reader([text])))
        key = (str(name), str(sex), float(age))
        if key in cells:
            raise UsageError(f"{path}, line {line}: {name}, {sex or 'both sexes'}, {age} is twice.")
        cells[key] = (float(numbers[0]), float(numbers[1]), int(numbers[2]))
    return _assembled(path, cells, provenance)


def shipped_reference() -> Reference:
    """The reference that comes with rdface, made of simulated children; see its provenance.

    Raises:
        UsageError: This build carries none.
    """
    place = Path(str(files("rdface.faces"))) / "reference" / SHIPPED
    if not place.is_file():
        raise UsageError(
            "This build of rdface carries no reference.",
            hint="Make one of unaffected children: rdface faces reference COHORT --out FILE.csv",
        )
    return read_reference(place)


def _row(path: Path, line: int, cells: list[str]) -> tuple[str | float, ...]:
    if len(cells) != len(COLUMNS):
        raise UsageError(f"{path}, line {line}: {len(cells)} cells instead of {len(COLUMNS)}.")
    name, sex, *texts = (cell.strip() for cell in cells)
    if sex not in SEXES:
        raise UsageError(f"{path}, line {line}: a sex is female, male or empty, not {sex!r}.")
    try:
        age, mean, sd, n = (float(text) for text in texts)
    except ValueError:
        raise UsageError(
            f"{path}, line {line}: age, mean, sd and n have to be numbers, not {texts}."
        ) from None
    if not (np.isfinite([age, mean, sd, n]).all() and age >= 0 and sd > 0 and n >= 0):
        raise UsageError(f"{path}, line {line}: age and n are 0 or more, and sd is above 0.")
    return name, sex, age, mean, sd, n


def _assembled(
    path: Path,
    cells: dict[tuple[str, str, float], tuple[float, float, int]],
    provenance: dict[str, str],
) -> Reference:
    names = _unique(name for name, _, _ in cells)
    present = {sex for _, sex, _ in cells}
    ages = sorted({age for _, _, age in cells})
    if "" not in present:
        raise UsageError(f"{path} has no rows for both sexes together (an empty sex).")
    shape = (len(ages), len(names))
    mean: dict[str, Floats] = {}
    sd: dict[str, Floats] = {}
    n: dict[str, NDArray[np.int64]] = {}
    for sex in (each for each in SEXES if each in present):
        mean[sex], sd[sex] = np.empty(shape), np.empty(shape)
        n[sex] = np.zeros(len(ages), np.int64)
        for column, name in enumerate(names):
            for row, age in enumerate(ages):
                if (name, sex, age) not in cells:
                    raise UsageError(
                        f"{path} lacks {name}, {sex or 'both sexes'}, {age:g} years.",
                        hint="Every measure and sex has the same ages.",
                    )
                mean[sex][row, column], sd[sex][row, column], n[sex][row] = cells[name, sex, age]
    return Reference(tuple(names), np.array(ages), mean, sd, n, provenance)


def _unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
