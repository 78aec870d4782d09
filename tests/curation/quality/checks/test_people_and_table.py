"""People under two ids, ages and sexes: found where planted, and never by what is judged itself."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.curation.quality.checks.table_sex import x_linked_recessive
from rdface.curation.quality.cross_fitting import crossed, flagged
from tests.curation.quality.world import evidence, found


def test_one_person_under_two_ids_or_two_conditions() -> None:
    seen = evidence(60, dim=64, condition=["A"] * 30 + ["B"] * 30)
    seen.embedded[5] = seen.embedded[2] + 0.01
    seen.embedded[40] = seen.embedded[7] + 0.01
    (ids,) = found(seen, "two-patient-ids")
    (conditions,) = found(seen, "two-conditions")
    assert ids.images == ("i2", "i5") and conditions.images == ("i7", "i40")
    assert "A and B" in conditions.words


def test_faces_too_few_for_a_mean_are_not_compared_as_people() -> None:
    """The threshold is of centred embeddings: raw ones, all alike, would all lie above it."""
    for check, conditions in (("two-patient-ids", ["A"] * 20), ("two-conditions", ["A", "B"] * 10)):
        for n, alike in ((19, True), (20, False)):
            seen = evidence(n, dim=64, condition=conditions[:n])
            seen.embedded[:] += 50.0
            assert found(seen, check) == []
            assert [check for note in seen.notes if "needs 20" in note] == [check] * alike
    # A picture without a face does not count.
    seen = evidence(20)
    seen.faces.frame.loc[3, "status"] = "none"
    assert found(seen, "two-patient-ids") == [] and "there are 19" in seen.notes[0]


def test_two_pictures_of_one_patient_are_no_finding_and_two_patients_are_told_once() -> None:
    patients = ["same", "same", "other", "other", *[f"p{k}" for k in range(56)]]
    seen = evidence(60, dim=64, patient_id=patients)
    seen.embedded[1] = seen.embedded[0] + 0.01
    assert found(seen, "two-patient-ids") == []
    seen = evidence(60, dim=64, patient_id=patients)
    seen.embedded[1:4] = seen.embedded[0] + np.array([[0.03], [0.02], [0.01]])
    assert len(found(seen, "two-patient-ids")) == 1


def test_an_age_far_from_all_others_is_found() -> None:
    ages = [f"P{3 + k % 10}Y" for k in range(40)]
    seen = evidence(40, age=ages)
    assert found(seen, "table-age") == []
    seen = evidence(40, age=[*ages[:39], "P96Y"])
    assert [each.images for each in found(seen, "table-age")] == [("i39",)]


def test_ages_that_do_not_grow_with_the_date_are_found() -> None:
    about = {"patient_id": ["p", "p", "q", "q"], "age": ["P5Y", "P3Y", "P5Y", "P6Y"]}
    seen = evidence(4, **about, taken=["2010-01-01", "2012-01-01"] * 2)
    assert [each.images for each in found(seen, "table-age")] == [("i0", "i1")]
    assert found(evidence(4, **about), "table-age") == []


def test_x_linked_recessive_conditions_come_from_the_ontology() -> None:
    """Lowe syndrome is one; Coffin-Lowry (dominant) and Noonan syndrome 1 are not."""
    codes = {"LOWE": "OMIM:309000", "CLS": "OMIM:303600", "NS": "OMIM:163950", "none": ""}
    assert x_linked_recessive(codes) == {"LOWE"}


@pytest.mark.parametrize("check", ["picture-age", "picture-sex"])
def test_a_wrong_row_is_found_among_others_and_a_small_cohort_does_nothing(check: str) -> None:
    n = 240
    rng = np.random.default_rng(3)
    years = rng.integers(2, 16, n)
    female = rng.random(n) < 0.5
    told, wrong = years.copy(), 17
    sexes = np.where(female, "female", "male")
    told[wrong] = 15 if years[wrong] < 8 else 1
    sexes[wrong] = "male" if female[wrong] else "female"
    seen = evidence(n, dim=16, age=[f"P{k}Y" for k in told], sex=list(sexes))
    seen.embedded[:, 0] = 4 * (np.log1p(years) - 2)
    seen.embedded[:, 1] = 4 * (female - 0.5)
    findings = found(seen, check)
    assert 1 <= len(findings) <= 2 and findings[0].images == (f"i{wrong}",)
    assert "look at the table again" in findings[0].words
    small = evidence(30)
    assert found(small, check) == [] and "needs" in small.notes[0]


@pytest.mark.parametrize("check", ["picture-age", "picture-sex"])
def test_a_cohort_that_teaches_nothing_is_told_so(check: str) -> None:
    seen = evidence(240, dim=4)
    assert found(seen, check) == [] and "does not teach" in seen.notes[0]


def test_no_row_is_judged_by_its_own_patient() -> None:
    patients = np.array([f"p{k // 3}" for k in range(60)])
    seen: list[tuple[set[str], set[str]]] = []

    def predict(train: np.ndarray, held: np.ndarray) -> np.ndarray:
        seen.append((set(patients[train]), set(patients[held])))
        return np.zeros(len(held))

    assert np.isfinite(crossed(patients, predict)).all()
    assert len(seen) == 5 and all(not train & held for train, held in seen)


def test_the_stated_share_is_flagged() -> None:
    off = np.random.default_rng(0).normal(size=500)
    limit, rows = flagged(off, 0.02)
    assert len(rows) == 10 and off[rows].min() > limit == np.sort(off)[-11]
    assert len(flagged(off[:30], 0.02)[1]) == 0
