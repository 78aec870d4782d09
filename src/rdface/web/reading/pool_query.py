"""Which faces of a pool are asked for, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from rdface.errors import UsageError
from rdface.screening.review import Review
from rdface.web.reading.pool import OpenPool


class Query(BaseModel):
    """Which faces, and in which order.

    Attributes:
        show: By verdict.
        condition: Of one condition; "" for all.
        flag: With that flag; "" for all.
        sort: Score; "" for the order of the pool.
        order: Best or worst first; of a score that ranks nothing, highest or lowest.
        page: From 1 on.
    """

    model_config = ConfigDict(frozen=True)

    show: Literal["open", "accepted", "rejected", "all"] = "open"
    condition: str = ""
    flag: str = ""
    sort: str = ""
    order: Literal["best", "worst"] = "worst"
    page: int = Field(default=1, ge=1, le=1_000_000)


def find_rows(pool: OpenPool, review: Review, query: Query) -> list[int]:
    """Rows of the pool that a query asks for, in its order; ties in that of the pool."""
    images = pool.cohort.images
    kept = np.ones(len(images), dtype=bool)
    if query.show != "all":
        kept &= [review.verdict(name) == query.show for name in pool.cohort.image_ids]
    if query.condition:
        kept &= (images["condition"] == query.condition).to_numpy(bool)
    if query.flag:
        _need(query.flag, [one.name for one in pool.columns("flag")])
        kept &= _values(pool, query.flag).astype(bool)
    rows = np.flatnonzero(kept)
    if query.sort:
        ranked = {one.name: one for one in pool.columns("number", "count")}
        _need(query.sort, list(ranked))
        values = _values(pool, query.sort).astype(float)[rows]
        down = (ranked[query.sort].better == "low") != (query.order == "best")
        keys = np.where(np.isnan(values), np.inf, -values if down else values)
        rows = rows[np.argsort(keys, kind="stable")]
    return [int(row) for row in rows]


def _need(name: str, known: Sequence[str]) -> None:
    if name not in known:
        raise UsageError(
            f"This pool has no score {name!r}.", hint=f"It has: {', '.join(known) or 'none'}."
        )


def _values(pool: OpenPool, name: str) -> NDArray[Any]:
    """A column of the scores in the order of the pool."""
    assert pool.scored is not None  # noqa: S101 - _need has seen to it
    return pool.scored[name].to_numpy()
