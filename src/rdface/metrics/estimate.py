"""A number with its interval."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Method = Literal["bootstrap", "wilson", "agresti-min", "exact"]


@dataclass(frozen=True)
class Estimate:
    """A metric, its 95 % interval and what it rests on.

    Attributes:
        value: The metric.
        low: Lower end of the interval.
        high: Upper end.
        n: Images that it rests on.
        n_patients: Patients that they show. Below 20, read the interval and not the value.
        higher_is_better: Which way is good.
        method: How the interval was made: ``bootstrap`` over patients, ``wilson`` on patients
            (few patients, hits or misses), or ``exact`` (no sampling error).
    """

    value: float
    low: float
    high: float
    n: int
    n_patients: int
    higher_is_better: bool = True
    method: Method = "bootstrap"

    def to_dict(self) -> dict[str, Any]:
        """As plain types that JSON can hold."""
        return asdict(self)
