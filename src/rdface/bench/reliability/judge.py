"""All of ``reliability.json`` from a table of reliability."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdface.bench.reliability.calibrate import closed_rows, judge_calibration
from rdface.bench.reliability.conformal import judge_conformal
from rdface.bench.reliability.judgement import Judgement
from rdface.bench.reliability.table import ReliabilityTable

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
    from threadpoolctl import threadpool_limits

    rows = closed_rows(table)
    with threadpool_limits(limits=1):
        return Judgement(
            calibration=judge_calibration(rows), conformal=judge_conformal(rows, table, images)
        )
