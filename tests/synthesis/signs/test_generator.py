"""Signs on real simulated faces: same head under equal numbers, provenance, refusals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rdface.cohort import Cohort
from rdface.errors import UsageError
from rdface.faces import locate_faces
from rdface.synthesis import GENERATORS, Portraits, take_portraits
from rdface.synthesis.pool import make_pool
from rdface.synthesis.pool.plan import training_part
from rdface.synthesis.signs import Signs
from rdface.synthesis.signs.skins import flat_places, flat_skin, lay_skin

pytestmark = pytest.mark.weights


def portraits(cohort: Cohort, size: int = 96) -> Portraits:
    return take_portraits(cohort, locate_faces(cohort), cohort.image_ids, size)


@pytest.fixture(scope="module")
def fitted(
    children: Cohort, unaffected: Cohort, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Signs, Portraits]:
    """On nine children, heads of four."""
    work = tmp_path_factory.mktemp("work")
    generator = Signs(size=96).told(children)
    heads = portraits(unaffected)
    generator.fit(portraits(children), work, seed=0, controls=heads)
    return generator, heads


def test_a_pool_does_not_give_away_which_signs_a_patient_has(children: Cohort) -> None:
    """Terms of patients decide a pool and stand in it as a hash alone."""
    told = Signs().told(children)
    (image, terms) = next(iter(told.recorded.items()))
    options = told.model_dump(mode="json")
    assert terms and image not in str(options)
    other = told.model_copy(update={"recorded": told.recorded | {image: ("HP:0000316",)}})
    assert other.model_dump(mode="json")["recorded"] != options["recorded"]


def test_sample_k_of_every_condition_is_drawn_over_one_head(
    fitted: tuple[Signs, Portraits], children: Cohort
) -> None:
    """Heads cancel out between conditions; what is around the face is that head's to the pixel."""
    generator, heads = fitted
    names = children.condition_ids[:2]
    first, second = (list(generator.sample({name: 3}, seed=0)) for name in names)
    for a, b in zip(first, second, strict=True):
        assert a.notes["head_of"] == b.notes["head_of"] == a.parents[-1]
        row = heads.image_ids.index(a.notes["head_of"])
        assert np.abs(a.image[:3].astype(int) - heads.images[row][:3]).mean() < 6
        assert not np.array_equal(a.image, b.image)
    assert len({sample.notes["head_of"] for sample in first}) == 3


def test_a_longer_pool_begins_with_the_shorter_one_and_heads_come_again_mirrored(
    fitted: tuple[Signs, Portraits], children: Cohort
) -> None:
    """Sample k depends on seed, condition and k alone."""
    generator, heads = fitted
    name, n = children.condition_ids[0], len(heads)
    long = list(generator.sample({name: n + 1}, seed=3))
    late = list(generator.sample_after({name: n}, {name: n + 1}, seed=3))
    assert np.array_equal(long[n].image, late[0].image)
    assert np.array_equal(long[n].image, long[0].image[:, ::-1])


def test_every_second_sample_is_drawn_over_a_patient_if_half_are_kin(
    children: Cohort, unaffected: Cohort, tmp_path: Path
) -> None:
    """Those between are what they were without kin; a kin's face changes, not what is around."""
    generator = Signs(size=96, kin=0.5).told(children)
    generator.fit(portraits(children), tmp_path, seed=0, controls=portraits(unaffected))
    name = children.condition_ids[0]
    samples = list(generator.sample({name: 4}, seed=0))
    over = [sample.notes["head_of"] in children.image_ids for sample in samples]
    assert over == [False, True, False, True]
    plain = Signs(size=96).told(children)
    plain.fit(portraits(children), tmp_path, seed=0, controls=portraits(unaffected))
    alone = list(plain.sample({name: 2}, seed=0))
    assert [np.array_equal(samples[2 * k].image, alone[k].image) for k in (0, 1)] == [True, True]
    faces = portraits(children)
    own = faces.images[faces.image_ids.index(samples[1].notes["head_of"])]
    assert not np.array_equal(samples[1].image, own)
    assert np.abs(samples[1].image[:3].astype(int) - own[:3]).mean() < 6
    assert set(samples[1].parents) == set(children.image_ids)


def test_every_training_face_is_a_parent(fitted: tuple[Signs, Portraits], children: Cohort) -> None:
    """The regression has seen all of them, so the leak guard must know all."""
    (sample,) = fitted[0].sample({children.condition_ids[0]: 1}, seed=0)
    assert set(children.image_ids) <= set(sample.parents)


def test_without_exaggeration_of_anything_only_the_average_is_left(
    children: Cohort, tmp_path: Path
) -> None:
    """Shape = skin = 0: every condition gives the same face, so signs are all that differs."""
    generator = Signs(size=96, shape=0, skin=0).told(children)
    generator.fit(portraits(children), tmp_path, seed=0)
    images = [next(iter(generator.sample({c: 1}, seed=0))).image for c in children.condition_ids]
    assert np.array_equal(images[0], images[1])


def test_a_pool_is_told_the_terms_of_its_training_images(children: Cohort, tmp_path: Path) -> None:
    """make_pool asks the cohort; the plan names the terms of training images, and no others."""
    ids = children.image_ids[::3]
    pool = make_pool(Signs(size=96), "signs", children, ids, 1, tmp_path / "pool", seed=0)
    options = (pool.info.model_extra or {})["generator_options"]
    named = [
        Signs().told(cohort).model_dump(mode="json")["recorded"]
        for cohort in (training_part(children, ids), children)
    ]
    assert options["recorded"] == named[0] != named[1]
    assert set(options["profiles"]) == set(children.condition_ids)
    assert (pool.images["source"] == "signs").all()


def test_it_refuses_to_work_without_terms(children: Cohort, tmp_path: Path) -> None:
    """A hint says where terms stand."""
    assert GENERATORS.get("signs") is Signs
    with pytest.raises(UsageError, match="HPO terms"):
        Signs(size=96).fit(portraits(children), tmp_path, seed=0)


def test_a_skin_laid_back_on_its_own_face_is_that_face(children: Cohort, tmp_path: Path) -> None:
    """Flattening and laying on lose little but sharpness."""
    from rdface.synthesis.morph.shapes import find_shapes

    faces = portraits(children, 128)
    shapes = find_shapes(faces, tmp_path)
    flat = flat_places(shapes.free.mean(axis=0), 128)
    skin = flat_skin(faces.images[0], shapes.points[0], flat)
    laid = lay_skin(faces.images[0], skin, flat, shapes.points[0, :, :2])
    assert np.abs(laid.astype(int) - faces.images[0]).mean() < 4
