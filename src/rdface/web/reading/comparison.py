"""Two runs on the same images: what differs, and whether that is more than chance."""

from __future__ import annotations

from rdface.bench import Metric, compare_runs
from rdface.errors import RunError, UsageError
from rdface.metrics import holm
from rdface.web.holdings import Holdings
from rdface.web.reading.leaderboard import Entry, entry
from rdface.web.reading.said import Said

SIGNIFICANT = 0.05


class Contrast(Said):
    """One metric of run A and of run B.

    Attributes:
        metric: Its name.
        a: Of run A, with its own interval.
        b: Of run B.
        difference: A minus B.
        low: Lower end of its 95 % interval, which is not corrected.
        high: Upper end.
        p_value: Two-sided, after Holm's correction over the metrics of the comparison.
        told_apart: Whether that is at most 0.05.
    """

    metric: str
    a: Metric
    b: Metric
    difference: float
    low: float
    high: float
    p_value: float
    told_apart: bool


class PairedComparison(Said):
    """Run A against run B.

    Attributes:
        a: Run A.
        b: Run B.
        n: Images that both were tested on.
        n_patients: Their patients, who were resampled.
        contrasts: One a metric.
        only_a: Images whose first-ranked condition is right in A alone.
        only_b: Likewise of B.
        mcnemar_p: Exact test of these two numbers; it takes images for independent.
    """

    a: Entry
    b: Entry
    n: int
    n_patients: int
    contrasts: tuple[Contrast, ...]
    only_a: int
    only_b: int
    mcnemar_p: float


def read_comparison(holdings: Holdings, a: str, b: str) -> PairedComparison:
    """Compare two runs by name.

    Raises:
        NotHereError: There is no such run.
        UsageError: It is the same twice, or the two cannot be compared.
    """
    run_a, run_b = holdings.run(a), holdings.run(b)
    if run_a is run_b:
        raise UsageError("A run cannot be compared with itself.", hint="Choose two runs.")
    try:
        (found,) = compare_runs([(run_a, run_b)])
    except RunError as error:
        # The folders that it names are none of the visitor's business.
        raise UsageError(
            "These two runs cannot be compared in pairs.",
            hint="Choose two of one leaderboard of closed-set recognition.",
        ) from error
    names = list(found.differences)
    corrected = holm([found.differences[name].p_value for name in names])
    first = found.differences[names[0]]
    return PairedComparison(
        a=entry(a, run_a, names),
        b=entry(b, run_b, names),
        n=first.n,
        n_patients=first.n_patients,
        contrasts=tuple(
            Contrast(
                metric=name,
                a=run_a.result.metrics[name],
                b=run_b.result.metrics[name],
                difference=found.differences[name].value,
                low=found.differences[name].low,
                high=found.differences[name].high,
                p_value=p_value,
                told_apart=p_value <= SIGNIFICANT,
            )
            for name, p_value in zip(names, corrected, strict=True)
        ),
        only_a=found.mcnemar.only_a,
        only_b=found.mcnemar.only_b,
        mcnemar_p=found.mcnemar.p_value,
    )
