"""Every scorer on faces made in place: right against wrong conditions, and what is missing."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from rdface.faces.descriptor import landmark_descriptor
from rdface.faces.table import BOX_COLUMNS, POINT_COLUMNS
from rdface.screening import ScreenOptions
from rdface.screening.material import Faces, Material
from rdface.screening.scorer import SCORERS, column
from tests.screening.worlds import CONDITIONS, faces, material

OFFLINE = ("face", "landmarks", "shape", "anthropometry", "likelihood")
RANKING = ("landmarks", "shape", "anthropometry", "likelihood")


def score(name: str, given: Material) -> dict[str, np.ndarray]:
    scorer = SCORERS.get(name)()
    found = dict(scorer.score(given))
    assert list(found) == [one.name for one in scorer.columns]
    assert all(len(values) == len(given.pool) for values in found.values())
    return found


def relabelled(given: Faces, labels: np.ndarray) -> Faces:
    return dataclasses.replace(given, labels=labels.astype(np.intp))


@pytest.mark.parametrize("name", RANKING)
def test_the_condition_that_a_face_was_made_of_scores_better_than_another(name: str) -> None:
    """Each column in its own direction, over the faces of trained conditions."""
    given = material()
    wrong = (given.pool.labels + 1) % 3
    swapped = dataclasses.replace(given, pool=relabelled(given.pool, wrong))
    trained = given.pool.labels < 3
    right, other = score(name, given), score(name, swapped)
    for key in right:
        sign = 1 if column(key).better == "high" else -1
        assert (sign * (right[key] - other[key])[trained]).mean() > 0, key


@pytest.mark.parametrize("name", OFFLINE)
def test_a_picture_without_a_face_has_no_score_and_changes_no_other(name: str) -> None:
    whole, holed = score(name, material()), score(name, material(missing=(3,)))
    others = np.arange(6) != 3  # the last two are of a condition without training images
    for key, values in holed.items():
        if column(key).kind == "number":
            assert np.isnan(values[3]), key
            np.testing.assert_allclose(values[:6][others], whole[key][:6][others], rtol=1e-9)


@pytest.mark.parametrize("name", RANKING)
def test_a_condition_without_training_images_has_no_score(name: str) -> None:
    for key, values in score(name, material()).items():
        assert np.isnan(values[6:]).all() and np.isfinite(values[:6]).all(), key


@pytest.mark.parametrize("name", RANKING)
def test_scores_do_not_depend_on_the_order_of_conditions(name: str) -> None:
    given = material()
    order = np.array([2, 0, 3, 1])
    turned = dataclasses.replace(
        given,
        pool=relabelled(given.pool, order[given.pool.labels]),
        training=relabelled(given.training, order[given.training.labels]),
        averaged=relabelled(given.averaged, order[given.averaged.labels]),
        conditions=tuple(np.array(CONDITIONS)[np.argsort(order)]),
    )
    for key, values in score(name, given).items():
        np.testing.assert_allclose(score(name, turned)[key], values, rtol=1e-7, err_msg=key)


def test_landmark_scores_are_the_plain_loops() -> None:
    """By the paper's formula, one image and one condition at a time."""
    given = material(options=ScreenOptions(scale="apart"))

    def described(row: int, of: Faces) -> np.ndarray:
        frame = of.table.frame.iloc[row]
        points = frame[list(POINT_COLUMNS)].to_numpy(float).reshape(1, 5, 2)
        boxes = frame[list(BOX_COLUMNS)].to_numpy(float)[None]
        return landmark_descriptor(points, boxes)[0]

    found = score("landmarks", given)
    for row, label in enumerate(given.pool.labels):
        cosines, distances = [], []
        for condition in range(3):
            members = np.flatnonzero(given.training.labels == condition)
            mean = np.mean([described(m, given.training) for m in members], axis=0)
            x = described(row, given.pool)
            cosines.append(x @ mean / np.linalg.norm(x) / np.linalg.norm(mean))
            distances.append(np.linalg.norm(x - mean))
        if label == 3:
            continue
        assert found["landmark_cosine"][row] == pytest.approx(cosines[label], abs=1e-12)
        assert found["landmark_euclidean"][row] == pytest.approx(distances[label], abs=1e-12)
        assert found["landmark_cosine_rank"][row] == sum(c >= cosines[label] for c in cosines)
        assert found["landmark_euclidean_rank"][row] == sum(
            d <= distances[label] for d in distances
        )


def test_only_the_quirk_takes_landmark_means_of_other_images() -> None:
    """F3: `averaged` moves the landmark scores and no others."""
    given = material()
    more = faces(np.repeat([0, 1, 2], 6), np.random.default_rng(5), prefix="x")
    leaky = dataclasses.replace(given, averaged=more)
    for name in OFFLINE:
        before, after = score(name, given), score(name, leaky)
        same = all(np.array_equal(before[k], after[k], equal_nan=True) for k in before)
        assert same == (name != "landmarks")


def test_controls_give_the_spread_of_measures_and_nothing_else() -> None:
    """Ten times the spread, a tenth of the distance; ranks stay."""
    given = material()
    people = faces(np.zeros(20, int), np.random.default_rng(3), prefix="u")
    alone = score("anthropometry", dataclasses.replace(given, controls=people))
    rows = people._embedded["anthropometry"]
    people._embedded["anthropometry"] = rows.mean(axis=0) + 10 * (rows - rows.mean(axis=0))
    wide = score("anthropometry", dataclasses.replace(given, controls=people))
    np.testing.assert_allclose(10 * wide["anthropometric"][:6], alone["anthropometric"][:6])
    np.testing.assert_array_equal(wide["anthropometric_rank"], alone["anthropometric_rank"])


def test_the_share_of_training_faces_is_one_for_the_surest() -> None:
    given = material()
    given.pool.table.frame.loc[0, "score"] = 1.0
    given.pool.table.frame.loc[1, "score"] = 0.0
    found = score("face", given)
    assert found["face_confidence_share"][:2].tolist() == [1.0, 0.0]
