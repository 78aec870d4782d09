"""Folders in the published layouts, with tiny pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rdface.imaging import encode_jpeg

COLUMNS = (
    "image_name",
    "disease_name",
    "disease_abbr",
    "sub_category",
    "gene_name",
    "orphanet_code",
)
MakeLayout = Callable[..., Path]


def picture(seed: int, size: int = 16) -> bytes:
    """JPEG bytes of noise, another for every seed."""
    noise = np.random.default_rng(seed).integers(0, 256, (size, size, 3))
    return encode_jpeg(noise.astype(np.uint8))


def write_table(data: Path, rows: Sequence[Sequence[str]]) -> None:
    """Write disease_images.csv."""
    pd.DataFrame(rows, columns=list(COLUMNS)).to_csv(data / "disease_images.csv", index=False)


@pytest.fixture
def make_real(tmp_path: Path) -> MakeLayout:
    """Real images as published: ``AAR:3 NS:2`` and so on; the rows are in this order."""

    def make(sizes: str = "NS:3 AAR:2 XYZ:1", folder: str = "published") -> Path:
        data = tmp_path / folder / "data"
        orphanet = {"AAR": "915", "NS": "ORPHA:648"}
        rows = []
        for part in sizes.split():
            name, size = part.split(":")
            (data / "rd_images" / name).mkdir(parents=True)
            for n in range(1, int(size) + 1):
                file = data / "rd_images" / name / f"{name}.{n}.jpg"
                file.write_bytes(picture(len(rows)))
                code = orphanet.get(name, "")
                rows.append((file.name, f"Disease {name}", name, f"type {n}", "A, B", code))
        write_table(data, rows)
        return data.parent

    return make


@pytest.fixture
def make_synthetic(tmp_path: Path) -> MakeLayout:
    """Synthetic images as published; PNG of 512 x 512 pixels where ``size`` is not said."""

    def make(numbers: str = "AAR:1,2,10 NS:3", size: int = 512, folder: str = "syn") -> Path:
        from PIL import Image

        for part in numbers.split():
            name, listed = part.split(":")
            (tmp_path / folder / name).mkdir(parents=True)
            for n in listed.split(","):
                colour = (int(n) % 256, len(name) * 20, 7)
                file = tmp_path / folder / name / f"{name}_{n}.png"
                Image.new("RGB", (size, size), colour).save(file)
        return tmp_path / folder

    return make


def tree(root: Path) -> dict[str, bytes]:
    """Every file below ``root`` by its path, with its bytes."""
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


@pytest.fixture(name="tree")
def tree_fixture() -> Callable[[Path], dict[str, bytes]]:
    return tree


@pytest.fixture(name="picture")
def picture_fixture() -> Callable[..., bytes]:
    return picture
