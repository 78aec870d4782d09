"""Some faces of the study side by side, for its page: simulated children only."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from rdface.bench.opened import Opened, open_cohort
from rdface.bench.restoration.arm import Arm
from rdface.bench.restoration.damage import NONE
from rdface.bench.restoration.study import Studied, degraded_picture, picture_path
from rdface.imaging import Image, read_image

CHILDREN: Final = 3
MARGIN: Final = 0.35
"""What is seen beyond the face's box, box widths on every side."""


class Example(NamedTuple):
    """The versions of one child's face: spoilt, each arm, untouched.

    Attributes:
        damage: Name.
        faces: Squares; the first one in its own small size.
        columns: What they are.
    """

    damage: str
    faces: tuple[Image, ...]
    columns: tuple[str, ...]


def examples(studied: Studied, out: Path, damages: tuple[str, ...]) -> list[Example]:
    """Faces of the first children whose picture every arm has restored.

    Args:
        studied: The study; nothing is shown of a cohort whose faces are not simulated.
        out: Its folder.
        damages: Which; those that the study does not have are left out.
    """
    if not studied.simulated:
        return []
    plan = studied.plan
    opened = Opened(open_cohort(plan.cohort), "yunet")
    arms = {name: Arm(name) for name in plan.arms}
    shown = []
    for damage in damages:
        own = [(arm, n) for each, arm, n in plan.cells() if each == damage]
        if not own or damage == NONE:
            continue
        for name in studied.people["image_id"][: min(CHILDREN, *(n for _, n in own))]:
            untouched = read_image(opened.cohort.path(name))
            face = opened.faces.face(name)
            assert face is not None  # noqa: S101 - nobody was drawn without
            x, y, width, height = (float(value) for value in face.box)
            side = max(width, height) * (1 + 2 * MARGIN)
            frame = np.array([x + (width - side) / 2, y + (height - side) / 2, side])
            small = degraded_picture(untouched, damage, opened, name, plan.seed)
            large = [read_image(picture_path(out, damage, arms[arm], name)) for arm, _ in own]
            scale = small.shape[1] / untouched.shape[1]
            faces = [_square(small, frame * scale)]
            faces += [_square(image, frame) for image in (*large, untouched)]
            columns = ("spoilt", *(arms[arm].name for arm, _ in own), "untouched")
            shown.append(Example(damage, tuple(faces), columns))
    return shown


def _square(image: Image, frame: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Image:
    """Cut a square out, black where the picture ends."""
    left, top, side = (round(float(value)) for value in frame)
    height, width = image.shape[:2]
    square = np.zeros((side, side, 3), np.uint8)
    rows = slice(max(top, 0), min(top + side, height))
    columns = slice(max(left, 0), min(left + side, width))
    part = image[rows, columns]
    down, across = rows.start - top, columns.start - left
    square[down : down + part.shape[0], across : across + part.shape[1]] = part
    return square
