"""From a spec to jobs, from jobs to a run folder, from run folders to a leaderboard."""

from rdface.bench.benchmark import run_benchmark
from rdface.bench.leaderboard import COLUMNS, Row, leaderboard
from rdface.bench.measure import Comparison, chance_level, compare_runs, measure
from rdface.bench.predictions import Predictions
from rdface.bench.result import (
    CohortReference,
    Detection,
    Metric,
    Run,
    RunResult,
    Spread,
    read_runs,
    run_folders,
    write_result,
)
from rdface.bench.spec import Spec, read_spec

__all__ = [
    "COLUMNS",
    "CohortReference",
    "Comparison",
    "Detection",
    "Metric",
    "Predictions",
    "Row",
    "Run",
    "RunResult",
    "Spec",
    "Spread",
    "chance_level",
    "compare_runs",
    "leaderboard",
    "measure",
    "read_runs",
    "read_spec",
    "run_benchmark",
    "run_folders",
    "write_result",
]
