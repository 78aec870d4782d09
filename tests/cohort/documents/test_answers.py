"""A datasheet says what the cohort says, marks what nobody stated, and makes nothing up."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from rdface.cohort import Cohort, CohortInfo
from rdface.cohort.documents import (
    HEADINGS,
    QUESTIONS,
    Datasheet,
    answer_questions,
    gather_facts,
)
from rdface.cohort.schema import CONDITION_COLUMNS, IMAGE_COLUMNS


def cohort(**info: object) -> Cohort:
    """Eight patients of two conditions; nothing is stated but what must be."""
    extra = info.pop("columns", {})
    rows = [
        {"image_id": f"i{n}", "patient_id": f"p{n}", "condition": f"C{n % 2}"} for n in range(8)
    ]
    images = pd.DataFrame(rows).reindex(columns=list(IMAGE_COLUMNS), fill_value="")
    conditions = pd.DataFrame({"condition": ["C0", "C1"], "name": ["One", "Two"]})
    stated = {"name": "c", "version": "1", "licence": "by agreement", **info}
    return Cohort(
        Path("none"),
        CohortInfo.model_validate(stated),
        images.assign(**extra),
        conditions.reindex(columns=list(CONDITION_COLUMNS), fill_value=""),
    )


def sheet(**info: object) -> Datasheet:
    return answer_questions(gather_facts(cohort(**info), smallest=5))


def test_questions_have_headings_and_names_of_their_own() -> None:
    """Ids are unique and say their heading; each heading has questions."""
    ids = [question.id for question in QUESTIONS]
    assert len(set(ids)) == len(ids) == 50
    assert {one.split(".")[0] for one in ids} == set(HEADINGS)
    assert all(question.text.endswith("?") for question in QUESTIONS)


def test_nothing_is_made_up() -> None:
    """Of a cohort that states nothing only its counts, columns and licence are known."""
    made = sheet()
    answered = {answer.question.id for answer in made.answers if not answer.gap}
    assert answered == {
        "composition.instances",
        "composition.counts",
        "composition.data",
        "composition.labels",
        "composition.missing",
        "composition.relations",
        "composition.outside",
        "composition.subgroups",
        "composition.confidential",
        "composition.identity",
        "composition.sensitive",
        "distribution.licence",
        "maintenance.versions",
    }
    gap = made.answer("collection.who").gap
    assert gap == "not stated: fill `collection.who` under `datasheet:` in cohort.yaml"


def test_what_a_person_wrote_is_kept_and_slips_are_named() -> None:
    """Flat keys and levels are one; empty answers are gaps; an unknown key is named."""
    written = {
        "collection.who": "Two\n  photographers.",
        "collection": {"when": "2019 to 2024", "tools": ""},
        "maintenence.who": "us",
    }
    made = sheet(datasheet=written)
    assert made.answer("collection.who").written == "Two photographers."
    assert made.answer("collection.when").written == "2019 to 2024"
    assert "collection.tools" in made.gaps
    assert made.unknown == ("maintenence.who",)
    assert len(made.gaps) == len(sheet().gaps) - 2


def test_the_metadata_answer() -> None:
    """Ethics, consent, terms with their labels, and the columns of use."""
    columns = {
        "consent": ["signed 2020"] * 6 + ["", "by Jane Doe"],
        "restored": ["pad"] * 8,
        "original": ["originals/x.jpg"] * 8,
    }
    made = sheet(
        ethics=("Approval 12",),
        data_use=("DUO:0000007", "DUO_0000021"),
        forbids=["upload"],
        consent_expires="2030-01-01",
        citation="Somebody 2026",
        columns=columns,
    )
    assert made.answer("collection.ethics").found == "Approval 12."
    terms = "DUO:0000007 (disease specific research); DUO:0000021 (ethics approval required)"
    assert terms in made.answer("distribution.licence").found
    assert "Forbidden: upload." in made.answer("uses.forbidden").found
    consent = made.answer("collection.consent").found
    assert consent == (
        "Column `consent`, images: signed 2020: 6; values of fewer than 5 patients each: 1;"
        " not stated: 1."
    )
    assert "Jane" not in str(made)  # a value that one image has may say who that is
    assert "pad: 8" in made.answer("preprocessing.steps").found
    assert "2030-01-01" in made.answer("maintenance.retention").found
    assert made.answer("distribution.cite").found == "Somebody 2026"


def test_many_pictures_of_one_person_are_one_person() -> None:
    """Six images with a value of their own do not hide who they are of."""
    patients = ["p0"] * 6 + ["p6", "p7"]
    made = sheet(columns={"patient_id": patients, "condition": ["C0"] * 7 + ["C1"],
                          "consent": ["by Jane Doe"] * 6 + [""] * 2})  # fmt: skip
    assert "Jane" not in str(made)


def test_empty_fields_do_not_give_a_hidden_group_away() -> None:
    """One image without a sex is the one patient whose number the tables hide."""
    made = sheet(columns={"sex": ["female"] * 7 + [""], "country": ["", "", *["DE"] * 6],
                          "ancestry": ["asian"] + [""] * 7})  # fmt: skip
    said = made.answer("composition.missing").found
    assert "sex fewer than 5 of 8" in said and "country fewer than 5 of 8" in said
    assert "ancestry more than 3 of 8" in said and "age 8 of 8" in said


def test_nobody_is_asked_in_a_simulated_cohort() -> None:
    """Questions about people are not applicable, and said to be."""
    made = sheet(simulated=True)
    for question in ("collection.consent", "collection.ethics", "composition.sensitive"):
        assert made.answer(question).found.startswith("Not applicable")


def test_unknown_patients_are_said() -> None:
    """And which pictures belong together is then a gap."""
    made = sheet(patients="one per image, for the table names none")
    assert "not known" in made.answer("composition.counts").found
    assert "composition.relations" in made.gaps
