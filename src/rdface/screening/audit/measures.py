"""Measures of all faces of an audit, as z-scores where that can be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rdface.explain.deviations import trust_table
from rdface.faces.anthropometry import NAMES
from rdface.screening.audit.sides import Sides

if TYPE_CHECKING:
    from rdface.faces.norms import Reference

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class MeasuredSides:
    """Measures of everybody: z-scores where a reference is, else raw.

    Attributes:
        names: The measures that the ruler sees at all.
        synthetic: ``[S, M]``, NaN without a face.
        training: ``[T, M]``.
        held_out: ``[H, M]``.
        z_scores: Whether they are z-scores of unaffected people of the same age and sex.
    """

    names: tuple[str, ...]
    synthetic: Floats
    training: Floats
    held_out: Floats
    z_scores: bool


def measure_sides(sides: Sides, detector: str, reference: Reference | None) -> MeasuredSides:
    """Measure all faces.

    A generated face of unknown age and sex takes, for its z-scores, the median age of its real
    parents of its own condition (else of all training faces of that condition) and no sex.

    Args:
        sides: Who is who.
        detector: What finds faces.
        reference: Unaffected people; None leaves measures raw.
    """
    from rdface.faces.survey import measure_cohort

    tables = [
        measure_cohort(side.cohort, detector)
        for side in (sides.synthetic, sides.training, sides.held_out)
    ]
    own = tables[0]["age"].to_numpy(float)
    stand_in = _ages_of_parents(sides, tables[1]["age"].to_numpy(float))
    tables[0]["age"] = np.where(np.isnan(own), stand_in, own)
    names = tuple(
        name
        for name in (reference.names if reference is not None else NAMES)
        if name in trust_table() and trust_table()[name].seen != "not"
    )
    values = []
    for table in tables:
        if reference is None:
            values.append(table[list(names)].to_numpy(float))
            continue
        raw = table[list(reference.names)].to_numpy(float)
        z = reference.z_scores(raw, table["age"].to_numpy(float), list(table["sex"].astype(str)))
        values.append(z[:, [reference.names.index(name) for name in names]])
    synthetic, training, held_out = values
    return MeasuredSides(names, synthetic, training, held_out, reference is not None)


def _ages_of_parents(sides: Sides, ages: Floats) -> Floats:
    """Median age of each generated face's parents of its condition: ``[S]``, NaN if unknown."""
    row_of = {image: row for row, image in enumerate(sides.training.ids)}
    conditions = sides.training.conditions
    by_condition = {c: _median(ages[conditions == c]) for c in set(conditions.tolist())}
    found = np.full(len(sides.synthetic), np.nan)
    parents = sides.synthetic.cohort.images["synthetic_of"]
    for place, (condition, made_of) in enumerate(
        zip(sides.synthetic.conditions, parents, strict=True)
    ):
        rows = [row_of[each] for each in str(made_of).split("|") if each in row_of]
        own = np.array([ages[row] for row in rows if conditions[row] == condition])
        age = _median(own)
        found[place] = age if np.isfinite(age) else by_condition.get(condition, np.nan)
    return found


def _median(ages: NDArray[Any]) -> float:
    known = ages[np.isfinite(ages)] if len(ages) else ages
    return float(np.median(known)) if len(known) else float("nan")
