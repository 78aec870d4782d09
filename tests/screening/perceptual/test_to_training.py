"""Each picture runs through the network once, and the means are those of the double loop."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from rdface.cohort import Cohort
from rdface.faces import Crop
from rdface.imaging import read_image
from rdface.screening import ScreenOptions
from rdface.screening.material import Faces, Material
from rdface.screening.perceptual.to_training import mean_distances
from rdface.screening.scorer import nan_where
from tests.conftest import MakeCohort
from tests.screening.worlds import face_table

pytestmark = pytest.mark.usefixtures("own_cache")


class Pixels:
    """Pixels as rows; counts the pictures that it is shown."""

    name = "pixels"
    fingerprint = "pixels-1"
    crop = Crop(24, 24, "box", 0.0)

    def __init__(self) -> None:
        self.shown = 0

    def rows(self, images: np.ndarray) -> np.ndarray:
        self.shown += len(images)
        return images.reshape(len(images), -1).astype(np.float32) / 255


def whole(cohort: Cohort) -> Faces:
    """No faces: pictures are compared whole."""
    labels = np.array([int(name[1:]) for name in cohort.images["condition"]], dtype=np.intp)
    n = len(cohort)
    table = face_table(list(cohort.image_ids), np.full((n, 5, 2), np.nan), np.full(n, np.nan))
    return Faces(cohort, table, labels)


def world(make_cohort: MakeCohort) -> Material:
    """Three conditions with 3 pictures each in the pool; 4 training images of the first two."""
    pool = make_cohort(conditions=3, patients=3, folder="pool")
    real = make_cohort(conditions=2, patients=4, folder="real", seed=1)
    names = tuple(pool.condition_ids)
    return Material(whole(pool), whole(real), whole(real), None, names, ScreenOptions())


def test_means_are_those_of_the_double_loop_and_each_picture_is_shown_once(
    make_cohort: MakeCohort,
) -> None:
    given, space = world(make_cohort), Pixels()
    found = mean_distances(given, space)
    assert space.shown == 6 + 8  # pictures of the third condition have nothing to compare with
    for row, name in enumerate(given.pool.cohort.image_ids):
        label = given.pool.labels[row]
        a = read_image(given.pool.cohort.path(name)).astype(float) / 255
        gaps = [
            ((a - read_image(given.training.cohort.path(other)) / 255) ** 2).sum()
            for other, theirs in zip(
                given.training.cohort.image_ids, given.training.labels, strict=True
            )
            if theirs == label
        ]
        if gaps:
            assert found[row] == pytest.approx(np.mean(gaps), rel=1e-5)
        else:
            assert np.isnan(found[row])


def test_what_was_compared_is_not_shown_again_and_fewer_training_images_need_nothing(
    make_cohort: MakeCohort,
) -> None:
    given = world(make_cohort)
    first = mean_distances(given, Pixels())
    again, space = given, Pixels()
    np.testing.assert_array_equal(mean_distances(again, space), first)
    images = given.training.cohort.images.iloc[[0, 4]].reset_index(drop=True)
    fewer = whole(dataclasses.replace(given.training.cohort, images=images))
    found = mean_distances(dataclasses.replace(given, training=fewer), space)
    assert space.shown == 0
    np.testing.assert_array_equal(np.isnan(found), np.isnan(first))
    assert not np.array_equal(nan_where(found, np.isnan(found)), first)
