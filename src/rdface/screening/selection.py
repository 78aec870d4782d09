"""Which images of a scored pool are worth keeping: thresholds, top n, Pareto fronts.

An image without a score is never selected before one that has it: NaN never wins. RDFace's
notebooks sort missing scores first and take the best of the whole pool (flaw F12); both are options
here, off by default, and a selection that has them says so (:func:`concerns`).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from rdface.errors import UsageError
from rdface.registry import nearest
from rdface.screening.pareto import fronts
from rdface.screening.score_table import ScoreTable
from rdface.screening.scorer import FIVE_POINTS, HELD_OUT, Column, column

if TYPE_CHECKING:
    import pandas as pd

log = logging.getLogger(__name__)

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
DROPPED = ("blank", "duplicate")
LANDMARKS = "landmarks"
"""What :mod:`rdface.synthesis.labels` calls labels by the five-point descriptor."""


class Selection(BaseModel):
    """A rule.

    Attributes:
        by: Scores that rank, best first in their own direction; several: by Pareto front, then by
            the mean of the ranks in each.
        n: How many; None takes all that pass (several scores: the first front).
        over: ``condition``: the n best of each; ``rounds``: n in all, each condition's best, then
            each one's second best ...; ``pool``: the n best of the whole pool (F12).
        at_least: Score to the least value that passes.
        at_most: Score to the greatest.
        drop: Flags that bar an image; None: ``blank`` and ``duplicate``, where they were judged.
        missing: ``never`` leaves out what has no score; ``first`` puts it before all others, as
            the paper's notebooks do (F12).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    by: tuple[str, ...] = ()
    n: int | None = Field(default=None, ge=1)
    over: Literal["condition", "rounds", "pool"] = "condition"
    at_least: Mapping[str, float] = {}
    at_most: Mapping[str, float] = {}
    drop: tuple[str, ...] | None = None
    missing: Literal["never", "first"] = "never"

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.n is not None and not self.by:
            raise ValueError("the n best need a score to be best by")
        if self.missing == "first" and len(self.by) != 1:
            raise ValueError("missing scores can stand first in one ranking only")
        return self


def select(table: ScoreTable, rule: Selection) -> tuple[str, ...]:
    """Ids of the images that a rule keeps, best first; ties are broken by image id.

    The order of the table's rows does not matter, and selecting again from what was selected keeps
    all of it.

    Raises:
        UsageError: The table has no such score, or one that ranks nothing.
    """
    frame = table.frame.sort_values("image_id", kind="stable").reset_index(drop=True)
    for warning in concerns(table, rule):
        log.warning("%s", warning)
    left = np.flatnonzero(_passing(frame, rule))
    values = [_oriented(frame, name)[left] for name in rule.by]
    scores = np.stack(values, axis=1) if values else np.empty((len(left), 0))
    missing = np.isnan(scores).any(axis=1)
    first = left[missing] if rule.missing == "first" else left[:0]
    left, scores = left[~missing], scores[~missing]
    groups = frame["condition"].to_numpy(str)
    among = groups if rule.over != "pool" else np.full(len(groups), "")
    ordered = _ordered(scores, among[left], only_front=rule.n is None)
    chosen = _dealt(np.concatenate([first, left[ordered]]), groups, rule)
    return tuple(frame["image_id"].to_numpy(str)[chosen].tolist())


def concerns(table: ScoreTable, rule: Selection) -> list[str]:
    """What a reader must know of this table and rule: flaws of the paper that they have."""
    found = []
    by = [column(name) for name in rule.by]
    landmarks = [one.name for one in by if one.name.startswith("landmark_")]
    if rule.over == "pool" and rule.n is not None:
        found.append(
            "F12: the best of the whole pool; conditions may get none. See docs/flaws/F12.md."
        )
    if rule.missing == "first":
        found.append("F12: images without a score are selected first.")
    if landmarks and table.options.scale == "apart":
        found.append("F11: the landmark descriptor does not see how broad a face is.")
    if landmarks and table.options.means == "all":
        found.append("F3: landmark means are of all real images, those of a test included.")
    repeated = [one.name for one in by if _repeats_the_label(one, table)]
    labelled = int((table.frame["condition_by"] == "label").sum())
    if labelled and repeated:
        found.append(
            f"F13: the labels of {labelled} images were made of what {', '.join(repeated)} "
            "measures: ranking by it is circular."
        )
    return found


def _repeats_the_label(score: Column, table: ScoreTable) -> bool:
    """Whether a score measures what the pool's labels were made of; unknown labels may be so."""
    said = table.card.get("labels") or {"evidence": LANDMARKS}
    evidence = said.get("evidence")
    if score.space == HELD_OUT:
        return bool(evidence == table.options.held_out)
    return evidence == LANDMARKS and score.space in FIVE_POINTS


def _passing(frame: pd.DataFrame, rule: Selection) -> NDArray[np.bool_]:
    """Rows that no flag and no threshold bars; NaN passes no threshold."""
    passing = np.ones(len(frame), dtype=bool)
    dropped = [name for name in DROPPED if name in frame] if rule.drop is None else rule.drop
    for name in dropped:
        _need(frame, name)
        if column(name).kind != "flag":
            raise UsageError(f"{name!r} is no flag: nothing can be dropped by it.")
        passing &= ~frame[name].to_numpy(bool)
    for name, least in rule.at_least.items():
        passing &= _numbers(frame, name) >= least
    for name, most in rule.at_most.items():
        passing &= _numbers(frame, name) <= most
    return passing


def _oriented(frame: pd.DataFrame, name: str) -> Floats:
    """A score with its sign such that higher is better."""
    values, better = _numbers(frame, name), column(name).better
    if not better:
        raise UsageError(f"{name!r} ranks nothing: neither high nor low is better.")
    return values if better == "high" else -values


def _numbers(frame: pd.DataFrame, name: str) -> Floats:
    _need(frame, name)
    if column(name).kind not in ("number", "count"):
        raise UsageError(f"{name!r} is no number.")
    return np.asarray(frame[name].to_numpy(np.float64))


def _need(frame: pd.DataFrame, name: str) -> None:
    column(name)
    if name not in frame:
        raise UsageError(
            f"The table has no score {name!r}; its scorer was not asked for.",
            hint=f"{nearest(name, list(frame.columns))} Score the pool again with it.".lstrip(),
        )


def _ordered(scores: Floats, groups: NDArray[np.str_], *, only_front: bool) -> Places:
    """Places best first; rows stand in the order of their ids, which breaks ties."""
    if scores.shape[1] == 0:
        return np.arange(len(scores))
    if scores.shape[1] == 1:
        return np.asarray(np.argsort(-scores[:, 0], kind="stable"))
    from scipy.stats import rankdata

    front, mean_rank = np.zeros(len(scores), np.int64), np.zeros(len(scores))
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        front[rows] = fronts(scores[rows])
        mean_rank[rows] = rankdata(-scores[rows], method="min", axis=0).mean(axis=1)
    order = np.lexsort((mean_rank, front))
    return np.asarray(order[front[order] == 1] if only_front else order)


def _dealt(order: Places, groups: NDArray[np.str_], rule: Selection) -> Places:
    """The first n by the rule's count."""
    if rule.n is None:
        return order
    if rule.over == "pool":
        return order[: rule.n]
    turn = np.empty(len(order), dtype=np.intp)
    for group in np.unique(groups[order]):
        members = np.flatnonzero(groups[order] == group)
        turn[members] = np.arange(len(members))
    if rule.over == "condition":
        return order[turn < rule.n]
    return order[np.argsort(turn, kind="stable")[: rule.n]]
