"""Severity 1 moves a trait's own measure by +2 to +3 SD, and others by less than 0.7 SD.

Pairs of the same 20 unaffected children with and without the trait; they are other children than
those the traits were calibrated on.
"""

from __future__ import annotations

import numpy as np
import pytest

from rdface.simulate.conditions import all_conditions
from rdface.simulate.head.measures import LOOKS, MEASURES
from rdface.simulate.head.mesh import HeadMesh, load_head
from rdface.simulate.head.shape import Shape, shape_head, trait_shift
from rdface.simulate.people.child import Child
from rdface.simulate.traits.belonging import BELONGS, UNMEASURED, related
from rdface.simulate.traits.calibration import calibrate, measured_points, pair_children, system_of
from rdface.simulate.traits.catalogue import effects_of, recipes, trait_of_term, traits
from rdface.simulate.traits.norms import norms, pair_shifts
from rdface.weights import where

pytestmark = pytest.mark.weights
TESTED_ON = 77
LARGEST = 0.7


@pytest.fixture(scope="module")
def mesh() -> HeadMesh:
    return load_head(where("mpfb2"))


@pytest.fixture(scope="module")
def children() -> list[Child]:
    return pair_children(20, seed=TESTED_ON)


@pytest.fixture(scope="module")
def shapes(mesh: HeadMesh, children: list[Child]) -> list[Shape]:
    return [shape_head(mesh, child, {}) for child in children]


def shifts(mesh: HeadMesh, shapes: list[Shape], trait: str) -> dict[str, float]:
    effects = effects_of({traits()[trait].hpo[0]: 1.0})
    looks = {name: effects.get(name, 0.0) for name in LOOKS}
    mean = pair_shifts(mesh, shapes, trait_shift(mesh, effects), looks).mean(0)
    return dict(zip(MEASURES, map(float, mean), strict=True))


def test_the_children_are_of_all_kinds(children: list[Child]) -> None:
    ages = [child.years for child in children]
    assert min(ages) < 1 and max(ages) > 16
    assert {child.male for child in children} == {True, False}
    assert {int(np.argmax(child.ancestry)) for child in children} == {0, 1, 2}


def test_every_trait_is_measured_or_says_why_not() -> None:
    assert set(BELONGS) | set(UNMEASURED) == set(traits()) == set(recipes())
    assert not set(BELONGS) & set(UNMEASURED)
    assert len(BELONGS) >= 80
    assert all(trait.hpo for trait in traits().values())


@pytest.mark.parametrize("trait", BELONGS)
def test_severity_1_moves_the_own_measure_by_2_to_3_sd(
    mesh: HeadMesh, shapes: list[Shape], trait: str
) -> None:
    own, amount = next(iter(BELONGS[trait].items()))
    assert 2 <= shifts(mesh, shapes, trait)[own] * np.sign(amount) <= 3


@pytest.mark.parametrize("trait", BELONGS)
def test_other_measures_stay_unless_they_hang_together(
    mesh: HeadMesh, shapes: list[Shape], trait: str
) -> None:
    """What moves by 0.7 SD or more shares a point with the sign's measures, or contains them."""
    points = measured_points()
    own = BELONGS[trait]
    for name, shift in shifts(mesh, shapes, trait).items():
        if name not in own and abs(shift) >= LARGEST:
            shared = any(points[name] & points[mine] for mine in own)
            assert shared or any(related(name, mine) for mine in own), (name, shift)
            assert abs(shift) < 2, (name, shift)


def test_most_traits_move_nothing_else(mesh: HeadMesh, shapes: list[Shape]) -> None:
    """The exceptions of the test above stay few."""
    moved = [
        (trait, name)
        for trait, own in BELONGS.items()
        for name, shift in shifts(mesh, shapes, trait).items()
        if name not in own and abs(shift) >= LARGEST
    ]
    assert len({trait for trait, _ in moved}) <= len(BELONGS) * 0.45
    assert len(moved) <= len(BELONGS)


@pytest.mark.parametrize("trait", UNMEASURED)
def test_signs_without_a_norm_are_shown_all_the_same(mesh: HeadMesh, trait: str) -> None:
    effects = traits()[trait].effects
    painted = [
        name for name in effects if name.partition(":")[0] in ("brow", "gaze", "skin", "tongue")
    ]
    assert painted or np.abs(trait_shift(mesh, effects)).max() > 0.01


@pytest.mark.parametrize(
    ("term", "higher", "lower"),
    [("HP:0000582", "ex", "en"), ("HP:0000494", "en", "ex")],
    ids=["upslanted", "downslanted"],
)
def test_slanted_fissures_lean_the_way_their_name_says(
    mesh: HeadMesh, term: str, higher: str, lower: str
) -> None:
    """Version 0 of sim103 drew both the wrong way round."""
    from rdface.simulate.head.landmarks import find_landmarks

    landmarks = find_landmarks(mesh)
    moved = mesh.rest + trait_shift(mesh, effects_of({term: 1.0}))
    before, after = landmarks.points(mesh.rest), landmarks.points(moved)
    rise = {name: (after[name] - before[name])[:, 1] for name in (higher, lower)}
    assert (rise[higher] > 0.005).all() and (rise[lower] < 0.005).all()
    assert (rise[higher] - rise[lower] > 0.01).all()


def test_every_condition_shows_three_traits() -> None:
    for condition in all_conditions():
        names = {
            trait_of_term()[term.id].name for term in condition.terms if term.id in trait_of_term()
        }
        assert len(names) >= 3, condition.abbreviation


def test_twice_the_severity_shows_twice_as_much(mesh: HeadMesh, shapes: list[Shape]) -> None:
    """Severity is a scale: the measure grows with it until the skin's limit."""
    one, half = (
        pair_shifts(mesh, shapes, trait_shift(mesh, effects_of({"HP:0000343": severity})), {})
        for severity in (1.0, 0.5)
    )
    place = MEASURES.index("philtrum_length")
    assert one[:, place].mean() / half[:, place].mean() == pytest.approx(2, abs=0.2)


def test_norms_are_of_the_size_of_real_childrens(mesh: HeadMesh) -> None:
    """Within a factor of 1.6 of rounded SDs in mm of real school children (after Hall, 2007)."""
    sd = dict(zip(MEASURES, norms(mesh).sd, strict=True))
    for name, real in {
        "inner_canthal_distance": 2.5,
        "outer_canthal_distance": 4.0,
        "fissure_length": 1.5,
        "philtrum_length": 1.8,
        "mouth_width": 3.3,
        "nose_width": 2.2,
        "ear_length": 3.0,
    }.items():
        assert real / 1.6 < sd[name] < real * 1.6, name


@pytest.mark.slow
def test_the_shipped_table_is_what_the_calibration_gives(mesh: HeadMesh) -> None:
    """Whoever changes a recipe, a field or the norms must run the calibration again.

    A change elsewhere may move a displacement by a tenth of a millimetre; version 1 was rendered
    with the table as it stands.
    """
    system = system_of(mesh, pair_children())
    for trait in ("hypertelorism", "long_philtrum", "micrognathia", "low_set_ears", "synophrys"):
        made, shipped = calibrate(system, trait), traits()[trait].effects
        for name in {*made, *shipped}:
            assert made.get(name, 0.0) == pytest.approx(shipped.get(name, 0.0), abs=0.15), name
