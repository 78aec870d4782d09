"""Pools of synthetic faces under review: what was scored, and what people decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal

import numpy as np

from rdface.screening.review import Review, Verdict, read_review
from rdface.web.access.failures import NotHereError
from rdface.web.holdings import Holdings
from rdface.web.reading.pool import OpenPool
from rdface.web.reading.pool_query import Query, find_rows
from rdface.web.reading.said import Said

PAGE: Final = 24
"""Faces on one page."""


class Score(Said):
    """What a column of the scores is; see :class:`rdface.screening.scorer.Column`."""

    name: str
    meaning: str
    better: Literal["high", "low", ""]


class PoolSummary(Said):
    """One pool.

    Attributes:
        name: Of its folder; how it is asked for.
        title: What it is, in words.
        generator: That made it.
        simulated: Whether the faces that it was made from are simulated.
        of_this_cohort: Whether it was made from the cohort that the explorer shows.
        n: Faces.
        accepted: How many.
        rejected: How many.
        open: How many nobody has decided about.
        conditions: Those that it has faces of.
        scores: Numbers that each face has.
        flags: Flag to how many faces have it.
        why_no_scores: "" where there are some.
    """

    name: str
    title: str
    generator: str
    simulated: bool
    of_this_cohort: bool
    n: int
    accepted: int
    rejected: int
    open: int
    conditions: tuple[str, ...]
    scores: tuple[Score, ...]
    flags: dict[str, int]
    why_no_scores: str


class ReviewedFace(Said):
    """One synthetic face.

    Attributes:
        image_id: Its id in the pool.
        condition: It is meant to show.
        condition_name: In full.
        verdict: What was decided.
        by: Who decided; "" where nobody has.
        at: When.
        scores: Score to number; None where it does not exist.
        flags: That it has.
        parents: Real images that it was made of.
        nearest: The training image with the nearest face, where the explorer holds it.
    """

    image_id: str
    condition: str
    condition_name: str
    verdict: Verdict
    by: str
    at: datetime | None
    scores: dict[str, float | None]
    flags: tuple[str, ...]
    parents: tuple[str, ...]
    nearest: str | None


class FacesPage(Said):
    """Some faces of a pool.

    Attributes:
        pool: Which.
        total: Faces that the query finds.
        page: Which page of them, from 1 on.
        pages: How many pages.
        faces: On this page.
    """

    pool: PoolSummary
    total: int
    page: int
    pages: int
    faces: tuple[ReviewedFace, ...]


def read_pools(holdings: Holdings) -> tuple[PoolSummary, ...]:
    """All pools, in the order in which they were given."""
    return tuple(
        _summary(holdings, pool, read_review(pool.cohort)) for pool in holdings.pools.values()
    )


def find_pool(holdings: Holdings, name: str) -> OpenPool:
    """The pool of that name.

    Raises:
        NotHereError: There is none.
    """
    known: dict[str, OpenPool] = holdings.pools
    if name not in known:
        raise NotHereError(f"There is no pool {name!r}.")
    return known[name]


def read_summary(holdings: Holdings, name: str) -> PoolSummary:
    """One pool; raises as :func:`find_pool`."""
    pool = find_pool(holdings, name)
    return _summary(holdings, pool, read_review(pool.cohort))


def read_faces(holdings: Holdings, name: str, query: Query, size: int | None = PAGE) -> FacesPage:
    """Faces of a pool.

    Args:
        holdings: With the pool.
        name: Of the pool.
        query: Which faces.
        size: Of a page; None for all on one.

    Raises:
        NotHereError: There is no such pool.
        UsageError: It has no such score or flag.
    """
    pool = find_pool(holdings, name)
    review = read_review(pool.cohort)
    rows = find_rows(pool, review, query)
    size = size or max(1, len(rows))
    pages = max(1, -(-len(rows) // size))
    page = min(query.page, pages)
    return FacesPage(
        pool=_summary(holdings, pool, review),
        total=len(rows),
        page=page,
        pages=pages,
        faces=_faces(holdings, pool, review, rows[(page - 1) * size : page * size]),
    )


def _summary(holdings: Holdings, pool: OpenPool, review: Review) -> PoolSummary:
    info, about = pool.cohort.info, pool.cohort.info.model_extra or {}
    verdicts = Counter(one.verdict for one in review.standing.values())
    flags = {one.name: 0 for one in pool.columns("flag")}
    if pool.table is not None:
        flags = {name: int(pool.table.frame[name].sum()) for name in flags}
    decided = verdicts["accepted"] + verdicts["rejected"]
    return PoolSummary(
        name=pool.name,
        title=info.title or info.name,
        generator=str(about.get("generator", "")),
        simulated=info.simulated,
        of_this_cohort=(about.get("pool_of") or {}).get("sha256") == holdings.cohort.sha256,
        n=len(pool.cohort),
        accepted=verdicts["accepted"],
        rejected=verdicts["rejected"],
        open=len(pool.cohort) - decided,
        conditions=tuple(sorted(set(pool.cohort.images["condition"].astype(str)))),
        scores=tuple(
            Score(name=one.name, meaning=one.meaning, better=one.better)
            for one in pool.columns("number", "count")
        ),
        flags=flags,
        why_no_scores=pool.why_no_scores,
    )


def _faces(
    holdings: Holdings, pool: OpenPool, review: Review, rows: Sequence[int]
) -> tuple[ReviewedFace, ...]:
    names = pool.cohort.condition_names
    held = set(holdings.cohort.image_ids)
    numbers, flags = pool.columns("number", "count"), pool.columns("flag")
    standing, faces = review.standing, []
    for row in rows:
        image = pool.cohort.images.iloc[row]
        image_id, decided = str(image["image_id"]), standing.get(str(image["image_id"]))
        scored = None if pool.scored is None else pool.scored.loc[image_id]
        nearest = "" if scored is None else str(scored.get("nearest_training", ""))
        faces.append(
            ReviewedFace(
                image_id=image_id,
                condition=str(image["condition"]),
                condition_name=names[image["condition"]],
                verdict=decided.verdict if decided else "open",
                by=decided.by if decided else "",
                at=decided.at if decided else None,
                scores={one.name: _number(scored[one.name]) for one in numbers}
                if scored is not None
                else {},
                flags=tuple(one.name for one in flags if scored is not None and scored[one.name]),
                parents=tuple(filter(None, str(image["synthetic_of"]).split("|"))),
                nearest=nearest if nearest in held else None,
            )
        )
    return tuple(faces)


def _number(value: object) -> float | None:
    number = float(value)  # type: ignore[arg-type]
    return None if np.isnan(number) else number
