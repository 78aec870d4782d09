"""Conformal prediction sets: lists as long as it takes to hold the truth as often as promised."""

from rdface.metrics.conformal.coverage import SetTable, coverages, sets_of
from rdface.metrics.conformal.nonconformity import NONCONFORMITY, aps, lac, raps
from rdface.metrics.conformal.quantile import (
    expected_spread,
    group_quantiles,
    least_patients,
    patient_quantile,
)

__all__ = [
    "NONCONFORMITY",
    "SetTable",
    "aps",
    "coverages",
    "expected_spread",
    "group_quantiles",
    "lac",
    "least_patients",
    "patient_quantile",
    "raps",
    "sets_of",
]
