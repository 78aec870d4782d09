"""What Hugging Face `datasets` reads of a folder, without a network."""

from __future__ import annotations

import os
from pathlib import Path
from unittest import mock

from rdface.cohort import Cohort
from rdface.files import sha256_bytes


def check_loads(folder: Path, cohort: Cohort, cache: Path) -> None:
    """Every row with its label, its columns as text, and the picture's bytes."""
    with mock.patch.dict(os.environ, HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1"):
        import datasets

        read = datasets.load_dataset(str(folder), cache_dir=str(cache))["train"]
        assert isinstance(read.features["image"], datasets.Image)
        raw = read.cast_column("image", datasets.Image(decode=False))
        assert len(raw) == len(cohort)
        for row, image in zip(raw, cohort.images.to_dict("records"), strict=True):
            data = row["image"]["bytes"] or Path(row["image"]["path"]).read_bytes()
            assert sha256_bytes(data) == image["sha256"]
            assert row["label"] == image["condition"]
            assert {key: row[key] or "" for key in image} == image
        assert read[0]["image"].size == raw.cast_column("image", datasets.Image())[0]["image"].size
