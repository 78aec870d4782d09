"""What the study says: each arm with its interval, and against real only, after Holm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from rdface.bench.augmentation.part import ADDED, PERMUTED, REAL
from rdface.bench.augmentation.plan import HEAD
from rdface.metrics.comparison import Difference, compare, holm
from rdface.metrics.measures import TOP_K
from rdface.metrics.outcomes import Outcomes
from rdface.metrics.summary import summarise_outcomes

TESTED: Final = ("top5_micro", "top10_micro")
"""The metrics of the issue's goal: every comparison of the table is tested in both."""
N_RESAMPLES: Final = 20_000
"""A p-value of 1 / 10,000 survives Holm among some hundred comparisons; 1 / 1,000 would not."""
KEYS: Final = ("regime", "backbone", "learner", "arm", "generator", "screened")


@dataclass(frozen=True)
class Line:
    """One arm of one model in one regime, over all its folds.

    Attributes:
        regime: Real images of each condition.
        backbone: Name.
        learner: Name.
        arm: See :mod:`rdface.bench.augmentation.part`.
        generator: Label; "" without one.
        screened: Whether the screening chose the images.
        n: Synthetic images of each condition; None where validation chose them in each fold.
        chosen: n of each fold, where validation chose.
        n_least: The fewest synthetic images that a condition was given in any fold.
        n_mean: Mean over conditions, then folds: less than n where a pool had fewer.
        folds: How many folds there are of it.
        updates: Optimiser steps of a fold, the most of them; 0 for what is solved.
        n_images: Test images.
        n_patients: Their patients.
        values: ``top10_micro`` ... -> value, low, high.
        differences: :data:`TESTED` metric -> difference to real only on the same test images.
        corrected: The same -> p-value after Holm over all comparisons of the study.
    """

    regime: str
    backbone: str
    learner: str
    arm: str
    generator: str
    screened: bool
    n: int | None
    chosen: tuple[int, ...]
    n_least: int
    n_mean: float
    folds: int
    updates: int
    n_images: int
    n_patients: int
    values: dict[str, tuple[float, float, float]]
    differences: dict[str, Difference]
    corrected: dict[str, float]

    @property
    def model(self) -> str:
        """Backbone and learner."""
        return f"{self.backbone} {self.learner}"

    @property
    def missing(self) -> float:
        """Share of the n synthetic images of each condition that a pool did not have."""
        asked = self.chosen if self.n is None else (self.n,)
        return round(1 - self.n_mean / float(np.mean(asked)), 9) if any(asked) else 0.0

    @property
    def shortfall(self) -> str:
        """The same in words, "" where nothing is missing."""
        return f"{100 * self.missing:.1f} % missing" if self.missing else ""

    def to_dict(self) -> dict[str, Any]:
        """As plain types that JSON can hold."""
        return asdict(self)


def choose_n(rows: pd.DataFrame) -> pd.DataFrame:
    """Of each fold keep the rows of the n with the best criterion on validation.

    At a tie the smallest; without validation images the largest, for then nothing can be chosen.

    Args:
        rows: Of one arm and model, all its n.
    """
    kept = []
    for _, own in rows.groupby("fold", sort=True):
        by_n = own.groupby("n")["criterion"].first().sort_index()
        known = by_n.dropna()
        n = known.index[int(np.argmax(known.to_numpy()))] if len(known) else by_n.index[-1]
        kept.append(own.loc[own["n"] == n])
    found: pd.DataFrame = pd.concat(kept, ignore_index=True)
    return found


def summarise_study(ranks: pd.DataFrame, *, n_conditions: int) -> list[Line]:
    """The table of the study: n chosen on validation, every arm against real only of its model.

    The label-permuted arm has the n that was chosen for the unpermuted one of the same generator.
    The comparator by terms is held against real only of that solved learner of its backbone which
    has the best MRR on validation.

    Args:
        ranks: Of :func:`rdface.bench.augmentation.study.run_augmentation`.
        n_conditions: Of the cohort.
    """
    chosen = list(_chosen_rows(ranks))
    made = [_line(rows, None, n_conditions) for rows in chosen]
    real = {
        (str(key[0]), str(key[1]), str(key[2])): rows
        for key, rows in ranks[ranks["arm"] == REAL].groupby(["regime", "backbone", "learner"])
    }
    lines = []
    for line, rows in zip(made, chosen, strict=True):
        base = _against(line, real)
        differences = {}
        if base is not None and line.arm != REAL:
            base = base[base["fold"].isin(rows["fold"].unique())]
            found = compare(
                _outcomes(rows, n_conditions),
                _outcomes(base, n_conditions),
                ks=(5, 10),
                n_resamples=N_RESAMPLES,
            )
            differences = {name: found[name] for name in TESTED}
        lines.append((line, differences))
    family = [(i, name) for i, (_, found) in enumerate(lines) for name in found]
    corrected = holm([lines[i][1][name].p_value for i, name in family])
    p_of = dict(zip(family, corrected, strict=True))
    return [
        Line(
            **{
                **line.__dict__,
                "differences": found,
                "corrected": {name: p_of[i, name] for name in found},
            }
        )
        for i, (line, found) in enumerate(lines)
    ]


def curve(ranks: pd.DataFrame, *, n_conditions: int) -> list[Line]:
    """Every n as it stands, none chosen: for curves, and not for claims."""
    rows = ranks[ranks["n"] > 0]
    keys = [*KEYS, "n"]
    return [
        _line(own, int(own["n"].iloc[0]), n_conditions)
        for _, own in rows.groupby(keys, sort=False, observed=True)
    ]


def _chosen_rows(ranks: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Rows of each line, in the order of the table."""
    groups = {tuple(key): own for key, own in ranks.groupby(list(KEYS), sort=False, observed=True)}
    for key, own in groups.items():
        if (own["n"] == 0).all():
            yield own
        elif key[3] == PERMUTED:
            twin = choose_n(groups[(*key[:3], ADDED, *key[4:])])
            n_of = twin.groupby("fold")["n"].first()
            yield own[own["n"] == own["fold"].map(n_of)]
        else:
            yield choose_n(own)


def _against(line: Line, real: dict[tuple[str, str, str], pd.DataFrame]) -> pd.DataFrame | None:
    """Real only of the same model; for ``terms`` of the learner best on validation, all folds.

    A trained head is no rival there: its criterion is top-1, that of all others MRR.
    """
    own = real.get((line.regime, line.backbone, line.learner))
    if own is not None:
        return own
    rivals = [
        rows
        for (regime, backbone, learner), rows in real.items()
        if (regime, backbone) == (line.regime, line.backbone) and learner != HEAD
    ]
    return max(rivals, key=lambda rows: float(rows["criterion"].mean()), default=None)


def _line(rows: pd.DataFrame, n: int | None, n_conditions: int) -> Line:
    first = rows.iloc[0]
    outcomes = _outcomes(rows, n_conditions)
    found = summarise_outcomes(outcomes, ks=TOP_K, band_edges=None)
    of_fold = rows.groupby("fold", sort=True)["n"].first()
    return Line(
        regime=str(first["regime"]),
        backbone=str(first["backbone"]),
        learner=str(first["learner"]),
        arm=str(first["arm"]),
        generator=str(first["generator"]),
        screened=bool(first["screened"]),
        n=n,
        chosen=tuple(int(one) for one in of_fold) if n is None and first["n"] else (),
        n_least=int(rows["n_least"].min()),
        n_mean=float(rows.groupby("fold")["n_mean"].first().mean()),
        folds=int(rows["fold"].nunique()),
        updates=int(rows["updates"].max()),
        n_images=int(rows["image_id"].nunique()),
        n_patients=int(rows["patient_id"].nunique()),
        values={name: (one.value, one.low, one.high) for name, one in found.items()},
        differences={},
        corrected={},
    )


def _outcomes(rows: pd.DataFrame, n_conditions: int) -> Outcomes:
    """Ranks as the metrics read them; images and patients numbered by their names' order."""
    rows = rows.sort_values("image_id", kind="stable")
    image, patient = (
        np.unique(rows[name].astype(str), return_inverse=True)[1]
        for name in ("image_id", "patient_id")
    )
    return Outcomes(
        ranks=rows["rank"].to_numpy(np.int64),
        candidates=rows["candidates"].to_numpy(np.int64),
        truth=rows["truth"].to_numpy(np.int64),
        image=image.astype(np.int64),
        patient=patient.astype(np.int64),
        training_count=rows["training_count"].to_numpy(np.int64),
        n_conditions=n_conditions,
    )


def table_of(lines: list[Line]) -> pd.DataFrame:
    """The table as columns, shares of 1: for CSV and Parquet."""
    rows = []
    for line in lines:
        row: dict[str, Any] = {
            "regime": line.regime,
            "backbone": line.backbone,
            "learner": line.learner,
            "arm": line.arm,
            "generator": line.generator,
            "screened": line.screened,
            "n": line.n,
            "chosen_n": "|".join(map(str, line.chosen)),
            "n_least": line.n_least,
            "n_mean": line.n_mean,
            "folds": line.folds,
            "updates": line.updates,
            "n_images": line.n_images,
            "n_patients": line.n_patients,
        }
        for name, (value, low, high) in line.values.items():
            row |= {name: value, f"{name}_low": low, f"{name}_high": high}
        for name, found in line.differences.items():
            row |= {
                f"{name}_difference": found.value,
                f"{name}_difference_low": found.low,
                f"{name}_difference_high": found.high,
                f"{name}_p": found.p_value,
                f"{name}_p_holm": line.corrected[name],
            }
        rows.append(row)
    return pd.DataFrame(rows)
