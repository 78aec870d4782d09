"""All numbers that a table of reliability gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdface.bench.reliability.judgement import Judgement
from rdface.bench.reliability.open_set import measure_open_set
from rdface.bench.reliability.table import ReliabilityTable

if TYPE_CHECKING:
    from rdface.bench.result import Metric


def measure_reliability(
    table: ReliabilityTable, judgement: Judgement
) -> dict[str, dict[str, Metric]]:
    """What is judged, to name, to number.

    Of calibration and conformal sets these are the heads; ``reliability.json`` has the rest.
    """
    return {"open_set": measure_open_set(table), **judgement.heads()}
