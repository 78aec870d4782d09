"""Numbers from a run's predictions, and from two runs side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rdface.bench.predictions import Predictions
from rdface.bench.result import Metric, Run
from rdface.errors import RunError
from rdface.metrics import (
    Difference,
    McNemar,
    Outcomes,
    chance,
    compare,
    holm,
    mcnemar,
    summarise,
)

MCNEMAR_K = 1


def measure(predictions: Predictions) -> dict[str, Metric]:
    """All metrics of a run with their intervals; see :func:`rdface.metrics.summarise`."""
    return {
        name: Metric(**estimate.to_dict())
        for name, estimate in summarise(*predictions.arrays).items()
    }


def chance_level(predictions: Predictions) -> dict[str, float]:
    """The same metrics of a random ranking."""
    return {name: estimate.value for name, estimate in chance(*predictions.arrays).items()}


@dataclass(frozen=True)
class Comparison:
    """Run A against run B, on the same test images.

    Attributes:
        a: Run A.
        b: Run B.
        differences: Metric to A minus B; the p-values are corrected by Holm where several pairs
            of runs were compared.
        mcnemar: Exact McNemar test of top-1; its p-value is corrected likewise.
    """

    a: Run
    b: Run
    differences: dict[str, Difference]
    mcnemar: McNemar


def compare_runs(pairs: Sequence[tuple[Run, Run]]) -> list[Comparison]:
    """Compare runs in pairs; Holm's correction runs over the pairs, for each metric by itself.

    Raises:
        RunError: Two runs did not test the same images under the same split.
    """
    made = []
    for a, b in pairs:
        if a.result.split_sha256 != b.result.split_sha256:
            raise RunError(
                f"{a.folder} and {b.folder} were tested on different splits.",
                hint="Only runs of the same cohort, protocol and seed can be compared in pairs.",
            )
        of_a, of_b = (Outcomes.from_scores(*run.predictions.arrays) for run in (a, b))
        made.append(Comparison(a, b, compare(of_a, of_b), mcnemar(of_a, of_b, k=MCNEMAR_K)))
    return _corrected(made)


def _corrected(made: list[Comparison]) -> list[Comparison]:
    if not made:
        return made
    names = list(made[0].differences)
    by_name = {name: holm([one.differences[name].p_value for one in made]) for name in names}
    tests = holm([one.mcnemar.p_value for one in made])
    return [
        replace(
            one,
            differences={
                name: replace(one.differences[name], p_value=by_name[name][row]) for name in names
            },
            mcnemar=replace(one.mcnemar, p_value=tests[row]),
        )
        for row, one in enumerate(made)
    ]
