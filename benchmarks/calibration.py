"""Tables of docs/calibration.md and docs/conformal.md, from the runs of specs/reliability.yaml.

rdface bench specs/reliability.yaml
python benchmarks/calibration.py runs/reliability             # what reliability.json holds
python benchmarks/calibration.py runs/reliability --strengths # Dirichlet, forced to learn
python benchmarks/calibration.py runs/reliability --penalties # RAPS with other penalties
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from rdface.bench.reliability import ReliabilityTable
from rdface.bench.reliability.calibrate import ClosedRows, closed_rows
from rdface.bench.reliability.conformal import LEVELS, prepare
from rdface.bench.reliability.judgement import Error, Judgement
from rdface.bench.reliability.table import RELIABILITY_FILE
from rdface.bench.result import Metric
from rdface.metrics.calibration_means import brier_score, log_loss
from rdface.metrics.calibrators.dirichlet import (
    DiagonalDirichletCalibration,
    DirichletCalibration,
)
from rdface.metrics.conformal import SetTable, raps, sets_of

STRENGTHS = (float("inf"), 1e6, 1e5, 1e4, 1e3, 1e2, 1e1)
PENALTIES = ((0.0, 0), (0.001, 5), (0.01, 5), (0.1, 5), (1.0, 5), (0.01, 20))


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", type=Path)
    parser.add_argument("--run", default="sface__logistic", help="run of the last two tables")
    parser.add_argument("--strengths", action="store_true")
    parser.add_argument("--penalties", action="store_true")
    chosen = parser.parse_args()
    if chosen.strengths or chosen.penalties:
        table = ReliabilityTable.from_parquet(chosen.runs / chosen.run / RELIABILITY_FILE)
        rows = closed_rows(table)
        if chosen.strengths:
            forced(rows)
        if chosen.penalties:
            penalised(rows, table)
        return
    found = {path.name: Judgement.read(path) for path in sorted(chosen.runs.iterdir())}
    judged = {name: one for name, one in found.items() if one is not None}
    calibration(judged)
    conformal(judged)


def calibration(judged: dict[str, Judgement]) -> None:
    """Before and after temperature scaling, run by run."""
    print("| run | T | ECE before | ECE after | over-confidence after | log loss before / after |")
    print("|---|---|---|---|---|---|")
    for name, one in judged.items():
        before, after = (one.calibration.calibrators[n] for n in ("none", "temperature"))
        over = after.over_confidence
        print(
            f"| {label(name)} | {after.settings['temperature']} | {error(before.ece)} |"
            f" {error(after.ece)} | {100 * over.value:+.1f} ({100 * over.low:+.1f} to"
            f" {100 * over.high:+.1f}) | {before.nll.value:.2f} / {after.nll.value:.2f} |"
        )
    print("\n| run | strengths chosen, full matrix (models) | AURC top-1, by lot | top-5, by lot |")
    print("|---|---|---|---|")
    for name, one in judged.items():
        strengths = one.calibration.calibrators["dirichlet"].chosen
        said = ", ".join(f"{strength} ({n})" for strength, n in strengths.items())
        curves = one.calibration.selective
        areas = (f"{share(curves[k].aurc)}, {100 * curves[k].random:.1f}" for k in ("1", "5"))
        print(f"| {label(name)} | {said} | {' | '.join(areas)} |")


def conformal(judged: dict[str, Judgement]) -> None:
    """Coverage and length of LAC and RAPS at each level, run by run."""
    for method, taxonomy in (("lac", "all"), ("raps", "all"), ("lac", "frequency")):
        print(f"\n{method}, {taxonomy}: coverage; mean length; folds within the law")
        print("| run | " + " | ".join(f"{100 * level:g} %" for level in LEVELS) + " |")
        print("|---" * (1 + len(LEVELS)) + "|")
        for name, one in judged.items():
            cells = []
            for level in LEVELS:
                sets = one.conformal.find(method, taxonomy, level)
                assert sets is not None  # noqa: S101 - every level was judged
                whole = sets.groups[0]
                law = "" if sets.models_inside is None else f"; {sets.models_inside}"
                cells.append(
                    f"{share(whole.coverage)}; {whole.size.value:.0f} ({whole.size.low:.0f}–"
                    f"{whole.size.high:.0f}){law}"
                )
            print(f"| {label(name)} | {' | '.join(cells)} |")


def forced(rows: ClosedRows) -> None:
    """Test log loss and Brier score of Dirichlet maps whose strength is given, not chosen."""
    test = ~rows.calibration
    print(
        "| strength | diagonal: log loss | Brier | full: log loss | Brier |\n|---|---|---|---|---|"
    )
    for strength in STRENGTHS:
        cells = []
        for kind in (DiagonalDirichletCalibration, DirichletCalibration):
            logs = np.empty_like(rows.scores)
            for model in range(rows.n_models):
                own = rows.model == model
                teach = own & rows.calibration
                made = kind(strengths=(strength,))
                made.fit(rows.scores[teach], rows.truth[teach], rows.patient[teach])
                logs[own] = made.log_probabilities(rows.scores[own])
            for score, digits in ((log_loss, 2), (brier_score, 3)):
                found = score(rows.tested, logs[test], rows.truth[test])
                assert found is not None  # noqa: S101 - there are test rows
                cells.append(f"{found.value:.{digits}f}")
        print(f"| {strength:g} | {' | '.join(cells)} |", flush=True)


def penalised(rows: ClosedRows, table: ReliabilityTable) -> None:
    """Coverage and length of 90 % lists of RAPS with other penalties than the fixed ones."""
    prepared = prepare(rows, table)
    plain = prepared.sets("aps", np.zeros(len(table.conditions), dtype=np.int64))
    print("| lambda | k_reg | coverage | mean length | median |\n|---|---|---|---|---|")
    for penalty, free_ranks in PENALTIES:
        scores = raps(
            prepared.log_probabilities, prepared.lots, penalty=penalty, free_ranks=free_ranks
        )
        made = sets_of(SetTable(scores, **{k: v for k, v in vars(plain).items() if k in REST}), 0.1)
        weight = plain.tested.shares(per_patient=True)
        print(
            f"| {penalty:g} | {free_ranks} | {100 * np.average(made.covered, weights=weight):.1f} |"
            f" {np.average(made.sizes, weights=weight):.1f} | {np.median(made.sizes):.0f} |"
        )


REST = ("truth", "model", "calibration", "image", "patient", "group")


def label(name: str) -> str:
    """``sface (lda)``."""
    backbone, _, learner = name.partition("__")
    return f"{backbone} ({learner})"


def error(one: Error) -> str:
    """An error, its interval, its null."""
    return f"{share(one.found)}, null {100 * one.null_mean:.1f}, p {one.p_value:.3f}"


def share(one: Metric) -> str:
    """A share and its interval in per cent."""
    return f"{100 * one.value:.1f} ({100 * one.low:.1f}–{100 * one.high:.1f})"


if __name__ == "__main__":
    main()
