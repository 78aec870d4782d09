"""A contact sheet of a pool; that its faces are synthetic is part of the picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from rdface.cohort.terms import check_allowed
from rdface.errors import UsageError
from rdface.pages.figures.face_sheet import ACROSS, FOOT, FaceSheet

if TYPE_CHECKING:
    from rdface.cohort import Cohort

HEAD: Final = 28
"""Pixels of the line above all faces."""


def write_pool_sheet(
    pool: Cohort, out: Path, *, count: int = 40, side: int = 160, parents: Cohort | None = None
) -> None:
    """Draw evenly spaced samples of a pool.

    Args:
        pool: A pool of :func:`rdface.synthesis.pool.make_pool`.
        out: PNG or JPEG file, by its ending.
        count: Samples shown, all of them where there are fewer.
        side: Pixels of a face.
        parents: The real cohort, to show the first parent beside each sample. Not by default.

    Raises:
        UsageError: It is no pool, or of another cohort.
    """
    for cohort in filter(None, (pool, parents)):
        check_allowed(cohort, "use")
    if not pool.info.is_pool:
        raise UsageError(f"{pool.info.name} is no pool.", hint="See `rdface synthesize make`.")
    rows = pool.images.iloc[np.unique(np.linspace(0, len(pool) - 1, count).round().astype(int))]
    tiles: list[tuple[Path, str]] = []
    for row in rows.to_dict("records"):
        tiles.append((pool.path(row["image_id"]), f"synthetic {row['condition']}"))
        if parents is not None:
            tiles.append(_parent(parents, str(row["synthetic_of"]).split("|")[0]))
    lines = -(-len(tiles) // ACROSS)
    sheet = FaceSheet(HEAD + lines * (side + FOOT), side, 15)
    generator = str((pool.info.model_extra or {})["generator"])
    head = f"SYNTHETIC  {generator}  {len(rows)} of {len(pool)} samples  {pool.info.name}"
    sheet.heading(head, HEAD / 2)
    for number, (path, mark) in enumerate(tiles):
        line, column = divmod(number, ACROSS)
        sheet.face(path, mark, column, HEAD + line * (side + FOOT))
    sheet.write(out)


def _parent(cohort: Cohort, image_id: str) -> tuple[Path, str]:
    if image_id not in cohort.image_ids:
        raise UsageError(f"The cohort {cohort.info.name} has no image {image_id!r}, a parent.")
    return cohort.path(image_id), "simulated parent" if cohort.info.simulated else "photograph"
