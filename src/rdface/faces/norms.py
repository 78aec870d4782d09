"""How far a measure lies from that of unaffected children of the same age and sex: z-scores.

A reference is fitted on the people it is given and on nobody else; who they were goes with it.
Mean and spread are smooth in age and have few parameters, as in the LMS method of T. Cole and P.
Green, Smoothing reference centile curves, Statistics in Medicine 11, 1992, without its power for
skew. A z-score says where a picture stands among the pictures of a reference. For research use; it
says nothing about any single person's health.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rdface.errors import UsageError
from rdface.faces.anthropometry import NAMES
from rdface.faces.growth import Floats, growth_curves

log = logging.getLogger(__name__)

SEXES: Final = ("female", "male", "")
"""As in a cohort; "" is unknown and has the curve of both together."""
KNOTS: Final = (0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 18)
"""Years at which a fitted curve is written down, if they lie within the people's ages."""
FEWEST: Final = 20
"""People without whom there is no curve for both sexes together, or of each for one sex."""


@dataclass(frozen=True, eq=False)
class Reference:
    """Mean and SD of every measure by age and sex, between knots of age linear.

    Args:
        names: The measures.
        knots: ``[K]`` years, rising.
        mean: Sex -> ``[K, M]``. The sex "" (both together) is always there.
        sd: The same.
        n: Sex -> ``[K]``, people nearer to this knot than to any other.
        provenance: Who the people were and what measured them, line by line.
    """

    names: tuple[str, ...]
    knots: Floats
    mean: Mapping[str, Floats]
    sd: Mapping[str, Floats]
    n: Mapping[str, NDArray[np.int64]]
    provenance: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def fit(
        cls,
        measures: ArrayLike,
        ages: ArrayLike,
        sexes: Sequence[str],
        *,
        names: Sequence[str] = NAMES,
        provenance: Mapping[str, str] | None = None,
    ) -> Reference:
        """Fit curves to unaffected people, one row each: rows of one person are not independent.

        Args:
            measures: ``[N, M]``.
            ages: ``[N]`` years.
            sexes: ``[N]`` of :data:`SEXES`. A person of unknown sex counts for both together only;
                without :data:`FEWEST` of each there are no curves for one sex.
            names: Of the columns.
            provenance: Kept with the reference.

        Raises:
            UsageError: Too few people, numbers missing, or lengths that differ.
        """
        table, years, sex = _checked(measures, ages, sexes, names)
        if not (np.isfinite(table).all() and np.isfinite(years).all()):
            raise UsageError(
                "A reference needs the age and every measure of everybody in it.",
                hint="Leave out pictures without a face or without an age.",
            )
        if len(table) < FEWEST:
            raise UsageError(f"A reference needs at least {FEWEST} people; these are {len(table)}.")
        if not (table.std(axis=0) > 0).all():
            same = names[int(np.argmin(table.std(axis=0)))]
            raise UsageError(f"Everybody has the same {same}: there is no spread to measure by.")
        low, high = np.floor(100 * years.min()) / 100, np.ceil(100 * years.max()) / 100
        between = (knot for knot in map(float, KNOTS) if low < knot < high)
        knots = np.array(sorted({float(low), *between, float(high)}))
        nearest = np.abs(years[:, None] - knots).argmin(axis=1)
        known = (sex == "female") | (sex == "male")
        means, sds, counts = {}, {}, {}
        means[""], sds[""] = growth_curves(table, years, None, knots)[0]
        counts[""] = np.bincount(nearest, minlength=len(knots))
        pair_of = ("female", "male")
        if min((sex == name).sum() for name in pair_of) >= FEWEST:
            pair = growth_curves(table[known], years[known], sex[known] == "male", knots)
            for name, (mean, sd) in zip(pair_of, pair, strict=True):
                means[name], sds[name] = mean, sd
                counts[name] = np.bincount(nearest[sex == name], minlength=len(knots))
        return cls(tuple(names), knots, means, sds, counts, dict(provenance or {}))

    def z_scores(self, measures: ArrayLike, ages: ArrayLike, sexes: Sequence[str]) -> Floats:
        """How many SD above the mean of this age and sex each measure lies.

        Args:
            measures: ``[N, M]`` in the order of ``names``.
            ages: ``[N]`` years. Beyond the table's first and last age its ends are held, and the
                log says so; see :meth:`outside`.
            sexes: ``[N]`` of :data:`SEXES`; "" has the curve of both sexes together.

        Returns:
            ``[N, M]``; NaN where the age or the measure is NaN.

        Raises:
            UsageError: Lengths that differ, or a sex that is none of :data:`SEXES`.
        """
        table, years, sex = _checked(measures, ages, sexes, self.names)
        beyond = int(self.outside(years).sum())
        if beyond:
            log.warning(
                "%d of %d ages lie outside the reference's %.1f to %.1f years: its ends are held",
                beyond,
                len(years),
                self.knots[0],
                self.knots[-1],
            )
        lost = sorted({str(name) for name in sex} - set(self.mean))
        if lost:
            log.warning("the reference has no curve of its own for %s: both sexes'", lost)
        scores = np.full(table.shape, np.nan)
        for row, (age, name) in enumerate(zip(years, sex, strict=True)):
            if np.isfinite(age):
                own = str(name) if name in self.mean else ""
                mean, sd = self._at(age, self.mean[own]), self._at(age, self.sd[own])
                scores[row] = (table[row] - mean) / sd
        return scores

    def outside(self, ages: ArrayLike) -> NDArray[np.bool_]:
        """Which ages ``[N]`` lie before the first or after the last of the table."""
        years = np.asarray(ages, np.float64)
        return np.asarray((years < self.knots[0]) | (years > self.knots[-1]))

    def write(self, path: Path) -> None:
        """Write the table; see :func:`rdface.faces.norms_table.write_reference`."""
        from rdface.faces.norms_table import write_reference

        write_reference(self, path)

    def _at(self, age: float, curve: Floats) -> Floats:
        """``[M]`` at one age, held at the ends."""
        age = min(max(age, self.knots[0]), self.knots[-1])
        after = int(np.clip(np.searchsorted(self.knots, age), 1, max(len(self.knots) - 1, 1)))
        if len(self.knots) == 1:
            return np.asarray(curve[0])
        width = self.knots[after] - self.knots[after - 1]
        share = (age - self.knots[after - 1]) / width
        return np.asarray((1 - share) * curve[after - 1] + share * curve[after])


def _checked(
    measures: ArrayLike, ages: ArrayLike, sexes: Sequence[str], names: Sequence[str]
) -> tuple[Floats, Floats, NDArray[np.str_]]:
    table, years = np.asarray(measures, np.float64), np.asarray(ages, np.float64)
    sex = np.array([str(name) for name in sexes], dtype=np.str_)
    if table.ndim != 2 or table.shape[1] != len(names):
        raise UsageError(f"Measures come as [N, {len(names)}]; these are {table.shape}.")
    if years.shape != (len(table),) or sex.shape != (len(table),):
        raise UsageError(
            f"{len(table)} rows of measures need as many ages and sexes; "
            f"there are {years.size} and {sex.size}."
        )
    unknown = sorted(set(sex.tolist()) - set(SEXES))
    if unknown:
        raise UsageError(f"A sex is 'female', 'male' or '' (unknown), not {unknown[0]!r}.")
    if (years < 0).any():
        raise UsageError("An age is a number of years and not below 0.")
    return table, years, sex
