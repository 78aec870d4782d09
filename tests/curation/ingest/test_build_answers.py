"""Builds of small sources: what is asked, and what an answer does."""

from __future__ import annotations

import csv

import pytest

pytestmark = pytest.mark.weights
ROW = "1.jpg,P1,KBG syndrome"


def test_answers_survive_whatever_happens_to_the_table(source) -> None:  # noqa: ANN001
    source.pictures(["1.jpg", "2.jpg"])
    source.table("photo,patient,disease,age", f"{ROW},18", "2.jpg,P2,KBG syndrome,19")
    source.say()
    assert source.build().cohort is None
    source.answer({"age: 18": "1"}, delimiter=";")
    source.build()
    # A new column of the reviewer's own, and the value vanishes from the table.
    rows = source.rows()
    for row in rows:
        row["my notes"] = "asked the clinic" if row["value"] == "'18'" else ""
    with source.review.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    source.table("photo,patient,disease,age", f"{ROW},18 years", "2.jpg,P2,KBG syndrome,19")
    source.build()
    (gone,) = [row for row in source.rows() if row["state"] == "gone"]
    assert (gone["value"], gone["answer"], gone["my notes"]) == ("'18'", "1", "asked the clinic")
    # It comes back, and the answer with it.
    source.table("photo,patient,disease,age", f"{ROW},18", "2.jpg,P2,KBG syndrome,19")
    source.build()
    (back,) = [row for row in source.rows() if row["value"] == "'18'"]
    assert (back["state"], back["answer"]) == ("answered", "1")
    source.answer({"age: 19": "2"})
    built = source.build()
    assert built.cohort is not None
    assert built.cohort.images["age"].tolist() == ["P18Y", "P1Y7M"]


@pytest.mark.parametrize("answer", ["quite old", "²"])
def test_an_answer_that_fits_nothing_is_named_and_kept(source, answer: str) -> None:  # noqa: ANN001
    source.pictures(["1.jpg"])
    source.table("photo,patient,disease,age", f"{ROW},18")
    source.say()
    source.build()
    source.answer({"age: 18": answer})
    built = source.build()
    assert built.cohort is None
    (wrong,) = built.open
    assert wrong.state == "WRONG ANSWER"
    assert f"{answer!r} fits nothing" in wrong.said
    assert {row["answer"] for row in source.rows()} == {"", answer}


def test_a_number_means_what_stood_beside_it(source) -> None:  # noqa: ANN001
    source.pictures(["b/1.jpg", "c/1.jpg", "2.jpg"])
    source.table("photo,patient,disease", "1.jpg,P1,KBG syndrome", "2.jpg,P2,KBG syndrome")
    source.say()
    source.build()
    source.answer({"picture: 1.jpg": "1"})  # b/1.jpg
    source.pictures(["a/1.jpg"])  # is now the first
    source.build()
    source.build()
    answered = next(row for row in source.rows() if row["value"] == "'1.jpg'")
    assert (answered["state"], answered["answer"]) == ("answered", "b/1.jpg")
    (source.root / "photos" / "b" / "1.jpg").rename(source.root / "photos" / "b" / "3.jpg")
    source.build()
    assert "c/1.jpg" not in {row["answer"] for row in source.rows()}


def test_rows_that_were_sorted_anew_are_asked_again(source) -> None:  # noqa: ANN001
    source.pictures(["1.jpg", "2.jpg"])
    head, other = "photo,patient,disease,sex", "2.jpg,P2,KBG syndrome,f"
    source.table(head, f"{ROW},f", f"{ROW},m", other)
    source.say()
    source.build()
    source.answer({"several rows": "row 2"})
    built = source.build()
    assert built.cohort is not None
    source.table(head, f"{ROW},m", f"{ROW},f", other)
    for _ in range(2):
        assert source.build().cohort is None
        assert "was: row 2" in {row["answer"] for row in source.rows()}


def test_a_change_can_be_overruled(source) -> None:  # noqa: ANN001
    source.pictures(["1.jpg"])
    source.table("photo,patient,disease,country", f"{ROW},Georgia")
    source.say()
    assert source.build().cohort is not None
    source.answer({"country: Georgia": "US"})
    built = source.build(replace=True)
    assert built.cohort is not None
    assert built.cohort.images["country"].tolist() == ["US"]


def test_leave_open_writes_without_what_is_doubtful_and_lists_it(source) -> None:  # noqa: ANN001
    source.pictures(["1.jpg", "2.jpg", "spare.jpg"])
    source.table("photo,patient,disease,age", f"{ROW},18", "2.jpg,P2,Kabuki,1y")
    source.say(leave_open="empty")
    built = source.build()
    assert built.cohort is not None
    assert built.cohort.images["age"].tolist() == [""]
    left = {row["value"] for row in source.rows() if row["state"] == "left empty"}
    assert left == {"'18'", "'Kabuki'", "'spare.jpg'"}


def test_doubts_of_a_row_that_is_left_out_are_closed(source) -> None:  # noqa: ANN001
    source.pictures(["1.jpg", "2.jpg"])
    source.table("photo,patient,disease,age,sex", f"{ROW},18,x", "2.jpg,P2,KBG syndrome,1y,f")
    source.say()
    source.build()
    source.answer({"age: 18": "drop"})
    built = source.build()
    assert built.cohort is not None
    assert len(built.cohort) == 1
    assert [row["state"] for row in source.rows() if row["value"] == "'x'"] == ["left out"]


def test_numbers_that_the_ontology_does_not_have_can_be_kept(source) -> None:  # noqa: ANN001
    source.pictures(["1.jpg"])
    source.table("photo,patient,disease,omim", "1.jpg,P1,Our new syndrome,699999")
    source.say()
    source.build()
    source.answer({"condition: Our new syndrome | OMIM:699999": "keep"})
    built = source.build()
    assert built.cohort is not None
    (condition,) = built.cohort.conditions.to_dict("records")
    assert condition["omim_id"] == "OMIM:699999"
    assert condition["facial_hpo"] == ""
