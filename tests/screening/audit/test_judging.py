"""The parts of an audit on numbers: what is planted is found, what is equal is not told apart."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from rdface.metrics.realism.floor import deal_sides, floor_of
from rdface.screening.audit import realism
from rdface.screening.audit.diversity import judge_diversity
from rdface.screening.audit.fidelity import judge_fidelity, usable_terms
from rdface.screening.audit.measures import MeasuredSides
from rdface.screening.audit.memory import judge_memory
from rdface.screening.audit.realism import judge_realism
from rdface.screening.audit.schema import Diversity
from rdface.screening.audit.sides import Side, Sides
from tests.screening.audit.world import gaussians, sides_of


def test_equal_faces_lie_on_the_floor_and_shifted_ones_above() -> None:
    sides = sides_of(held_out=4)
    same = judge_realism(sides, *gaussians(sides), seed=0)
    far = judge_realism(sides, *gaussians(sides, shift=1.0), seed=0)
    assert {line.metric for line in same} >= {"mmd", "kid", "fd", "coverage"}
    assert {line.reference for line in same} == {"held-out", "training"}
    for line in same + far:
        assert line.n == same[0].n and line.floor.low <= line.floor.value <= line.floor.high
    for near, away in zip(same, far, strict=True):
        if near.metric in ("mmd", "kid", "fd"):
            assert near.number.low < near.floor.high
            assert away.number.low > away.floor.high


def test_clip_alone_may_be_called_cmmd() -> None:
    sides = sides_of(held_out=4)
    parts = [{"clip-vit-b-32": each["toy"]} for each in gaussians(sides)]
    assert judge_realism(sides, *parts, seed=0)[0].metric == "cmmd"


def test_too_few_faces_have_no_realism() -> None:
    sides = sides_of(1)
    assert judge_realism(sides, *gaussians(sides), seed=0) == []


def test_nobody_held_out_is_compared_with_training_alone() -> None:
    sides = sides_of(held_out=0, training=6)
    found = judge_realism(sides, *gaussians(sides), seed=0)
    assert {line.reference for line in found} == {"training"}


def test_a_floor_of_few_patients_has_the_n_of_what_it_stands_beside(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One patient has a third of all pictures: what is compared is cut to what can be dealt."""
    sides = sides_of(6, training=8, held_out=0)
    images = sides.training.cohort.images
    images.loc[:15, "patient_id"] = "one"
    sizes = set()

    def note(statistic: object, patients: np.ndarray, strata: np.ndarray, n: int, **how: int):  # noqa: ANN202
        rng = np.random.default_rng(how["seed"])
        for _ in range(how["deals"]):
            sizes.add((n, *map(len, deal_sides(patients, strata, n, rng))))
        return floor_of(statistic, patients, strata, n, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(realism, "floor_of", note)
    found = judge_realism(sides, *gaussians(sides), seed=0)
    assert {(found[0].n,) * 3} == sizes


def test_one_face_again_and_again_has_no_diversity() -> None:
    sides = sides_of()
    fake, real, _ = gaussians(sides)
    clones = {"toy": np.repeat(fake["toy"][::8], 8, axis=0)}
    found = {(x.measure, x.over): x for x in judge_diversity(sides, clones, real, seed=0)}
    assert found["mean pairwise distance", "condition"].synthetic.value == pytest.approx(
        0, abs=1e-6
    )
    assert found["Vendi score", "condition"].synthetic.value == pytest.approx(1)
    assert found["Vendi score", "pool"].difference.high < 0
    equal = {(x.measure, x.over): x for x in judge_diversity(sides, fake, real, seed=0)}
    for line in equal.values():
        assert line.difference.low < 0 < line.difference.high


def test_second_pictures_of_a_patient_do_not_make_real_people_alike() -> None:
    """Each training face twice: pictures double, people do not, and no number may move for it."""
    sides = sides_of(training=4, synthetic=8)
    fake, real, _ = gaussians(sides)
    taught = sides.training.cohort
    twice = pd.concat([taught.images, taught.images.assign(image_id=lambda x: x["image_id"] + "b")])
    doubled = dataclasses.replace(
        sides, training=Side(dataclasses.replace(taught, images=twice.reset_index(drop=True)))
    )
    seen = {"toy": np.concatenate([real["toy"], real["toy"]])}

    def vendi(sides: Sides, real: dict[str, np.ndarray]) -> dict[str, Diversity]:
        found = judge_diversity(sides, fake, real, seed=0)
        return {line.over: line for line in found if line.measure == "Vendi score"}

    once, again = vendi(sides, real), vendi(doubled, seen)
    for over, line in again.items():
        assert line.n == line.n_patients == 24
        assert line.real.value == pytest.approx(once[over].real.value)


def memory(closest: float) -> dict[str, object]:
    """Generated faces at a share ``closest`` of the way from chance to a training face."""
    sides = sides_of(10, training=5, held_out=3)
    rng = np.random.default_rng(0)
    taught, others = rng.normal(size=(50, 6)), rng.normal(size=(30, 6))
    made = rng.normal(size=(80, 6))
    models = np.repeat(np.arange(50).reshape(10, 5)[:, :4], 2, axis=1).ravel()
    made = (1 - closest) * made + closest * taught[models]

    def apart(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return np.linalg.norm(a[:, None] - b[None], axis=2)

    found = judge_memory(
        "pixels",
        sides,
        np.arange(80),
        apart(made, taught),
        apart(made, others),
        apart(taught, taught),
        apart(others, taught),
        seed=0,
    )
    return {line.measure: line for line in found}


def test_copies_are_remembered_and_new_faces_are_not() -> None:
    new, copied = memory(0.0), memory(0.95)
    assert new["membership AUC"].number.low < 0.5 < new["membership AUC"].number.high
    assert new["nearer to training"].number.low < 0.5 < new["nearer to training"].number.high
    assert new["C_T"].p_value > 0.05
    assert abs(new["AuthPct"].number.value - new["AuthPct"].expected.value) < 0.3
    assert copied["membership AUC"].number.low > 0.6
    assert copied["nearer to training"].number.low > 0.5
    assert copied["C_T"].p_value < 1e-6
    assert copied["AuthPct"].number.value == 0


def measured(strength: float) -> tuple[object, MeasuredSides]:
    """Profiles of 8 conditions; generated faces have them by ``strength``."""
    sides = sides_of(8)
    names = tuple(sorted({name for name, _ in usable_terms(tuple(_names())).values()}))
    rng = np.random.default_rng(0)
    profiles = rng.normal(size=(8, len(names)))

    def faces(count: int, share: float) -> np.ndarray:
        return share * np.repeat(profiles, count, axis=0) + 0.5 * rng.normal(
            size=(8 * count, len(names))
        )

    return sides, MeasuredSides(names, faces(8, strength), faces(4, 1), faces(2, 1), True)


def _names() -> list[str]:
    from rdface.explain.deviations import trust_table

    return [name for name, trust in trust_table().items() if trust.seen != "not"]


def test_profiles_of_the_own_condition_are_told_from_others() -> None:
    def own(strength: float) -> dict[tuple[str, str, str], object]:
        sides, values = measured(strength)
        found = judge_fidelity(sides, values, seed=0)
        return {(x.faces, x.against, x.measure): x for x in found}

    true, none = own(1.0), own(0.0)
    key = ("synthetic", "training", "correlation")
    assert true[key].own.value > 0.8 and true[key].p_value < 0.01
    assert none[key].p_value > 0.05 and none[key].difference.low < 0 < none[key].difference.high
    gap = ("synthetic", "training", "gap")
    assert true[gap].own.value < true[gap].other
    assert true["held-out", "training", "correlation"].own.low > 0.5
    equal = true["synthetic, as many as held-out", "training", "correlation"]
    assert equal.n == 16 and equal.own.value < true[key].own.value


def test_one_condition_has_no_fidelity() -> None:
    sides = sides_of(1)
    values = MeasuredSides(("a",), np.ones((8, 1)), np.arange(4.0)[:, None], np.ones((2, 1)), False)
    assert judge_fidelity(sides, values, seed=0) == []


def test_terms_take_the_measure_that_explain_takes() -> None:
    found = usable_terms(tuple(_names()))
    assert len(found) > 10 and all(direction in (1, -1) for _, direction in found.values())
    assert usable_terms(()) == {}
