"""Nearest-mean labels, and the flaws of the paper that they can have."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.cohort import Cohort
from rdface.errors import ImageError, UsageError
from rdface.imaging import encode_jpeg
from rdface.synthesis import labels
from rdface.synthesis.labels import QUIRKS, means_of, nearest_mean
from rdface.synthesis.pool import make_pool
from tests.synthesis.conftest import part_of
from tests.synthesis.pool.echo import Echo

NAMES = ("A", "B", "C")


def test_the_nearest_mean_by_cosine_names_a_sample() -> None:
    """By angle, not by distance; a condition without a mean names nobody; no face, no name."""
    x = np.array([[1.0, 0.0], [3.0, 0.2], [0.1, 1.0], [np.nan, np.nan]])
    label = means_of(x, ["A", "A", "B", "C"], NAMES)
    np.testing.assert_allclose(label.means[0], [2, 0.1])
    samples = np.array([[0.01, 0.0], [10.0, 11.0], [np.nan, 1.0]])
    assert label.names(samples) == ["A", "B", ""]
    cosine = 0.01 * 2 / (0.01 * np.linalg.norm([2, 0.1]))
    assert label.cosines(samples)[0, 0] == pytest.approx(cosine)


def test_embeddings_are_centred_on_the_training_images_and_landmarks_are_not() -> None:
    """Far from the origin all cosines are near 1; the paper leaves the landmarks so."""
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(3, 8))
    x = 100 + np.repeat(centres, 5, axis=0) + 0.1 * rng.normal(size=(15, 8))
    names = [name for name in NAMES for _ in range(5)]
    plain, centred = (means_of(x, names, NAMES, evidence=e) for e in ("landmarks", "sface"))
    assert plain.cosines(x).min() > 0.99 > 0 > centred.cosines(x).min()
    assert centred.names(100 + centres) == list(NAMES)


@given(data=st.data(), n=st.integers(1, 12))
@settings(max_examples=40)
def test_every_face_gets_a_condition_that_was_shown(data: st.DataObject, n: int) -> None:
    """Whatever the numbers; and each is nearest to the mean of its own label."""
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    shown = [NAMES[k] for k in rng.integers(0, 2, size=n)]
    label = means_of(rng.random((n, 5)) + 0.01, shown, NAMES)
    samples = rng.random((7, 5)) + 0.01
    named = label.names(samples)
    assert set(named) <= set(shown)
    cosines = label.cosines(samples)
    own = cosines[np.arange(7), [NAMES.index(name) for name in named]]
    np.testing.assert_array_equal(own, np.nanmax(cosines, axis=1))


def test_without_any_face_there_are_no_means() -> None:
    with pytest.raises(UsageError, match="no means"):
        means_of(np.full((2, 3), np.nan), ["A", "B"], NAMES)


def test_provenance_says_what_named_them() -> None:
    """Screening tells from it whether a ranking is circular (F13)."""
    landmarks = means_of(np.eye(3), NAMES, NAMES, scale="apart", quirks=("aspect-lost",))
    said = {"by": "nearest mean", "evidence": "landmarks", "scale": "apart"}
    assert landmarks.provenance == {**said, "quirks": ["aspect-lost"]}
    sface = means_of(np.eye(3), NAMES, NAMES, evidence="sface")
    assert sface.provenance == {**said, "evidence": "sface", "scale": "", "quirks": []}


def test_by_the_evidence_that_named_it_every_sample_has_rank_1() -> None:
    """F13 shown: on noise the landmarks' own ranks are perfect, another evidence's are chance."""
    rng = np.random.default_rng(0)
    own, other = rng.random((2, 300, 25)) + 0.1
    names = [f"C{k}" for k in range(20)]
    shown = names * 15
    label, judge = (means_of(x, shown, tuple(names)) for x in (own, other))
    samples, seen_otherwise = rng.random((2, 400, 25)) + 0.1
    columns = [names.index(name) for name in label.names(samples)]

    def top_1(cosines: np.ndarray) -> float:
        return float(np.mean(cosines.argmax(axis=1) == columns))

    assert top_1(label.cosines(samples)) == 1.0
    assert top_1(judge.cosines(seen_otherwise)) < 0.15


def test_quirks_are_the_papers_and_have_names(make_cohort) -> None:  # noqa: ANN001
    cohort = make_cohort()
    for quirk in QUIRKS:
        for protocol in ("strict", "few_shot"):
            with pytest.raises(UsageError, match=f"'{protocol}' never has the quirk"):
                nearest_mean(cohort, cohort.image_ids, quirks=[quirk], protocol=protocol)
    with pytest.raises(UsageError, match="no quirk of labels") as caught:
        nearest_mean(cohort, cohort.image_ids, quirks=["means-of-all"], protocol="paper")
    assert caught.value.hint and "means-of-all-images" in caught.value.hint
    with pytest.raises(UsageError, match="'nobody' is no real image"):
        nearest_mean(cohort, ["nobody"])


@pytest.mark.weights
def test_pictures_are_named_and_faceless_ones_are_left_out(
    children: Cohort, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """From faces on disk, by both kinds of evidence; provenance says by which."""
    blank = tmp_path / "blank.jpg"
    blank.write_bytes(encode_jpeg(np.full((64, 64, 3), 90, np.uint8)))
    pictures = [(name, children.path(name)) for name in children.image_ids]
    for evidence in ("landmarks", "sface"):
        label = nearest_mean(children, children.image_ids, evidence=evidence)
        caplog.clear()
        named = label([("blank", blank), *pictures])
        assert named[0] == "" and set(named[1:]) <= set(children.condition_ids)
        assert "1 of 10 samples show no face" in caplog.text
        truth = children.images["condition"].tolist()
        if evidence == "sface":  # each face is in its own mean
            assert np.mean([a == b for a, b in zip(named[1:], truth, strict=True)]) > 0.6
        assert label.provenance["evidence"] == evidence


@pytest.mark.weights
def test_a_picture_that_was_exchanged_is_refused(tmp_path: Path) -> None:
    """Its face is known from the cache; its pixels would give another picture's mean."""
    cohort = part_of("sim103", 1, 3, tmp_path)
    nearest_mean(cohort, cohort.image_ids)  # finds the faces
    shutil.copyfile(cohort.path(cohort.image_ids[0]), cohort.path(cohort.image_ids[1]))
    with pytest.raises(ImageError, match="was altered"):
        nearest_mean(cohort, cohort.image_ids, evidence="sface")


@pytest.mark.weights
def test_the_papers_quirks_are_what_they_are_called(children: Cohort) -> None:
    """F3 averages images that were not named; F11 divides the axes apart."""
    some = children.image_ids[::3]
    plain = nearest_mean(children, some)
    everything = nearest_mean(children, children.image_ids)
    leaky = nearest_mean(children, some, quirks=["means-of-all-images"], protocol="paper")
    np.testing.assert_array_equal(leaky.means, everything.means)
    assert not np.array_equal(leaky.means, plain.means)
    apart = nearest_mean(children, some, quirks=["aspect-lost"], protocol="paper")
    assert apart.scale == "apart" and not np.array_equal(apart.means, plain.means)
    assert labels.describe([], "sface", "area", "yunet").shape[0] == 0


@pytest.mark.weights
def test_a_pool_of_samples_without_conditions_is_named(children: Cohort, tmp_path: Path) -> None:
    """From generator to table: a label for each face, and what it was made of."""
    label = nearest_mean(children, children.image_ids, evidence="sface")
    pool = make_pool(
        Echo(label_blind=True, size=96),
        "echo",
        children,
        children.image_ids,
        6,
        tmp_path / "pool",
        seed=0,
        label=label,
    )
    assert set(pool.images["condition_by"]) == {"label"}
    assert set(pool.images["condition"]) <= set(children.condition_ids)
    assert (pool.info.model_extra or {})["labels"] == label.provenance
