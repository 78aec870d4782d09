"""Means over images and patients, of any bounded measure."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.metrics import summarise
from rdface.metrics.means import ImageRows, mean_over


def test_a_share_is_estimated_as_summarise_does(make_run) -> None:  # noqa: ANN001
    """Same value and interval for top-1, which both can compute."""
    run = make_run([3] * 20, repeats=2, images=2, signal=2.0)
    whole = summarise(**run)["top1_micro"]
    right = (run["scores"].argmax(axis=1) == run["truth"]).astype(float)
    found = mean_over(ImageRows(run["image"], run["patient"]), right)
    assert found is not None
    assert found.value == pytest.approx(whole.value)
    assert (found.n, found.n_patients, found.method) == (120, 60, "bootstrap")
    assert found.low == pytest.approx(whole.low, abs=0.02)
    assert found.high == pytest.approx(whole.high, abs=0.02)


def test_repeats_weigh_one_image_and_images_one_patient() -> None:
    rows = ImageRows(np.array([0, 0, 1, 2]), np.array([0, 0, 0, 1]))
    assert rows.shares().tolist() == [0.5, 0.5, 1, 1]
    assert rows.shares(per_patient=True).tolist() == [0.25, 0.25, 0.5, 1]
    values = np.array([1.0, 0.0, 1.0, 0.0])
    by_image, by_patient = (mean_over(rows, values, per_patient=each) for each in (False, True))
    assert by_image is not None and by_patient is not None
    assert by_image.value == pytest.approx(0.5)
    assert by_patient.value == pytest.approx(0.375)


def test_few_patients_get_wilsons_interval_stretched_to_the_top() -> None:
    rows = ImageRows(np.arange(10), np.arange(10))
    found = mean_over(rows, np.zeros(10), top=2.0)
    assert found is not None
    assert found.method == "wilson"
    assert found.low == 0
    assert 0.5 < found.high < 0.6


def test_no_row_gives_no_number_and_an_image_of_two_patients_is_refused() -> None:
    rows = ImageRows(np.arange(3), np.arange(3))
    assert mean_over(rows, np.ones(3), subset=np.zeros(3, dtype=bool)) is None
    with pytest.raises(ValueError, match="two patients"):
        ImageRows(np.array([0, 0]), np.array([0, 1]))
