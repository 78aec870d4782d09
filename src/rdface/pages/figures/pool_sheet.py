"""A contact sheet of a pool; that its faces are synthetic is part of the picture."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from rdface.errors import UsageError
from rdface.files import write_bytes
from rdface.imaging import Image, encode_jpeg, read_image

if TYPE_CHECKING:
    from rdface.cohort import Cohort

ACROSS: Final = 8
HEAD, FOOT = 28, 14
"""Pixels of the line above all faces and of that below each."""
INK, PAPER = (255, 255, 255), (17, 24, 39)


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
    from PIL import Image as Pillow

    drawn = _draw(pool, count, side, parents)
    if out.suffix.lower() == ".png":
        stream = io.BytesIO()
        Pillow.fromarray(drawn).save(stream, "PNG", optimize=True)
        write_bytes(out, stream.getvalue())
    else:
        write_bytes(out, encode_jpeg(drawn, 82))


def _draw(pool: Cohort, count: int, side: int, parents: Cohort | None) -> Image:
    from PIL import Image as Pillow
    from PIL import ImageDraw, ImageFont

    if not pool.info.is_pool:
        raise UsageError(f"{pool.info.name} is no pool.", hint="See `rdface synthesize make`.")
    rows = pool.images.iloc[np.unique(np.linspace(0, len(pool) - 1, count).round().astype(int))]
    tiles: list[tuple[Path, str]] = []
    for row in rows.to_dict("records"):
        tiles.append((pool.path(row["image_id"]), f"synthetic {row['condition']}"))
        if parents is not None:
            tiles.append(_parent(parents, str(row["synthetic_of"]).split("|")[0]))
    lines = -(-len(tiles) // ACROSS)
    sheet = Pillow.new("RGB", (ACROSS * side, HEAD + lines * (side + FOOT)), PAPER)
    draw = ImageDraw.Draw(sheet)
    generator = str((pool.info.model_extra or {})["generator"])
    head = f"SYNTHETIC  {generator}  {len(rows)} of {len(pool)} samples  {pool.info.name}"
    draw.text((8, HEAD / 2), head, fill=INK, font=ImageFont.load_default(size=15), anchor="lm")
    small = ImageFont.load_default(size=10)
    for number, (path, mark) in enumerate(tiles):
        left, top = number % ACROSS * side, HEAD + number // ACROSS * (side + FOOT)
        face = Pillow.fromarray(read_image(path))
        sheet.paste(face.resize((side, side), Pillow.Resampling.LANCZOS), (left, top))
        middle = (left + side / 2, top + side + FOOT / 2)
        draw.text(middle, mark, fill=INK, font=small, anchor="mm")
    return np.asarray(sheet, np.uint8)


def _parent(cohort: Cohort, image_id: str) -> tuple[Path, str]:
    if image_id not in cohort.image_ids:
        raise UsageError(f"The cohort {cohort.info.name} has no image {image_id!r}, a parent.")
    return cohort.path(image_id), "simulated parent" if cohort.info.simulated else "photograph"
