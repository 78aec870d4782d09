"""The best and the worst of a pool by some scores, for the eye; marked as synthetic."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from rdface.errors import UsageError
from rdface.files import write_bytes
from rdface.imaging import Image, encode_jpeg, read_image
from rdface.screening.scorer import column

if TYPE_CHECKING:
    from rdface.cohort import Cohort
    from rdface.screening import ScoreTable

ACROSS: Final = 8
HEAD, LINE, FOOT = 26, 18, 14
"""Pixels: of the first line, of the line above each row of faces, of the line below it."""
INK, PAPER = (255, 255, 255), (17, 24, 39)


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
    from PIL import Image as Pillow

    drawn = _draw(pool, table, names, side)
    if out.suffix.lower() == ".png":
        stream = io.BytesIO()
        Pillow.fromarray(drawn).save(stream, "PNG", optimize=True)
        write_bytes(out, stream.getvalue())
    else:
        write_bytes(out, encode_jpeg(drawn, 82))


def _draw(pool: Cohort, table: ScoreTable, names: Sequence[str], side: int) -> Image:
    from PIL import Image as Pillow
    from PIL import ImageDraw, ImageFont

    if table.card["pool"]["sha256"] != pool.sha256:
        raise UsageError(f"The scores are not those of the pool {pool.info.name}.")
    block = LINE + side + FOOT
    sheet = Pillow.new("RGB", (ACROSS * side, HEAD + 2 * len(names) * block), PAPER)
    draw = ImageDraw.Draw(sheet)
    large, small = ImageFont.load_default(size=13), ImageFont.load_default(size=10)
    head = f"SYNTHETIC  {pool.info.name}  best and worst of {len(pool)}"
    draw.text((8, HEAD / 2), head, fill=INK, font=large, anchor="lm")
    top = HEAD
    for name in names:
        order = _ordered(table, name)
        values = table.frame.set_index("image_id")[name]
        conditions = table.frame.set_index("image_id")["condition"]
        for what, ids in (("best", order[:ACROSS]), ("worst", order[::-1][:ACROSS])):
            draw.text((8, top + LINE / 2), f"{what}: {name}", fill=INK, font=large, anchor="lm")
            for number, image_id in enumerate(ids):
                face = Pillow.fromarray(read_image(pool.path(image_id)))
                left = number * side
                fitted = face.resize((side, side), Pillow.Resampling.LANCZOS)
                sheet.paste(fitted, (left, top + LINE))
                mark = f"{conditions[image_id]}  {values[image_id]:.3g}"
                place = (left + side / 2, top + LINE + side + FOOT / 2)
                draw.text(place, mark, fill=INK, font=small, anchor="mm")
            top += block
    return np.asarray(sheet, np.uint8)


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
