"""Files to decode, for `fine_tuning.py`."""

from __future__ import annotations

from pathlib import Path

import numpy as np

FILE_SIDE = 512
"""Pixels: the paper's."""


def write_files(folder: Path, count: int) -> list[Path]:
    """JPEG files of smooth noise."""
    from PIL import Image

    rng = np.random.default_rng(0)
    files = []
    for number in range(count):
        small = Image.fromarray(rng.integers(0, 256, (64, 64, 3), dtype=np.uint8))
        files.append(folder / f"{number}.jpg")
        small.resize((FILE_SIDE, FILE_SIDE), Image.Resampling.BICUBIC).save(files[-1], quality=92)
    return files
