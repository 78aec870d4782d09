"""Builds of small sources: what is asked, what is kept, what is never lost."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rdface.cohort import load_cohort
from rdface.curation.ingest.picture_files import PictureFiles
from rdface.curation.ingest.review_file import read_review
from rdface.errors import CohortError, UsageError

pytestmark = pytest.mark.weights
ROW = "1.jpg,P1,KBG syndrome"


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
