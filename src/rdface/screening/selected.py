"""Write the selected images of a pool as a pool of their own."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rdface.cohort import Cohort, CohortInfo, write_cohort
from rdface.cohort.adapters.folder import check_new, copy_files, new_folder
from rdface.errors import UsageError
from rdface.screening.review import Keep, read_review
from rdface.screening.score_table import ScoreTable
from rdface.screening.selection import Selection, concerns, select


def write_selected(
    pool: Cohort, table: ScoreTable, rule: Selection, out: Path, *, reviewed: Keep | None = None
) -> tuple[Cohort, tuple[str, ...]]:
    """Select by a rule and copy what it keeps, with its provenance, to a new pool.

    ``cohort.yaml`` gets a key ``screening``: the rule, the card of the scores, the pool's hash, how
    many there were, what people had decided, and every flaw that rule or scores have on purpose.

    Args:
        pool: That was scored.
        table: Its scores.
        rule: What to keep.
        out: Folder of the new pool; must be new or empty.
        reviewed: Select among images that people accepted, or did not reject; None: among all.

    Returns:
        The new pool, rows in the order of the old one, and the ids, best first.

    Raises:
        UsageError: The scores are another pool's, nothing is left, or ``out`` is in use.
    """
    check_new(out)
    if table.card["pool"]["sha256"] != pool.sha256:
        raise UsageError(
            f"The scores are those of another pool than {pool.info.name}, or of an older state.",
            hint="Score the pool anew: rdface screen score POOL --out SCORES.parquet",
        )
    among, said = (table, None) if reviewed is None else _reviewed(pool, table, reviewed)
    ids = select(among, rule)
    if not ids:
        raise UsageError("The rule keeps no image.", hint="Lower the thresholds, or drop less.")
    kept = set(ids)
    images = pool.images[pool.images["image_id"].isin(kept)].reset_index(drop=True)
    with new_folder(out) as part:
        copy_files({file: pool.root / file for file in images["file"]}, part, "Copying pictures")
        info = _info(pool, table, rule, ids, said)
        written = write_cohort(part, info, images, pool.conditions, opened=True)
    return dataclasses.replace(written, root=out), ids


def _info(
    pool: Cohort,
    table: ScoreTable,
    rule: Selection,
    ids: Sequence[str],
    review: dict[str, Any] | None,
) -> CohortInfo:
    content: dict[str, Any] = pool.info.model_dump(mode="json")
    content["name"] = f"{pool.info.name}-selected"
    content["title"] = f"{len(ids)} of {len(pool)} selected: {pool.info.title}".rstrip(": ")
    content["screening"] = {
        "pool": {"name": pool.info.name, "sha256": pool.sha256, "images": len(pool)},
        "rule": rule.model_dump(mode="json"),
        "scores": table.card,
        "kept": len(ids),
        "flaws": concerns(table, rule),
    }
    if review is not None:
        content["screening"]["review"] = review
    return CohortInfo.model_validate(content)


def _reviewed(pool: Cohort, table: ScoreTable, keep: Keep) -> tuple[ScoreTable, dict[str, Any]]:
    """The rows that people kept, and what the new pool says about that; no names of theirs."""
    review = read_review(pool)
    among = table.only(review.keeping(pool.image_ids, keep))
    if not len(among):
        raise UsageError(
            f"Nobody has left an image of {pool.info.name} {keep.replace('-', ' ')}.",
            hint="Review it: rdface serve --pool POOL",
        )
    verdicts = Counter(one.verdict for one in review.standing.values())
    return among, {
        "keep": keep,
        "sha256": review.sha256,
        "accepted": verdicts["accepted"],
        "rejected": verdicts["rejected"],
    }
