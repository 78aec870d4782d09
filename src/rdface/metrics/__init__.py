"""Ranks in, numbers with honest intervals out: pure NumPy."""

from rdface.metrics.comparison import Difference, McNemar, compare, holm, mcnemar
from rdface.metrics.episodes import episode_accuracy, interval_over_episodes
from rdface.metrics.estimate import Estimate
from rdface.metrics.outcomes import Outcomes
from rdface.metrics.ranking import (
    bands,
    mean_reciprocal_rank,
    reciprocal_ranks,
    top_k,
    true_ranks,
)
from rdface.metrics.subgroups import Subgroups, by_group
from rdface.metrics.summary import chance, summarise

__all__ = [
    "Difference",
    "Estimate",
    "McNemar",
    "Outcomes",
    "Subgroups",
    "bands",
    "by_group",
    "chance",
    "compare",
    "episode_accuracy",
    "holm",
    "interval_over_episodes",
    "mcnemar",
    "mean_reciprocal_rank",
    "reciprocal_ranks",
    "summarise",
    "top_k",
    "true_ranks",
]
