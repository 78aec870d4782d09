"""Builds of small sources: what is asked, what is kept, what is never lost."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rdface.cohort import Cohort, load_cohort, write_cohort
from rdface.curation.ingest.picture_files import PictureFiles
from rdface.curation.ingest.review_file import read_review
from rdface.errors import CohortError, UsageError

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


def test_an_answer_that_fits_nothing_is_named_and_kept(source) -> None:  # noqa: ANN001
    source.pictures(["1.jpg"])
    source.table("photo,patient,disease,age", f"{ROW},18")
    source.say()
    source.build()
    source.answer({"age: 18": "quite old"})
    built = source.build()
    assert built.cohort is None
    (wrong,) = built.open
    assert wrong.state == "WRONG ANSWER"
    assert "'quite old' fits nothing" in wrong.said
    assert {row["answer"] for row in source.rows()} == {"", "quite old"}


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


def test_a_folder_in_use_is_not_taken_for_the_state(source) -> None:  # noqa: ANN001
    source.pictures(["1.jpg"])
    source.table("photo,patient,disease", ROW)
    mine = source.root / "mine"
    mine.mkdir()
    (mine / "letters.txt").write_text("")
    source.say(state="mine")
    mode = mine.stat().st_mode
    with pytest.raises(UsageError, match="in use for something else"):
        source.build()
    assert mine.stat().st_mode == mode


def test_without_patients_each_picture_is_its_own_and_it_is_said(source) -> None:  # noqa: ANN001
    source.pictures(["1.jpg", "2.jpg", "3.jpg"])
    source.table("photo,disease", "1.jpg,KBG syndrome", '"2.jpg; 3.jpg",KBG syndrome')
    source.say()
    built = source.build()
    assert built.cohort is not None
    assert built.cohort.info.unknown_patients == "not known: each image counts as one"
    ids = built.cohort.images["patient_id"].tolist()
    assert ids[0] != ids[1] == ids[2]  # one row, one patient
    assert any(one.kind == "WARNING" and one.field == "patient" for one in built.findings)


def test_two_conditions_of_one_patient_are_asked(source) -> None:  # noqa: ANN001
    source.pictures(["1.jpg", "2.jpg", "3.jpg"])
    rows = (ROW, "2.jpg,P1,Apert syndrome", "3.jpg,P2,Apert syndrome")
    source.table("photo,patient,disease", *rows)
    source.say()
    built = source.build()
    (doubt,) = built.open
    assert [one.value for one in doubt.candidates] == ["KBG", "APERT"]
    assert doubt.rows == [2, 3]
    source.answer({"differs within a patient": "APERT"})
    built = source.build()
    assert built.cohort is not None
    assert built.cohort.images["condition"].tolist() == ["APERT"] * 3
    source.answer({"differs within a patient": "drop"})
    built = source.build(replace=True)
    assert built.cohort is not None
    assert len(built.cohort) == 1


def test_dates_give_the_age_and_are_dropped(source) -> None:  # noqa: ANN001
    source.pictures(["1.jpg", "2.jpg"])
    header = "photo,patient,disease,date of birth,photo date,age"
    source.table(
        header,
        f"{ROW},2010-03-01,15.07.2016,6",
        "2.jpg,P2,KBG syndrome,2010-03-01,2016-07-15,9 years",
    )
    source.say(bare_ages="year")
    built = source.build()
    assert source.open() == {"age: 2010-03-01 to 2016-07-15"}  # 9 years, the column says
    source.answer({"dates": "2"})
    built = source.build()
    assert built.cohort is not None
    assert built.cohort.images["age"].tolist() == ["P6Y4M", "P6Y4M"]
    cohort = "".join(p.read_text() for p in (source.root / "cohort").glob("*.*"))
    assert "2010" not in cohort


def test_what_looks_like_a_name_goes_over_only_where_it_is_named(source) -> None:  # noqa: ANN001
    source.pictures(["1.jpg"])
    header = "photo,patient,disease,mail,phone,MRN,light,surname"
    source.table(header, f"{ROW},a@b.org,+49 221 123456,4711,sun,Muster")
    source.say(extra_columns="all")
    built = source.build()
    assert built.cohort is not None
    assert list(built.cohort.images.columns)[-1] == "light"
    assert {"mail", "phone", "MRN", "surname"}.isdisjoint(built.cohort.images.columns)
    source.say(extra_columns=["MRN"])
    built = source.build(replace=True)
    assert built.cohort is not None
    assert built.cohort.images["MRN"].tolist() == ["4711"]
    assert any(one.kind == "WARNING" and one.value == "MRN" for one in built.findings)


def test_defaults_fill_what_is_missing_and_are_said(source) -> None:  # noqa: ANN001
    source.pictures(["1.jpg", "2.jpg"])
    source.table("photo,patient,disease,country", f"{ROW},", "2.jpg,P2,KBG syndrome,FR")
    source.say(defaults={"country": "Germany", "data_use": "DUO_0000007", "consent": "parents"})
    built = source.build()
    assert built.cohort is not None
    images = built.cohort.images
    assert images["country"].tolist() == ["DE", "FR"]
    assert images["data_use"].tolist() == ["DUO:0000007"] * 2
    assert images["consent"].tolist() == ["parents"] * 2
    assert sum(one.kind == "default" for one in built.findings) == 3


def test_ids_are_random_and_stay_when_the_table_grows(source, tmp_path: Path) -> None:  # noqa: ANN001
    source.pictures(["1.jpg", "2.jpg"])
    source.table("photo,patient,disease", ROW)
    source.say(leave_open="empty")
    first = source.build().cohort
    assert first is not None
    source.table("photo,patient,disease", "2.jpg,P0,KBG syndrome", ROW)
    with pytest.raises(UsageError, match="holds another cohort"):
        source.build()
    assert load_cohort(source.root / "cohort").sha256 == first.sha256
    second = source.build(replace=True).cohort
    assert second is not None
    assert second.image_ids[1] == first.image_ids[0]
    # Another state gives other ids: they come from nothing in the source.
    source.say(leave_open="empty", state="other", out="cohort2")
    third = source.build().cohort
    assert third is not None
    assert set(third.image_ids).isdisjoint(second.image_ids)


def test_every_format_that_rdface_opens_goes_through_and_two_folders_are_one(source) -> None:  # noqa: ANN001
    suffixes = ("png", "webp", "tif", "bmp", "gif")
    for place, suffix in enumerate(suffixes):
        folder = source.root / ("one", "two")[place % 2]
        folder.mkdir(exist_ok=True)
        pixels = np.full((20, 20, 3), 40 * place, np.uint8)
        Image.fromarray(pixels).save(folder / f"x.{suffix}")
    (source.root / "one" / "x.tif").rename(source.root / "one" / "y.jpg")  # the name is wrong
    rows = [f"{'y.jpg' if s == 'tif' else 'x.' + s},P{s},KBG syndrome" for s in suffixes]
    source.table("photo,patient,disease", *rows)
    source.say(pictures=["one", "two"])
    built = source.build()
    assert built.cohort is not None
    found = [Path(file).suffix for file in built.cohort.images["file"]]
    assert found == [".png", ".webp", ".tif", ".bmp", ".gif"]


def test_what_was_withdrawn_never_comes_back(source) -> None:  # noqa: ANN001
    source.pictures(["1.jpg", "2.jpg"])
    source.table("photo,patient,disease", ROW, "2.jpg,P2,KBG syndrome")
    source.say()
    first = source.build().cohort
    assert first is not None
    # What `rdface cohort withdraw` leaves: one row less, no picture, a record without ids.
    first.path(first.image_ids[0]).unlink()
    info = first.info.model_copy(update={"version": "1.w1"})
    write_cohort(first.root, info, first.images[1:], first.conditions)
    (first.root / "withdrawals.jsonl").write_text("{}\n")
    with pytest.raises(UsageError, match="holds another cohort"):
        source.build()
    with pytest.raises(UsageError, match="holds the record of a withdrawal"):
        source.build(replace=True)
    source.say(out="second")
    built = source.build()
    assert built.cohort is not None
    assert built.cohort.image_ids == first.image_ids[1:]
    assert [one.value for one in built.findings if one.kind == "WARNING"] == ["1.jpg"]
    shutil.rmtree(first.root)  # it is remembered without the record
    source.say(out="third")
    third = source.build().cohort
    assert third is not None
    assert third.image_ids == first.image_ids[1:]


def _withdraw_first(cohort: Cohort) -> None:
    """What `rdface cohort withdraw` leaves: one row less, no picture, a record without ids."""
    cohort.path(cohort.image_ids[0]).unlink()
    info = cohort.info.model_copy(update={"version": "1.w1"})
    write_cohort(cohort.root, info, cohort.images[1:], cohort.conditions)
    (cohort.root / "withdrawals.jsonl").write_text("{}\n")


def test_a_withdrawal_from_an_older_version_is_noticed(source) -> None:  # noqa: ANN001
    source.pictures(["1.jpg", "2.jpg"])
    source.table("photo,patient,disease", ROW, "2.jpg,P2,KBG syndrome")
    source.say()
    first = source.build().cohort
    source.say(out="second")
    source.build()  # the same images, published a second time
    assert first is not None
    _withdraw_first(first)
    source.say(out="third")
    third = source.build().cohort
    assert third is not None
    assert third.image_ids == first.image_ids[1:]


@pytest.mark.parametrize("way", ["another picture of the patient", "another name and patient"])
def test_who_was_withdrawn_does_not_come_back_by_another_picture(source, way: str) -> None:  # noqa: ANN001
    source.pictures(["1.jpg", "2.jpg"])
    source.table("photo,patient,disease", ROW, "2.jpg,P2,KBG syndrome")
    source.say()
    first = source.build().cohort
    assert first is not None
    _withdraw_first(first)
    if way == "another picture of the patient":
        source.pictures(["1.jpg", "2.jpg", "new.jpg"])
        row = "new.jpg,P1,KBG syndrome"
    else:
        (source.root / "photos" / "1.jpg").rename(source.root / "photos" / "new.jpg")
        row = "new.jpg,P9,KBG syndrome"
    rows = [row, "2.jpg,P2,KBG syndrome"]
    source.table("photo,patient,disease", *([ROW] if ",P1," in row else []), *rows)
    source.say(out="second")
    second = source.build().cohort
    assert second is not None
    assert second.image_ids == first.image_ids[1:]


def test_an_interrupted_withdrawal_is_not_undone(source) -> None:  # noqa: ANN001
    source.pictures(["1.jpg", "2.jpg"])
    source.table("photo,patient,disease", ROW, "2.jpg,P2,KBG syndrome")
    source.say()
    first = source.build().cohort
    assert first is not None
    _withdraw_first(first)
    (first.root / "withdrawals.jsonl").unlink()
    (first.root / ".withdrawal.json").write_text("{}")
    with pytest.raises(UsageError, match="interrupted"):
        source.build(replace=True)
    assert not first.path(first.image_ids[0]).exists()


def test_a_picture_is_opened_once(source, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN001
    source.pictures(["1.jpg", "2.jpg"])
    source.table("photo,patient,disease,age", f"{ROW},18", "2.jpg,P2,KBG syndrome,1y")
    source.say()
    source.build()
    opened: list[str] = []
    real = PictureFiles._open
    monkeypatch.setattr(
        PictureFiles, "_open", lambda self, one, i: opened.append(one.name) or real(self, one, i)
    )
    source.answer({"age: 18": "1"})
    assert source.build().cohort is not None
    assert opened == []
    (source.root / "photos" / "2.jpg").write_bytes((source.root / "photos" / "1.jpg").read_bytes())
    source.build(replace=True)
    assert set(opened) == {"1.jpg", "2.jpg"}  # 1 as its clean copy went into the cohort


def test_a_log_that_was_cut_short_is_no_harm(source) -> None:  # noqa: ANN001
    source.pictures(["1.jpg", "2.jpg"])
    source.table("photo,patient,disease,age", f"{ROW},18", "2.jpg,P2,KBG syndrome,1y")
    source.say()
    source.build()
    log = source.root / "private" / "pictures.jsonl"
    log.write_bytes(log.read_bytes()[:-40])
    source.answer({"age: 18": "1"})
    assert source.build().cohort is not None
    for line in log.read_bytes().splitlines()[-1:]:
        assert json.loads(line)["source"] in ("1.jpg", "2.jpg")


@pytest.mark.parametrize(
    ("keys", "error", "said"),
    [
        ({"columns": {"picture": "Photograf"}}, UsageError, "no column 'Photograf'"),
        ({"columns": {"age": "photo", "picture": "photo"}}, UsageError, "as age and as picture"),
        ({"columns": {"picture": None}}, UsageError, "no column names the pictures"),
        ({"pictures": "nowhere"}, UsageError, "no folder of pictures"),
        ({"out": "photos/cohort"}, UsageError, "which is only read"),
        ({"out": "private/cohort"}, UsageError, "lies in the private folder"),
        ({"state": "cohort/state"}, UsageError, "ties it to names"),
        ({"table": "other.csv"}, CohortError, "cannot be read"),
        ({"table": {"file": "table.csv", "sheet": "A"}}, UsageError, "has no sheets"),
        ({"extra_columns": ["photo"]}, UsageError, "read as a field already"),
    ],
)
def test_a_spec_that_does_not_fit_is_named(source, keys, error, said: str) -> None:  # noqa: ANN001
    source.pictures(["1.jpg"])
    source.table("photo,patient,disease,age", f"{ROW},1y")
    source.say(**keys)
    with pytest.raises(error, match=said):
        source.build()
    assert not (source.root / "cohort" / "images.csv").exists()


def test_nothing_left_is_no_cohort(source) -> None:  # noqa: ANN001
    source.pictures(["spare.jpg"])
    source.table("photo,patient,disease", ROW)
    source.say(leave_open="empty")
    with pytest.raises(CohortError, match="Nothing is left"):
        source.build()


def test_a_review_whose_quotation_marks_are_broken_is_left_as_it_is(tmp_path: Path) -> None:
    review = tmp_path / "review.csv"
    review.write_text('id,answer\n"q1,2\n')
    with pytest.raises(UsageError, match="is no CSV table") as caught:
        read_review(review)
    assert "does not overwrite" in str(caught.value.hint)
