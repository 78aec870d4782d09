"""The describer: findings with numbers, the same every time, and silence where it cannot see."""

from __future__ import annotations

import logging
from dataclasses import replace

import numpy as np
import pytest

from rdface.cohort import age_in_years, load_cohort
from rdface.faces import locate_faces
from rdface.imaging import read_image
from rdface.phenotype import DESCRIBERS, SECTIONS, Picture
from rdface.phenotype.describer import Answer
from rdface.phenotype.describers import measured
from rdface.phenotype.measured_model import shipped_model
from rdface.phenotype.picture_numbers import Numbers
from rdface.phenotype.reading import read_answer
from rdface.phenotype.truth import shown_terms
from rdface.simulate.conditions import all_conditions


@pytest.fixture(scope="module")
def pictures() -> list[Picture]:
    """Thirty patients of sim103, of whom nothing was fitted."""
    cohort = load_cohort("sim103")
    faces = locate_faces(cohort)
    rows = cohort.images.drop_duplicates("patient_id").iloc[::12].head(30)
    return [
        Picture(
            str(row.image_id),
            read_image(cohort.path(str(row.image_id))),
            faces.face(str(row.image_id)),
            str(row.sex),
            age_in_years(str(row.age)),
        )
        for row in rows.itertuples()
    ]


@pytest.fixture
def plain() -> Picture:
    """A picture without a face."""
    return Picture("grey", np.full((64, 64, 3), 128, np.uint8), None, "female", 6.0)


def states(answer: Answer) -> set[str]:
    assert answer.findings is not None
    return {each.state for each in answer.findings}


def only_blind(answer: Answer, why: str) -> None:
    """Every term is there, not assessable, with the reason; no condition is named."""
    assert answer.findings is not None
    assert states(answer) == {"not assessable"}
    assert {each.term for each in answer.findings} == set(shown_terms())
    assert all(why in each.evidence and each.probability is None for each in answer.findings)
    assert why in answer.text
    assert "None is named" in answer.text


def test_it_is_registered_and_stays_on_this_machine(plain: Picture) -> None:
    describer = DESCRIBERS.get("measured")()
    assert not describer.uploads and describer.gives_findings
    (answer,) = describer.describe([plain])
    only_blind(answer, "no face was found")


@pytest.mark.weights
def test_unknown_age_or_sex_is_not_assessable(pictures: list[Picture]) -> None:
    one = pictures[0]
    for changed, why in (
        (replace(one, age=float("nan")), "age is not known"),
        (replace(one, sex=""), "sex is not known"),
    ):
        only_blind(measured.describe_one(changed, shipped_model(), 5), why)


@pytest.mark.weights
@pytest.mark.parametrize(("yaw", "pitch"), [(40.0, 0.0), (-40.0, 0.0), (0.0, 25.0)])
def test_a_turned_head_is_not_assessable(
    pictures: list[Picture], monkeypatch: pytest.MonkeyPatch, yaw: float, pitch: float
) -> None:
    turned = Numbers(np.zeros(len(shipped_model().fitted.ruler.weights)), yaw, pitch)
    monkeypatch.setattr(measured, "numbers_of", lambda *_: turned)
    only_blind(measured.describe_one(pictures[0], shipped_model(), 5), "turned too far")


@pytest.mark.weights
def test_a_report_is_the_same_twice_and_alone(pictures: list[Picture]) -> None:
    describer = DESCRIBERS.get("measured")()
    together = list(describer.describe(pictures[:3]))
    alone = [next(describer.describe([picture])) for picture in reversed(pictures[:3])]
    assert together == alone[::-1]
    assert describer.fingerprint == DESCRIBERS.get("measured")().fingerprint
    assert describer.fingerprint != DESCRIBERS.get("measured")(conditions=0).fingerprint


@pytest.mark.weights
def test_findings_carry_numbers_and_sections_carry_findings(pictures: list[Picture]) -> None:
    for answer in DESCRIBERS.get("measured")().describe(pictures[:4]):
        assert answer.findings
        places = [(each.term, each.section) for each in answer.findings]
        assert len(set(places)) == len(places)
        for each in answer.findings:
            assert each.section in SECTIONS
            if each.state == "present":
                assert each.probability is not None
                assert each.probability >= shipped_model().present
                assert "r = 0." in each.evidence
                assert f"{each.label} (probability {each.probability:.2f})" in answer.text
        heads = [answer.text.index(f"{heading}: ") for heading in SECTIONS.values()]
        assert heads == sorted(heads)
        ears = [each for each in answer.findings if each.section == "ears"]
        assert ears
        assert all(each.state == "not assessable" for each in ears)


@pytest.mark.weights
def test_what_it_says_has_to_do_with_the_patient(pictures: list[Picture]) -> None:
    """Terms that are recorded are likelier than those of the other patients' records."""
    images = load_cohort("sim103").images.set_index("image_id")
    model = shipped_model()
    kept = [term for term, yes in zip(model.terms, model.assessable, strict=True) if yes]
    p, true = [], []
    for picture in pictures:
        assert picture.face is not None
        numbers = measured.numbers_of(picture.image, picture.face, picture.age, picture.sex)
        p.append(model.probabilities(model.measure(numbers.x[None]))[0][model.assessable])
        recorded = set(images.loc[picture.image_id, "hpo_terms"].split("|"))
        true.append([term in recorded for term in kept])
    said, truth = np.array(p), np.array(true)
    own = said[truth].mean()
    dealt = [said[np.roll(truth, step, axis=0)].mean() for step in range(1, len(truth))]
    assert own > max(dealt)
    assert own > 1.3 * np.mean(dealt)


@pytest.mark.weights
def test_nothing_of_a_picture_goes_to_a_log(
    pictures: list[Picture], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        measured.describe_one(pictures[1], shipped_model(), 5)
    assert pictures[1].image_id not in caplog.text


@pytest.mark.weights
def test_the_conditions_that_it_names_are_read_as_names(pictures: list[Picture]) -> None:
    """In their order, those with commas in one piece, and nothing of the sentence before them."""
    known = {each.name for each in all_conditions()}
    for answer in DESCRIBERS.get("measured")(conditions=40).describe(pictures[:3]):
        suspected = read_answer(answer).suspected
        assert len(suspected) == 20 and set(suspected) <= known  # no more are read
