"""Image tables made in place: which patient of which condition has how many images."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import pytest

MakeImages = Callable[[Mapping[str, Sequence[int]]], pd.DataFrame]


def images_of(counts: Mapping[str, Sequence[int]]) -> pd.DataFrame:
    """Condition -> images of each of its patients; ids are A.p0.i0, hashes are unique."""
    rows = [
        (f"{condition}.p{patient}.i{image}", f"{condition}.p{patient}", condition)
        for condition, patients in counts.items()
        for patient, images in enumerate(patients)
        for image in range(images)
    ]
    table = pd.DataFrame(rows, columns=["image_id", "patient_id", "condition"])
    table["sha256"] = [f"{number:064x}" for number in range(len(table))]
    table["synthetic_of"] = ""
    return table


@pytest.fixture(scope="session")
def make_images() -> MakeImages:
    """The function above, for the tests."""
    return images_of


@pytest.fixture(scope="session")
def paper_shaped() -> pd.DataFrame:
    """456 images of 103 conditions; five have one image, the others 2 to 8."""
    sizes = [1] * 5 + [2] * 4 + [3] * 21 + [4] * 23 + [5] * 24 + [6] * 17 + [7] * 6 + [8] * 3
    assert len(sizes) == 103
    assert sum(sizes) == 456
    counts: dict[str, list[int]] = {}
    for number, size in enumerate(sizes):
        # Every third condition has a patient with two images.
        pair = [2] if size >= 3 and number % 3 == 0 else []
        counts[f"C{number:03d}"] = pair + [1] * (size - sum(pair))
    return images_of(counts)
