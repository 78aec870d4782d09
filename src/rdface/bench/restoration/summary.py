"""What the study says: shifts, slopes, what is left of the signs, and recognition."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from rdface.bench.restoration.agreement import Floats, Range, agree, ranged, resamples
from rdface.bench.restoration.plan import BICUBIC
from rdface.bench.restoration.study import PRISTINE, Studied
from rdface.faces.anthropometry import MEASURES, NAMES
from rdface.files import atomic_path, write_json
from rdface.metrics.ranking import reciprocal_ranks, top_k

TOP: Final = 10
FEWEST: Final = 5
"""Children with a face in every picture, below whom nothing is computed."""


@dataclass(frozen=True)
class MeasureLine:
    """One measure in one cell; shifts in SD of unaffected children of that age and sex.

    Attributes:
        measure: Its name.
        bias: Mean shift, restored minus untouched.
        spread: SD of the shift over children.
        slope: Of restored on untouched z.
        against: Slope minus that of bicubic on the same children; None for bicubic itself.
    """

    measure: str
    bias: Range
    spread: Range
    slope: Range
    against: Range | None


@dataclass(frozen=True)
class Cell:
    """One damage and arm.

    Attributes:
        damage: Name.
        arm: Name.
        n: Children compared: those with a face in the untouched, restored and bicubic picture.
        asked: Children whose picture was restored.
        no_face: Of them, without a face after restoring.
        rms: Root mean square shift over children and measures, SD.
        slope: Mean over measures.
        slope_against: Slope minus that of bicubic on the same children; None where there is none.
        kept: Share of the conditions' signs that is left.
        kept_against: That minus bicubic's.
        n_signs: Pairs of a child and a measure whose HPO term it has.
        away: Measures whose slope's interval lies wholly below that of bicubic, and wholly above.
        lines: One a measure.
    """

    damage: str
    arm: str
    n: int
    asked: int
    no_face: int
    rms: Range
    slope: Range
    slope_against: Range | None
    kept: Range
    kept_against: Range | None
    n_signs: int
    away: tuple[int, int] | None
    lines: tuple[MeasureLine, ...]


@dataclass(frozen=True)
class Recognised:
    """Recognition of one version by models trained on untouched pictures.

    Attributes:
        damage: Name; "" for the untouched pictures.
        arm: Name.
        backbone: Name.
        n: Children tested.
        top: Share with the truth among the first ten.
        mrr: Mean reciprocal rank.
        against: MRR minus that of bicubic on the same children; None where there is none.
        lost: MRR minus that of the same children's untouched pictures.
    """

    damage: str
    arm: str
    backbone: str
    n: int
    top: Range
    mrr: Range
    against: Range | None
    lost: Range


@dataclass(frozen=True, eq=False)
class Found:
    """All numbers of the page."""

    studied: Studied
    cells: tuple[Cell, ...]
    recognised: tuple[Recognised, ...]


def summarise(studied: Studied) -> Found:
    """Compute everything from z-scores and ranks."""
    cells = tuple(
        cell
        for damage, arm in studied.z
        if arm != PRISTINE and (cell := _cell(studied, damage, arm)) is not None
    )
    return Found(studied, cells, tuple(_recognised(studied.ranks)))


def signs_of(people: pd.DataFrame) -> Floats:
    """``[n, M]``: 1 where a child has the HPO term of a measure's high end, -1 of its low end."""
    signs = np.zeros((len(people), len(MEASURES)))
    for row, terms in enumerate(people["hpo_terms"]):
        own = set(str(terms).split("|"))
        for column, measure in enumerate(MEASURES):
            signs[row, column] = (measure.hpo_high in own) - float(measure.hpo_low in own)
    return signs


def _cell(studied: Studied, damage: str, arm: str) -> Cell | None:
    restored = studied.z[damage, arm]
    asked = len(restored)
    untouched = studied.z["", PRISTINE][:asked]
    control = studied.z.get((damage, BICUBIC)) if arm != BICUBIC else None
    seen = np.isfinite(restored).all(axis=1)
    used = seen & np.isfinite(untouched).all(axis=1)
    if control is not None:
        control = control[:asked]
        used &= np.isfinite(control).all(axis=1)
    n = int(used.sum())
    if n < FEWEST:
        return None
    signs = signs_of(studied.people[:asked])[used]
    weights = resamples(n)
    own = agree(untouched[used], restored[used], signs, weights)
    other = None if control is None else agree(untouched[used], control[used], signs, weights)
    gaps = None if other is None else own.slope - other.slope
    lines = tuple(
        MeasureLine(
            name,
            ranged(own.bias[:, k]),
            ranged(own.spread[:, k]),
            ranged(own.slope[:, k]),
            None if gaps is None else ranged(gaps[:, k]),
        )
        for k, name in enumerate(NAMES)
    )
    gap_ranges = [line.against for line in lines if line.against is not None]
    return Cell(
        damage,
        arm,
        n,
        asked,
        int((~seen).sum()),
        ranged(own.rms),
        ranged(own.slope.mean(axis=1)),
        None if gaps is None else ranged(gaps.mean(axis=1)),
        ranged(own.kept),
        None if other is None else ranged(own.kept - other.kept),
        int(np.abs(signs).sum()),
        None
        if gaps is None
        else (sum(gap.high < 0 for gap in gap_ranges), sum(gap.low > 0 for gap in gap_ranges)),
        lines,
    )


def _recognised(ranks: pd.DataFrame) -> list[Recognised]:
    lines = []
    for backbone, table in ranks.groupby("backbone", sort=False):
        by = {
            (str(damage), str(arm)): own.set_index("image_id")["rank"]
            for (damage, arm), own in table.groupby(["damage", "arm"], sort=False)
        }
        for (damage, arm), own in by.items():
            weights = resamples(len(own))
            share = weights / weights.sum(axis=1, keepdims=True)

            def mrr(of: pd.Series[int], share: Floats = share, own: Any = own) -> Floats:  # noqa: ANN401
                values = reciprocal_ranks(of.loc[own.index].to_numpy(np.int64))
                return np.asarray(np.einsum("bn,n->b", share, values))

            top = np.einsum("bn,n->b", share, top_k(own.to_numpy(np.int64), TOP))
            control = by.get((damage, BICUBIC)) if arm not in (BICUBIC, PRISTINE) else None
            lines.append(
                Recognised(
                    damage,
                    arm,
                    str(backbone),
                    len(own),
                    ranged(top),
                    ranged(mrr(own)),
                    None if control is None else ranged(mrr(own) - mrr(control)),
                    ranged(mrr(own) - mrr(by["", PRISTINE])),
                )
            )
    return lines


def write_tables(found: Found, out: Path) -> None:
    """Write ``restoration.json`` and three tables as CSV into the folder of a study."""
    cells = [_flat(asdict(cell) | {"lines": None, "away": None}) for cell in found.cells]
    measures = [
        {"damage": cell.damage, "arm": cell.arm, "n": cell.n, **_flat(asdict(line))}
        for cell in found.cells
        for line in cell.lines
    ]
    recognised = [_flat(asdict(line)) for line in found.recognised]
    for name, rows in (("cells", cells), ("measures", measures), ("recognition", recognised)):
        with atomic_path(out / f"{name}.csv") as part:
            pd.DataFrame(rows).to_csv(part, index=False, lineterminator="\n")
    studied = found.studied
    arms = list(dict.fromkeys(arm for _, arm in studied.z if arm != PRISTINE))
    write_json(
        out / "restoration.json",
        {
            "cohort": studied.cohort,
            "simulated": studied.simulated,
            "plan": asdict(studied.plan) | {"arms": arms},
            "children": len(studied.people),
            "left out, no face in the untouched picture": len(studied.no_face),
            "processor seconds a picture": {k: round(v, 3) for k, v in studied.seconds.items()},
            "cells": cells,
            "recognition": recognised,
        },
    )


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """``{"bias": {"value", "low", "high"}}`` as ``bias``, ``bias_low``, ``bias_high``."""
    flat: dict[str, Any] = {}
    for key, value in row.items():
        if isinstance(value, dict):
            flat |= {
                f"{key}{end}": None if value[part] != value[part] else round(value[part], 4)
                for part, end in (("value", ""), ("low", "_low"), ("high", "_high"))
            }
        elif value is not None:
            flat[key] = value
    return flat
