"""Few-shot learning as a task of its own: spec, runs, table."""

from rdface.bench.few_shot.benchmark import run_few_shot
from rdface.bench.few_shot.leaderboard import FewShotTable, few_shot_table
from rdface.bench.few_shot.quirks import FEW_SHOT_QUIRKS
from rdface.bench.few_shot.spec import TASK, FewShotSpec, read_few_shot_spec

__all__ = [
    "FEW_SHOT_QUIRKS",
    "TASK",
    "FewShotSpec",
    "FewShotTable",
    "few_shot_table",
    "read_few_shot_spec",
    "run_few_shot",
]
