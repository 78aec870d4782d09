"""Names in a table find their pictures, or ask."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdface.curation.ingest.matching import squash
from rdface.curation.ingest.picture_names import PictureIndex, SourcePicture, find_pictures
from rdface.errors import UsageError

NAMES = ("a/1.jpg", "b/1.jpg", "Foto 2.JPG", "3.5 years.png", "grün.tif", "4.jpg", "4.png")
INDEX = PictureIndex([SourcePicture(name, Path(name), name) for name in NAMES])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a/1.jpg", "a/1.jpg"),
        (r"a\1.jpg", "a/1.jpg"),
        ("./b/1.jpg", "b/1.jpg"),
        ("1.jpg", None),  # in two folders
        ("foto 2.jpg", "Foto 2.JPG"),
        ("Foto 2", "Foto 2.JPG"),
        ("3.5 years", "3.5 years.png"),  # .5 years is no suffix
        ("gru\u0308n.tif", "grün.tif"),  # the other spelling of one letter
        ("4", None),
        ("4.png", "4.png"),
        ("5.jpg", None),
        ("foto", None),  # the beginning of a name is no name
    ],
)
def test_names(text: str, found: str | None) -> None:
    assert INDEX.find(text).value == found


def test_one_path_in_two_folders_is_asked(tmp_path: Path) -> None:
    for name in ("one/1.jpg", "two/1.jpg"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).touch()
    index = PictureIndex(find_pictures([str(tmp_path / "one"), str(tmp_path / "two")]))
    found = index.find("1.jpg")
    assert found.value is None
    assert [one.value for one in found.candidates] == ["1.jpg", "2 two/1.jpg"]
    assert index.find("2 two/1.jpg").value == "2 two/1.jpg"


def test_several_names_in_one_cell() -> None:
    found = INDEX.find_all("4.jpg; 4.png")
    assert [(text, one.value) for text, one in found] == [("4.jpg", "4.jpg"), ("4.png", "4.png")]
    ((whole, outcome),) = INDEX.find_all("nobody, nothing")
    assert whole == "nobody, nothing"
    assert outcome.doubtful


@given(st.text(max_size=10))
def test_any_text_finds_one_picture_or_none(text: str) -> None:
    value = INDEX.find(text).value
    assert value is None or value in NAMES


def test_folders(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(UsageError, match="no pictures"):
        find_pictures([str(tmp_path)])
    for name in ("1.jpg", "notes.txt", ".hidden.jpg", "in/2.PNG"):
        (tmp_path / name).write_bytes(b"")
    assert [one.name for one in find_pictures([str(tmp_path)])] == ["1.jpg", "in/2.PNG"]
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "1.jpg").write_bytes(b"")
    roots = [str(tmp_path / "in"), str(tmp_path / "other")]
    assert [one.name for one in find_pictures(roots)] == ["2 other/1.jpg", "2.PNG"]
    with pytest.raises(UsageError, match="lies in"):
        find_pictures([str(tmp_path), str(tmp_path / "in")])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("P-001", "p1", True),
        ("P1.0", "P1", True),
        ("Patient 7", "patient_07", True),
        ("1-1", "11", False),
        ("P10", "P1", False),
        ("P100", "P1", False),
    ],
)
def test_spellings_of_a_patient(one: str, other: str, same: bool) -> None:
    assert (squash(one) == squash(other)) == same
