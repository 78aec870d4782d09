"""Small folders of pictures with tables, and the answers of a reviewer."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pytest
import yaml
from PIL import Image

from rdface.curation.ingest.build import Built, build_cohort
from rdface.curation.ingest.spec import read_build_spec


def jpeg(seed: int = 0) -> bytes:
    """A small picture with the metadata of a camera, a place among them."""
    rng = np.random.default_rng(seed)
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    exif.get_ifd(0x8825).update({1: "N", 2: (50.0, 56.0, 0.0)})
    stream = io.BytesIO()
    picture = Image.fromarray(rng.integers(0, 256, (24, 20, 3)).astype(np.uint8))
    picture.save(stream, "JPEG", exif=exif)
    return stream.getvalue()


class Source:
    """A source below one folder.

    Args:
        root: The folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.spec = root / "spec.yaml"
        self.review = root / "private" / "review.csv"

    def pictures(self, names: Iterable[str]) -> None:
        """Different pictures of these names."""
        for seed, name in enumerate(names):
            path = self.root / "photos" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(jpeg(seed))

    def table(
        self, header: str, *rows: str, name: str = "table.csv", encoding: str = "utf8"
    ) -> None:
        """A CSV file; cells are parted by ``;``... or whatever stands in the text."""
        (self.root / name).write_text("\n".join([header, *rows]) + "\n", encoding=encoding)

    def say(self, **keys: object) -> None:
        """The spec: what is always there, and ``keys``."""
        cohort = {"name": "tiny", "version": "1", "licence": "none", "simulated": True}
        content = {"version": 1, "cohort": cohort, "pictures": "photos", "table": "table.csv"}
        content |= {"out": "cohort", "state": "private"} | keys
        self.spec.write_text(yaml.safe_dump(content), encoding="utf-8")

    def build(self, *, replace: bool = False) -> Built:
        """Build it in this process."""
        return build_cohort(read_build_spec(self.spec), replace=replace)

    def rows(self) -> list[dict[str, str]]:
        """The review."""
        with self.review.open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))

    def answer(self, answers: Mapping[str, str], *, delimiter: str = ",") -> None:
        """Answer findings by field and value, as a spreadsheet saves it."""
        rows = self.rows()
        left = dict(answers)
        for row in rows:
            for name in (f"{row['field']}: {row['value'][1:-1]}", row["kind"]):
                if name in answers:
                    row["answer"] = answers[name]
                    left.pop(name, None)
        assert not left, left
        with self.review.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.DictWriter(stream, rows[0].keys(), delimiter=delimiter)
            writer.writeheader()
            writer.writerows(rows)

    def open(self) -> set[str]:
        """Field and value of every open doubt."""
        return {
            f"{row['field']}: {row['value'][1:-1]}"
            for row in self.rows()
            if row["state"] in ("DOUBT", "WRONG ANSWER")
        }


@pytest.fixture
def source(tmp_path: Path) -> Source:
    """An empty source."""
    return Source(tmp_path)
