"""How many test images have their condition among the first k, for every k."""

from __future__ import annotations

import numpy as np

from rdface.bench import Metric, Run
from rdface.metrics import true_ranks
from rdface.metrics.measures import TOP_K
from rdface.web.access.failures import NotHereError
from rdface.web.holdings import Holdings
from rdface.web.reading.leaderboard import read_board
from rdface.web.reading.said import Said


class Curve(Said):
    """Top-k accuracy of one run over images.

    Attributes:
        run: Its name.
        backbone: Name.
        learner: Name.
        share: Of the test images, at k = 1, 2, ... as many as there are conditions; each image's
            repeats are averaged first.
        measured: k to the run's own metric with its interval.
    """

    run: str
    backbone: str
    learner: str
    share: tuple[float, ...]
    measured: dict[int, Metric]


def read_curves(holdings: Holdings, key: str) -> tuple[Curve, ...]:
    """Curves of all runs of a board, the best first.

    Raises:
        NotHereError: There is no such board, or its runs rank no closed list.
    """
    board = read_board(holdings, key)
    if board is None or not {f"top{k}_micro" for k in TOP_K} <= set(board.columns):
        raise NotHereError("There is no leaderboard with curves of that key.")
    return tuple(_curve(one.run, holdings.run(one.run)) for one in board.entries)


def _curve(name: str, run: Run) -> Curve:
    p, metrics = run.predictions, run.result.metrics
    ranks = true_ranks(p.scores, p.truth_index)
    weight = 1 / np.bincount(p.image_index)[p.image_index]
    hits = np.bincount(ranks.astype(int), weights=weight, minlength=len(p.conditions) + 1)[1:]
    share = np.cumsum(hits) / weight.sum()
    return Curve(
        run=name,
        backbone=run.result.backbone,
        learner=run.result.learner,
        share=tuple(round(float(one), 6) for one in share),
        measured={k: metrics[f"top{k}_micro"] for k in TOP_K},
    )
