"""Morphs: what makes one, who its parents are, and that it has the shape asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rdface.cohort import Cohort
from rdface.errors import UsageError
from rdface.faces import locate_faces
from rdface.faces.anthropometry import measure_face
from rdface.synthesis import GENERATORS, Portraits, take_portraits
from rdface.synthesis.morph import Morph
from rdface.synthesis.morph.shapes import Shapes, find_shapes

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def portraits(children: Cohort) -> Portraits:
    """Nine portraits of three conditions."""
    return take_portraits(children, locate_faces(children), children.image_ids, 96)


@pytest.fixture(scope="module")
def controls(unaffected: Cohort) -> Portraits:
    """Four unaffected children."""
    return take_portraits(unaffected, locate_faces(unaffected), unaffected.image_ids, 96)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Shared, so that points are found once."""
    return tmp_path_factory.mktemp("work")


def fitted(portraits: Portraits, work: Path, controls: Portraits | None = None, **options) -> Morph:  # noqa: ANN003
    morph = Morph(size=96, **options)
    morph.fit(portraits, work, seed=0, controls=controls)
    return morph


def test_it_is_registered_and_its_options_are_checked() -> None:
    assert GENERATORS.get("morph") is Morph and Morph().knows_conditions
    for wrong in ({"jitter": -1}, {"texture": "nobody"}, {"own_texture": 2}, {"size": 8}):
        with pytest.raises(ValueError):
            Morph(**wrong)


def test_a_face_put_in_its_own_place_is_itself(portraits: Portraits, work: Path) -> None:
    """Shape and texture of one face: every point stays, however the head is turned."""
    shapes = find_shapes(portraits, work)
    for row in range(len(portraits)):
        placed = shapes.placed(row, shapes.free[row])
        np.testing.assert_allclose(placed, shapes.points[row, :, :2], atol=1e-9)


def test_the_morph_of_a_face_with_itself_is_that_face(portraits: Portraits, work: Path) -> None:
    """To the byte, at any reach."""
    alone = portraits.of(portraits.conditions[0])
    alone = Portraits(alone.images[:1], alone.image_ids[:1], alone.conditions[:1])
    for reach in (1.0, 2.5):
        morph = fitted(alone, work, texture="own", jitter=0, mirror=False, reach=reach)
        (sample,) = morph.sample({alone.conditions[0]: 1}, seed=4)
        np.testing.assert_array_equal(sample.image, alone.images[0])
        assert sample.parents == alone.image_ids


def test_where_a_portrait_stands_does_not_matter_to_its_shape(
    portraits: Portraits, work: Path
) -> None:
    """Turned, smaller and moved points are, free of pose, the same face."""
    shapes = find_shapes(portraits, work)
    turn = np.array([[np.cos(0.3), np.sin(0.3), 0], [-np.sin(0.3), np.cos(0.3), 0], [0, 0, 1]])
    moved = Shapes(0.7 * shapes.points @ turn.T + [9, -4, 0], shapes.free, shapes.sure)
    from rdface.faces.pose_correction import pose_corrected

    np.testing.assert_allclose(pose_corrected(moved.points), shapes.free, atol=1e-9)
    there = moved.placed(0, shapes.free[1])
    here = shapes.placed(0, shapes.free[1])
    np.testing.assert_allclose(there, 0.7 * here @ turn[:2, :2].T + [9, -4], atol=1e-9)


def test_a_sample_depends_on_seed_condition_and_number_alone(
    portraits: Portraits, controls: Portraits, work: Path
) -> None:
    """More samples, other conditions, a start in the middle or another object: the same bytes."""
    names = list(dict.fromkeys(portraits.conditions))
    one = list(fitted(portraits, work, controls).sample({names[1]: 3}, seed=2))
    more = list(fitted(portraits, work, controls).sample({names[0]: 2, names[1]: 5}, seed=2))[2:]
    late = list(
        fitted(portraits, work, controls).sample_after({names[1]: 1}, {names[1]: 3}, seed=2)
    )
    for left, right in [*zip(one, more, strict=False), *zip(one[1:], late, strict=True)]:
        np.testing.assert_array_equal(left.image, right.image)
        assert (left.parents, left.seed) == (right.parents, right.seed)
    (other,) = fitted(portraits, work, controls).sample({names[1]: 1}, seed=3)
    assert not np.array_equal(other.image, one[0].image)


def test_parents_are_all_whom_a_sample_stems_from(
    portraits: Portraits, controls: Portraits, work: Path
) -> None:
    """Donors of shape, of skin and of the difference between people, patients or controls."""
    condition = portraits.conditions[0]
    own = set(portraits.of(condition).image_ids)
    others = set(portraits.image_ids) - own
    for texture, donors in (
        ("own", own),
        ("others", others),
        ("controls", set(controls.image_ids)),
        ("any", others | set(controls.image_ids)),
    ):
        morph = fitted(portraits, work, controls, texture=texture, jitter=0)
        for sample in morph.sample({condition: 6}, seed=0):
            assert own <= set(sample.parents) <= own | donors
            assert sample.notes["texture_of"] in donors & set(sample.parents)
    morph = fitted(portraits, work, controls, texture="own", jitter=1.0)
    met = {p for s in morph.sample({condition: 12}, seed=0) for p in s.parents} - own
    assert met and met <= others
    exaggerated = fitted(portraits, work, texture="own", jitter=0, exaggerate=1.5)
    (sample,) = exaggerated.sample({condition: 1}, seed=0)
    assert set(sample.parents) == own | others  # away from everybody's average


def test_a_patient_whose_average_a_difference_is_taken_from_is_a_parent(
    portraits: Portraits, work: Path
) -> None:
    """Without controls people differ from the average of all: a leak guard has to see them."""
    condition = portraits.conditions[0]
    for sample in fitted(portraits, work, texture="own").sample({condition: 4}, seed=0):
        assert set(sample.parents) == set(portraits.image_ids)


def test_one_image_of_each_condition_is_enough(portraits: Portraits, work: Path) -> None:
    """The regime that matters: shape of one face, skin of the others."""
    rows = [rows[0] for rows in portraits.rows_of.values()]
    few = Portraits(
        portraits.images[rows],
        tuple(portraits.image_ids[row] for row in rows),
        tuple(portraits.conditions[row] for row in rows),
    )
    samples = list(fitted(few, work).sample(dict.fromkeys(few.conditions, 3), seed=0))
    assert len(samples) == 9
    assert all(sample.image.shape == (96, 96, 3) for sample in samples)


def test_what_cannot_be_morphed_is_refused(portraits: Portraits, work: Path) -> None:
    with pytest.raises(UsageError, match="texture of controls"):
        fitted(portraits, work, texture="controls")
    with pytest.raises(UsageError, match="no training portrait"):
        next(fitted(portraits, work).sample({"XX": 1}, seed=0))


def test_a_morph_has_the_measures_of_its_shape_not_of_its_skin(
    portraits: Portraits, work: Path
) -> None:
    """Points found anew on the morphs; most of the way from skin's measures to shape's is gone."""
    rows = [rows[0] for rows in portraits.rows_of.values()]
    few = Portraits(
        portraits.images[rows],
        tuple(portraits.image_ids[row] for row in rows),
        tuple(portraits.conditions[row] for row in rows),
    )
    morph = fitted(few, work, jitter=0, mirror=False, reach=2.0)
    made = list(morph.sample(dict.fromkeys(few.conditions, 4), seed=0))
    images = Portraits(
        np.stack([sample.image for sample in made]),
        tuple(str(number) for number in range(len(made))),
        tuple(sample.condition for sample in made),
    )
    after = measure_face(find_shapes(images, work).points)
    before = measure_face(find_shapes(few, work).points)
    row = {name: number for number, name in enumerate(few.image_ids)}
    shape = before[[row[sample.parents[0]] for sample in made]]
    skin = before[[row[sample.notes["texture_of"]] for sample in made]]
    spread = before.std(axis=0)
    went, asked = ((each - skin) / spread for each in (after, shape))
    assert 0.6 < (went * asked).sum() / (asked**2).sum() < 1.4
