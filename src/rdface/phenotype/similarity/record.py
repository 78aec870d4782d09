"""What ``similarity.json`` holds: every similarity beside its nulls, and all that was left out."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from rdface.files import write_json, write_text
from rdface.phenotype.similarity.pairs import Kind

SCHEMA_VERSION = 1
RECORD, TABLE = "similarity.json", "similarity.csv"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Number(_Record):
    """A number with its 95 % interval; None where it cannot be had."""

    value: float | None
    low: float | None = None
    high: float | None = None

    @classmethod
    def of(cls, spread: Sequence[float]) -> Number:
        """From value, low and high; NaN becomes None."""
        value, low, high = (float(x) if math.isfinite(x) else None for x in spread)
        return cls(value=value, low=low, high=high)


class Line(_Record):
    """One measure on one part, for one kind of pairs.

    Attributes:
        measure: Name.
        part: ``overall`` or a region.
        kind: Who the anchors are; see :mod:`rdface.phenotype.similarity.pairs`.
        same: Mean similarity of pairs of one condition.
        other: Of matched pairs of different conditions.
        difference: same - other, paired.
        auroc: Of same against other.
        minus_real: same - that of two real patients of the condition, on the partners that have
            both; None for real pairs.
        n_pairs: Pairs of one condition.
        n_partners: Real pictures in them.
        n_patients: Their patients.
        n_unmatched: Real pictures left out for want of anybody matched.
    """

    measure: str
    part: str
    kind: Kind
    same: Number
    other: Number
    difference: Number
    auroc: Number
    minus_real: Number | None
    n_pairs: int
    n_partners: int
    n_patients: int
    n_unmatched: int


class Control(_Record):
    """A pool's conditions dealt anew; see :mod:`rdface.phenotype.similarity.control`."""

    measure: str
    own: float
    dealt: float
    low: float
    high: float
    p_value: float
    n_conditions: int


class Side(_Record):
    """One set of reports.

    Attributes:
        cohort: Its name, version, sha256, and whether it is simulated.
        describer: Who described it, as ``about.json`` says; empty where it is not there.
        fingerprint: Of the describer.
        instruction: Version of the instruction.
        n_images: Of the cohort.
        n_reports: Of these.
        statuses: Reports by status.
        said: Part to number of reports by what they say of it.
    """

    cohort: dict[str, Any]
    describer: str
    fingerprint: str
    instruction: str
    n_images: int
    n_reports: int
    statuses: dict[str, int]
    said: dict[str, dict[str, int]]


class Similarity(_Record):
    """The whole record."""

    schema_version: int = SCHEMA_VERSION
    real: Side
    synthetic: Side | None
    measures: dict[str, str]
    lines: tuple[Line, ...]
    controls: tuple[Control, ...]
    notes: tuple[str, ...]
    seed: int
    n_resamples: int
    versions: dict[str, str]
    seconds: float

    def line(self, measure: str, part: str, kind: Kind) -> Line | None:
        """One line, None where there is none."""
        wanted = (measure, part, kind)
        return next((x for x in self.lines if (x.measure, x.part, x.kind) == wanted), None)


_NUMBERS = ("same", "other", "difference", "auroc", "minus_real")


def write_similarity(record: Similarity, out: Path) -> None:
    """Write ``similarity.json`` and ``similarity.csv``, each whole or not at all."""
    write_json(out / RECORD, record.model_dump(mode="json"))
    columns = ["measure", "part", "kind"]
    columns += [f"{name}{end}" for name in _NUMBERS for end in ("", "_low", "_high")]
    columns += ["n_pairs", "n_partners", "n_patients", "n_unmatched"]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for line in record.lines:
        row: list[Any] = [line.measure, line.part, line.kind]
        for name in _NUMBERS:
            number = getattr(line, name) or Number(value=None)
            row += [number.value, number.low, number.high]
        writer.writerow([*row, line.n_pairs, line.n_partners, line.n_patients, line.n_unmatched])
    write_text(out / TABLE, text.getvalue())
