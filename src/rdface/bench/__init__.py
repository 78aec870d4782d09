"""From a spec to jobs, from jobs to a run folder, from run folders to a leaderboard."""

from rdface.bench.predictions import Predictions
from rdface.bench.result import (
    CohortReference,
    Detection,
    Metric,
    Run,
    RunResult,
    read_runs,
    write_result,
)

__all__ = [
    "CohortReference",
    "Detection",
    "Metric",
    "Predictions",
    "Run",
    "RunResult",
    "read_runs",
    "write_result",
]
