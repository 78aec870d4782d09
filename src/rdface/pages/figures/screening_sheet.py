"""The best and the worst of a pool by some scores, for the eye; marked as synthetic."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rdface.cohort.terms import check_allowed
from rdface.errors import UsageError
from rdface.pages.figures.face_sheet import ACROSS, FOOT, FaceSheet
from rdface.screening.scorer import column

if TYPE_CHECKING:
    from rdface.cohort import Cohort
    from rdface.screening import ScoreTable

HEAD: Final = 26
"""Pixels of the first line."""
LINE: Final = 18
"""Pixels of the line above each row of faces."""


def write_screening_sheet(
    pool: Cohort, table: ScoreTable, names: Sequence[str], out: Path, *, side: int = 112
) -> None:
    """Draw two rows per score: its best and its worst images, value and condition below each.

    Args:
        pool: That was scored.
        table: Its scores.
        names: Of the scores; images without one are left out.
        out: PNG or JPEG file, by its ending.
        side: Pixels of a face.

    Raises:
        UsageError: The table has no such score, it ranks nothing, or it is another pool's.
    """
    check_allowed(pool, "use")
    if table.card["pool"]["sha256"] != pool.sha256:
        raise UsageError(f"The scores are not those of the pool {pool.info.name}.")
    block = LINE + side + FOOT
    sheet = FaceSheet(HEAD + 2 * len(names) * block, side, 13)
    sheet.heading(f"SYNTHETIC  {pool.info.name}  best and worst of {len(pool)}", HEAD / 2)
    top = HEAD
    for name in names:
        order = _ordered(table, name)
        values = table.frame.set_index("image_id")[name]
        conditions = table.frame.set_index("image_id")["condition"]
        for what, ids in (("best", order[:ACROSS]), ("worst", order[::-1][:ACROSS])):
            sheet.heading(f"{what}: {name}", top + LINE / 2)
            for number, image_id in enumerate(ids):
                mark = f"{conditions[image_id]}  {values[image_id]:.3g}"
                sheet.face(pool.path(image_id), mark, number, top + LINE)
            top += block
    sheet.write(out)


def _ordered(table: ScoreTable, name: str) -> list[str]:
    """Ids, best first; those without the score are left out."""
    better = column(name).better
    if name not in table.frame:
        raise UsageError(f"The table has no score {name!r}; its scorer was not asked for.")
    if not better:
        raise UsageError(f"{name!r} ranks nothing: neither high nor low is better.")
    known = table.frame.dropna(subset=[name]).sort_values("image_id")
    ranked = known.sort_values(name, ascending=better == "low", kind="stable")
    return [str(image_id) for image_id in ranked["image_id"]]
