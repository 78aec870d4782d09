"""Whether a run's scores can be relied on: calibration, conformal sets, refusal of strangers."""

from rdface.bench.reliability.table import ReliabilityTable

__all__ = ["ReliabilityTable"]
