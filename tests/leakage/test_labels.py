"""Labels of synthetic images see the training images alone; under F3 they do not, and it shows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rdface.cohort import Cohort, CohortInfo, write_cohort
from rdface.files import write_bytes
from rdface.imaging import encode_jpeg
from rdface.synthesis import labels
from rdface.synthesis.labels import nearest_mean


class Evidence:
    """Numbers in place of faces, by image id; remembers what was opened."""

    def __init__(self, ids: tuple[str, ...], seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.rows = {name: rng.random(25) + 0.1 for name in ids}
        self.opened: set[str] = set()

    def __call__(
        self, pictures: list[tuple[str, str, Path]], evidence: str, scale: str, detector: str
    ) -> np.ndarray:
        self.opened |= {name for name, _, _ in pictures}
        return np.stack([self.rows[name] for name, _, _ in pictures])


def small_cohort(root: Path) -> Cohort:
    """Six conditions with four patients each; their pictures are grey."""
    for number in range(24):
        grey = np.full((24, 24, 3), 10 * number, np.uint8)
        write_bytes(root / "images" / f"{number}.jpg", encode_jpeg(grey))
    rows = [
        {
            "image_id": f"C{c}_P{p}",
            "file": f"images/{4 * c + p}.jpg",
            "patient_id": f"C{c}_P{p}",
            "condition": f"C{c}",
        }
        for c in range(6)
        for p in range(4)
    ]
    listed = pd.DataFrame({"condition": [f"C{c}" for c in range(6)], "name": "A condition"})
    info = CohortInfo(name="tiny", version="1", licence="CC0-1.0", simulated=True)
    return write_cohort(root, info, pd.DataFrame(rows), listed)


@pytest.fixture
def world(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Cohort, tuple[str, ...], tuple[str, ...], Evidence]:
    cohort = small_cohort(tmp_path / "cohort")
    train = tuple(name for name in cohort.image_ids if not name.split("_")[1] == "P3")
    test = tuple(name for name in cohort.image_ids if name not in train)
    evidence = Evidence(cohort.image_ids, 0)
    monkeypatch.setattr(labels, "describe", evidence)
    return cohort, train, test, evidence


def named(cohort: Cohort, train: tuple[str, ...], **options: object) -> list[str]:
    samples = np.random.default_rng(5).random((200, 25)) + 0.1
    return nearest_mean(cohort, train, **options).names(samples)  # type: ignore[arg-type]


def test_no_test_image_is_opened_and_none_moves_a_label(world) -> None:  # noqa: ANN001
    """Change every test image wildly: all labels stay."""
    cohort, train, test, evidence = world
    before = named(cohort, train)
    assert evidence.opened == set(train)
    for name in test:
        evidence.rows[name] = 50 * np.random.default_rng(1).random(25)
    assert named(cohort, train) == before


def test_no_test_label_is_read(world) -> None:  # noqa: ANN001
    cohort, train, test, _ = world
    before = named(cohort, train)
    cohort.images.loc[cohort.images["image_id"].isin(test), "condition"] = "C0"
    assert named(cohort, train) == before


def test_control_means_of_all_images_are_caught(world) -> None:  # noqa: ANN001
    """The leaky twin: the paper's quirk F3 opens the test images, and they move labels."""
    cohort, train, test, evidence = world
    quirks = {"quirks": ("means-of-all-images",), "protocol": "paper"}
    before = named(cohort, train, **quirks)
    assert evidence.opened == set(cohort.image_ids)
    for name in test:
        evidence.rows[name] = 50 * np.random.default_rng(1).random(25)
    assert named(cohort, train, **quirks) != before
