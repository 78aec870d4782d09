"""The contact sheet of a simulated cohort: docs/images/sim103.jpg.

python benchmarks/contact_sheet.py [--cohort sim103]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np

from rdface.cohort import load_cohort
from rdface.files import write_bytes
from rdface.imaging import encode_jpeg, read_image

ROOT = Path(__file__).parents[1]
FACES, ACROSS, SIDE = 40, 8, 160


def main() -> None:
    """Lay evenly spaced pictures side by side."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cohort", default="sim103")
    cohort = load_cohort(parser.parse_args().cohort)
    if not cohort.info.simulated:
        parser.error("only simulated faces go into a picture of the documentation")
    chosen = cohort.image_ids[:: len(cohort) // FACES][:FACES]
    tiles = [
        cv2.resize(read_image(cohort.path(name)), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
        for name in chosen
    ]
    rows = [np.hstack(tiles[i : i + ACROSS]) for i in range(0, FACES, ACROSS)]
    write_bytes(
        ROOT / "docs" / "images" / f"{cohort.info.name}.jpg", encode_jpeg(np.vstack(rows), 82)
    )


if __name__ == "__main__":
    main()
