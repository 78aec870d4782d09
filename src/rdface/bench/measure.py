"""Numbers from a run's predictions, and from two runs side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rdface.bench.predictions import Predictions
from rdface.bench.result import Metric, Run, Spread
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
    true_ranks,
)
from rdface.metrics.measures import TOP_K

MCNEMAR_K = 1
CHECKPOINT_K = 1
"""The k that the checkpoint was chosen for: the notebooks took the others from the last epoch."""


def measure(predictions: Predictions, last: Predictions | None = None) -> dict[str, Metric]:
    """All metrics of a run with their intervals; see :func:`rdface.metrics.summarise`.

    Args:
        predictions: The run's.
        last: Predictions of the last epoch, from which the paper took top-5 and more (F5).
    """
    found = summarise(*predictions.arrays)
    if last is not None:
        found |= {
            name: estimate
            for name, estimate in summarise(*last.arrays).items()
            if name.startswith("top") and not name.startswith(f"top{CHECKPOINT_K}_")
        }
    return {name: Metric(**estimate.to_dict()) for name, estimate in found.items()}


def spread_over_folds(
    predictions: Predictions, last: Predictions | None = None
) -> dict[str, Spread]:
    """Top-k (micro) of each fold's model by itself: mean and SD, as the paper's tables have them.

    Args:
        predictions: The run's.
        last: As in :func:`measure`.
    """
    spread = {}
    for k in TOP_K:
        source = last if last is not None and k > CHECKPOINT_K else predictions
        ranks = true_ranks(source.scores, source.truth_index)
        model = source.repeat * (source.fold.max() + 1) + source.fold
        shares = [float((ranks[model == one] <= k).mean()) for one in np.unique(model)]
        deviation = float(np.std(shares, ddof=1)) if len(shares) > 1 else 0.0
        spread[f"top{k}_micro"] = Spread(
            mean=float(np.mean(shares)), sd=deviation, folds=len(shares)
        )
    return spread


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
        if "few-shot" in (a.result.task, b.result.task):
            raise RunError(
                "Few-shot runs cannot be compared in pairs yet.",
                hint="`rdface leaderboard` shows them on the same episodes.",
            )
        if "gallery" in (a.result.task, b.result.task):
            raise RunError(
                "A gallery run has several settings and no comparison with runs of other tasks.",
                hint="Compare two gallery runs: rdface compare RUN_A RUN_B",
            )
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
