"""What a morph is made of: docs/images/morph-parts.jpg.

python benchmarks/morph_sheet.py [--out docs/images/morph-parts.jpg]

Each row: the face that gives its shape, the one that gives its skin, and the second bent to the
first at several reaches; the last has the skin of the first laid on. Of `sim103`, simulated.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from rdface.cohort import load_cohort
from rdface.faces import locate_faces
from rdface.files import write_bytes
from rdface.imaging import encode_jpeg
from rdface.synthesis import take_portraits
from rdface.synthesis.morph import Morph

ROOT = Path(__file__).parents[1]
ROWS, SIDE, HEAD = 5, 160, 18
REACHES = (0.0, 1.0, 1.75, 2.5)


def main() -> None:
    """Draw it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images" / "morph-parts.jpg")
    out = parser.parse_args().out
    cohort = load_cohort("sim103")
    firsts = cohort.images.groupby("condition").head(1).iloc[::3].reset_index(drop=True)
    cohort = replace(cohort, images=firsts)
    portraits = take_portraits(cohort, locate_faces(cohort), cohort.image_ids, SIDE)
    row_of = {name: row for row, name in enumerate(portraits.image_ids)}
    chosen = list(portraits.rows_of)[:: len(portraits) // ROWS][:ROWS]
    columns: list[list[np.ndarray]] = []
    with TemporaryDirectory() as work:
        for reach, share in [*((reach, 0.0) for reach in REACHES), (1.75, 0.6)]:
            morph = Morph(
                size=SIDE,
                jitter=0.0,
                texture="others",
                mirror=False,
                reach=reach,
                own_texture=share,
            )
            morph.fit(portraits, Path(work), seed=0)
            made = list(morph.sample(dict.fromkeys(chosen, 1), seed=1))
            columns.append([sample.image for sample in made])
        shape = [portraits.images[row_of[sample.parents[0]]] for sample in made]
    heads = [
        "shape (simulated)",
        *(f"SYNTHETIC reach {r:g}" for r in REACHES),
        "SYNTHETIC own skin .6",
    ]
    heads[1] = "skin (simulated)"
    sheet = np.hstack([np.vstack(column) for column in [shape, *columns]])
    picture = Image.fromarray(np.pad(sheet, ((HEAD, 0), (0, 0), (0, 0))))
    draw = ImageDraw.Draw(picture)
    for number, head in enumerate(heads):
        place = (number * SIDE + SIDE / 2, HEAD / 2)
        draw.text(place, head, fill=(255, 255, 255), font=ImageFont.load_default(11), anchor="mm")
    write_bytes(out, encode_jpeg(np.asarray(picture, np.uint8), 82))


if __name__ == "__main__":
    main()
