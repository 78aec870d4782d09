"""No test image moves a score or a selection; under quirk F3 they do, so the canary can sing."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rdface.cohort import Cohort, write_cohort
from rdface.files import write_bytes
from rdface.imaging import encode_jpeg
from rdface.screening import ScoreTable, Selection, score_pool, select
from tests.conftest import (
    MakeCohort,
    make_cohort,  # noqa: F401 - the cohort of pictures, not of ids
)
from tests.screening.pools import OPTIONS, TRAINING, hand_made_pool

pytestmark = [pytest.mark.weights, pytest.mark.usefixtures("own_cache")]

RULES = (
    Selection(by=("landmark_cosine",), n=2),
    Selection(by=("condition_probability", "landmark_euclidean")),
    Selection(by=("copy_share",), n=3, over="pool", at_least={"face_confidence_share": 0.5}),
)


@pytest.fixture
def real(make_cohort: MakeCohort) -> Cohort:  # noqa: F811
    return make_cohort(conditions=3, patients=6, folder="real", size=40)


@pytest.fixture
def pool(real: Cohort, tmp_path: Path) -> Cohort:
    return hand_made_pool(real, tmp_path / "pool")


def with_other_tests(real: Cohort, root: Path) -> Cohort:
    """The same training images; every test image shows something else, of another condition."""
    rng = np.random.default_rng(3)
    images = real.images.copy()
    for row, name in enumerate(images["image_id"]):
        place = root / images.at[row, "file"]
        if name in TRAINING:
            write_bytes(place, real.path(name).read_bytes())
            continue
        tall = rng.integers(0, 256, (60 + 3 * row, 40, 3)).astype(np.uint8)
        write_bytes(place, encode_jpeg(tall))
        images.at[row, "condition"] = f"C{rng.integers(3)}"
    return write_cohort(root, real.info, images, real.conditions)


def without_tests(real: Cohort) -> Cohort:
    """The test images are gone, files and all: whoever opens one fails."""
    kept = real.images["image_id"].isin(TRAINING)
    for name in real.images.loc[~kept, "image_id"]:
        real.path(name).unlink()
    return dataclasses.replace(real, images=real.images[kept].reset_index(drop=True))


def same(a: ScoreTable, b: ScoreTable) -> bool:
    try:
        pd.testing.assert_frame_equal(a.frame, b.frame, check_exact=True)
    except AssertionError:
        return False
    return all(select(a, rule) == select(b, rule) for rule in RULES)


def test_other_test_images_move_no_score_and_no_selection(
    real: Cohort, pool: Cohort, tmp_path: Path
) -> None:
    """To the bit, by pictures, labels and shapes."""
    before = score_pool(pool, real, TRAINING, OPTIONS)
    after = score_pool(pool, with_other_tests(real, tmp_path / "other"), TRAINING, OPTIONS)
    assert same(before, after)


def test_scores_need_no_test_image_at_all(real: Cohort, pool: Cohort) -> None:
    before = score_pool(pool, real, TRAINING, OPTIONS)
    assert same(before, score_pool(pool, without_tests(real), TRAINING, OPTIONS))


def test_control_means_of_all_images_are_caught(real: Cohort, pool: Cohort, tmp_path: Path) -> None:
    """Quirk F3 alone, and it moves the landmark scores alone."""
    other = with_other_tests(real, tmp_path / "other")
    # The faces of these tests are parts of the picture: `area` sees its shape, `apart` does not.
    leaky = OPTIONS.model_copy(update={"means": "all", "scale": "area"})
    before = score_pool(pool, real, TRAINING, leaky)
    after = score_pool(pool, other, TRAINING, leaky)
    moved = [
        name for name in before.frame.columns if not before.frame[name].equals(after.frame[name])
    ]
    assert "landmark_cosine" in moved
    assert all(name.startswith("landmark_") for name in moved)


def test_control_scores_fitted_on_all_images_are_caught(
    real: Cohort, pool: Cohort, tmp_path: Path
) -> None:
    """Taking every image for training moves likelihood and copies."""
    other = with_other_tests(real, tmp_path / "other")
    before = score_pool(pool, real, real.image_ids, OPTIONS).frame
    after = score_pool(pool, other, other.image_ids, OPTIONS).frame
    for name in ("landmark_cosine", "condition_probability", "copy_share"):
        assert not before[name].equals(after[name]), name
