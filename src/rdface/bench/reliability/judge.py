"""All of ``reliability.json`` from a table of reliability."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdface.bench.reliability.calibrate import closed_rows, judge_calibration
from rdface.bench.reliability.conformal import judge_conformal
from rdface.bench.reliability.judgement import Judgement
from rdface.bench.reliability.table import ReliabilityTable
from rdface.engines.threads import one_blas_thread

if TYPE_CHECKING:
    import pandas as pd


def judge(table: ReliabilityTable, images: pd.DataFrame) -> Judgement:
    """Fit calibrators and thresholds on the calibration rows, measure them on the test rows.

    BLAS is held to one thread, so that equal tables give equal numbers on every machine.

    Args:
        table: Of a run.
        images: Table of its cohort.

    Raises:
        RunError: The table has no test rows, or a model without calibration rows.
    """
    rows = closed_rows(table)
    with one_blas_thread():
        return Judgement(
            calibration=judge_calibration(rows), conformal=judge_conformal(rows, table, images)
        )
