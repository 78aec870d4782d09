"""The published layout becomes a sound cohort, or every fault is named and nothing appears."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from rdface.cohort import check_cohort, load_cohort
from rdface.cohort.adapters import import_cohort
from rdface.cohort.adapters.facial_terms import shipped_terms
from rdface.errors import CohortError, UsageError

MakeLayout = Callable[..., Path]
Tree = Callable[[Path], dict[str, bytes]]


def rewrite(source: Path, old: str, new: str, count: int = -1) -> None:
    table = source / "data" / "disease_images.csv"
    text = table.read_text()
    assert old in text
    table.write_text(text.replace(old, new, count))


def faults(source: Path, tmp_path: Path, **options: Path) -> str:
    """The message of a refused import; nothing may have been written."""
    before = sorted(tmp_path.iterdir())
    with pytest.raises(CohortError) as refused:
        import_cohort("rdface-real", source, tmp_path / "out", options)
    assert sorted(tmp_path.iterdir()) == before
    return refused.value.message


def test_rows_keep_their_order_and_pictures_their_bytes(
    make_real: MakeLayout, tmp_path: Path, tree: Tree
) -> None:
    """Also what stands in which column, and that the source is only read."""
    source = make_real()
    before = tree(source)
    made = import_cohort("rdface-real", source, tmp_path / "out")
    cohort = load_cohort(tmp_path / "out")
    assert cohort.sha256 == made.cohort.sha256
    assert made.cohort.root == tmp_path / "out"
    assert check_cohort(tmp_path / "out") == []
    assert cohort.image_ids == ("NS.1", "NS.2", "NS.3", "AAR.1", "AAR.2", "XYZ.1")
    assert cohort.condition_ids == ("NS", "AAR", "XYZ")
    assert list(cohort.images["sub_category"]) == [f"type {n}" for n in (1, 2, 3, 1, 2, 1)]
    for image in cohort.images.to_dict("records"):
        published = f"data/rd_images/{image['condition']}/{image['image_id']}.jpg"
        assert cohort.path(image["image_id"]).read_bytes() == before[published]
    assert tree(source) == before
    assert set(tree(tmp_path / "out")) == {
        "cohort.yaml",
        "conditions.csv",
        "images.csv",
        *cohort.images["file"],
    }


def test_what_is_known_of_the_set_is_said(make_real: MakeLayout, tmp_path: Path) -> None:
    """Controlled access, real children, no patients; Orphanet codes and genes in rdface's form."""
    made = import_cohort("rdface-real", make_real(), tmp_path / "out")
    info = made.cohort.info
    assert info.name == "rdface-real"
    assert not info.simulated
    assert "controlled access" in info.licence
    assert "DUO:0000021" in info.data_use
    conditions = made.cohort.conditions.set_index("condition")
    assert list(conditions["orpha_code"]) == ["ORPHA:648", "ORPHA:915", ""]
    assert set(conditions["genes"]) == {"A;B"}
    assert conditions.loc["NS", "facial_hpo"].startswith("HP:")
    assert conditions.loc["XYZ", "facial_hpo"] == ""
    assert any("XYZ" in note for note in made.notes)


def test_without_patients_each_image_is_one_and_that_is_said(
    make_real: MakeLayout, tmp_path: Path
) -> None:
    made = import_cohort("rdface-real", make_real(), tmp_path / "out")
    assert list(made.cohort.images["patient_id"]) == list(made.cohort.image_ids)
    assert "names no patients" in made.notes[0]
    assert "--patients" in made.notes[0]
    assert "not known" in load_cohort(tmp_path / "out").info.model_dump()["patients"]


def test_known_patients_are_taken(make_real: MakeLayout, tmp_path: Path) -> None:
    """In any order of rows, with further columns."""
    source = make_real()
    names = [f"NS.{n}.jpg" for n in (3, 1, 2)] + ["AAR.1.jpg", "AAR.2.jpg", "XYZ.1.jpg"]
    patients = pd.DataFrame({"image_name": names, "patient_id": list("aabcde"), "note": "x"})
    patients.to_csv(tmp_path / "p.csv", index=False)
    made = import_cohort("rdface-real", source, tmp_path / "out", {"patients": tmp_path / "p.csv"})
    assert list(made.cohort.images["patient_id"]) == list("abacde")
    assert "patients" not in made.cohort.info.model_dump()
    assert not any("patient" in note for note in made.notes)


def test_every_fault_of_patients_is_named(make_real: MakeLayout, tmp_path: Path) -> None:
    source = make_real()
    (tmp_path / "p.csv").write_text(
        "image_name,patient_id\nNS.1.jpg,a\nNS.1.jpg,b\nNS.2.jpg,\nAAR.1.jpg,a\nZZ.1.jpg,z\n"
    )
    said = faults(source, tmp_path, patients=tmp_path / "p.csv")
    for part in (
        "p.csv, row 3, column patient_id: 'NS.1.jpg' is 'a' in another row",
        "p.csv, row 4, column patient_id: '' is empty",
        "row 5, column patient_id: 'a' has two conditions: NS, AAR",
        "row 6, column image_name: 'ZZ.1.jpg' is no image",
        "'NS.3.jpg' has no row",
        "'XYZ.1.jpg' has no row",
    ):
        assert part in said
    (tmp_path / "p.csv").write_text("image,patient\nNS.1.jpg,a\n")
    said = faults(source, tmp_path, patients=tmp_path / "p.csv")
    assert "column image_name: this column is missing" in said
    assert "column patient_id: this column is missing" in said
    assert "p.csv: is missing" in (faults(source, tmp_path, patients=tmp_path / "none" / "p.csv"))


def test_every_fault_is_named_at_once(
    make_real: MakeLayout, tmp_path: Path, picture: Callable[..., bytes]
) -> None:
    """Table, folders and pictures, in one message."""
    source = make_real("NS:4 AAR:3 XYZ:1")
    images = source / "data" / "rd_images"
    (images / "NS" / "NS.1.jpg").unlink()  # a row without a file
    (images / "AAR" / "AAR.9.jpg").write_bytes(picture(1))  # a file without a row
    (images / "AAR" / "AAR.2.jpg").write_bytes(b"no picture")
    (images / "AAR" / "AAR.3.jpg").rename(images / "AAR" / "AAR.3.JPG")
    (images / "XYZ" / "notes.txt").write_text("x")
    (images / "XYZ" / "deeper").mkdir()
    (images / "stray.jpg").write_bytes(picture(2))
    (images / ".DS_Store").write_bytes(b"")
    (images / "XYZ" / "Thumbs.db").write_bytes(b"")
    rewrite(source, "NS.2.jpg", "NS.3.jpg")  # a name twice, a file without a row
    rewrite(source, "NS.4.jpg,Disease NS", "NS.4.heic,Disease N")  # a suffix, two names
    said = faults(source, tmp_path)
    for part in (
        "disease_images.csv, row 2, column image_name: there is no file rd_images/NS/NS.1.jpg",
        "row 4, column image_name: 'NS.3.jpg' stands in row 3 too",
        "row 5, column image_name: 'NS.4.heic' ends in none of .jpg",
        "row 5, column disease_name: 'NS' goes with 'Disease N', in row 2 with 'Disease NS'",
        "rd_images/AAR/AAR.9.jpg: has no row in disease_images.csv",
        "rd_images/NS/NS.2.jpg: has no row",
        "rd_images/AAR/AAR.2.jpg: 'AAR.2.jpg' is no image",
        "there is AAR/AAR.3.JPG, which differs in case",
        "rd_images/XYZ/notes.txt: ends in none of",
        "rd_images/XYZ/deeper: is a folder",
        "rd_images/stray.jpg: lies outside",
    ):
        assert part in said
    assert "DS_Store" not in said
    assert "Thumbs" not in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("image_name", "image", "column image_name: this column is missing"),
        ("orphanet_code", "orpha", "column orphanet_code: this column is missing"),
        ("Disease NS", "Disease AAR", "'Disease AAR' goes with 'AAR', in row 2 with 'NS'"),
        (",NS,", ",..,", "'..' must be letters"),
        ("NS.1.jpg", "../NS.1.jpg", "no file rd_images/NS/../NS.1.jpg"),
        ("NS.1.jpg", "NS 1.jpg", "'NS 1.jpg' must be letters"),
        ("Disease XYZ", "", "'' is empty"),
        (",", ";", "is separated by semicolons"),
    ],
)
def test_a_fault_of_the_table_is_named(
    make_real: MakeLayout, tmp_path: Path, old: str, new: str, said: str
) -> None:
    source = make_real()
    rewrite(source, old, new)
    assert said in faults(source, tmp_path)


def test_encodings(make_real: MakeLayout, tmp_path: Path) -> None:
    """UTF-8 with a mark, as Excel writes it, is read; Latin-1 is refused in words."""
    source = make_real()
    rewrite(source, "Disease NS", "Maladie à NS")
    table = source / "data" / "disease_images.csv"
    text = table.read_text()
    table.write_bytes(text.encode("latin-1"))
    said = faults(source, tmp_path)
    assert "no CSV file in UTF-8" in said
    assert "CSV UTF-8" in said
    table.write_bytes(text.encode("utf-8-sig"))
    made = import_cohort("rdface-real", source, tmp_path / "out")
    assert made.cohort.conditions["name"][0] == "Maladie à NS"


def test_odd_orphanet_codes_do_not_stop_it(make_real: MakeLayout, tmp_path: Path) -> None:
    """What is no code, or another one for one condition, is noted and kept with the images."""
    source = make_real()
    rewrite(source, "ORPHA:648", "98/79", 1)
    rewrite(source, "915", "915.0", 1)
    made = import_cohort("rdface-real", source, tmp_path / "out")
    assert list(made.cohort.conditions["orpha_code"]) == ["", "ORPHA:915", ""]
    assert made.cohort.images["orphanet_code"][0] == "98/79"
    assert any("NS: orpha_code is left empty" in note for note in made.notes)


def test_an_abbreviation_of_another_disease_gets_no_terms() -> None:
    """AAR is ORPHA:915 in sim103; another code is another disease, no code is taken on trust."""
    terms = shipped_terms({"AAR": "ORPHA:1", "NS": "", "QQ": ""})
    assert terms.of["AAR"] == terms.of["QQ"] == ""
    assert terms.of["NS"].startswith("HP:")
    assert "AAR (ORPHA:1, there ORPHA:915)" in terms.notes[0]


def test_the_data_folder_itself_will_do(make_real: MakeLayout, tmp_path: Path) -> None:
    source = make_real()
    one = import_cohort("rdface-real", source, tmp_path / "one")
    other = import_cohort("rdface-real", source / "data", tmp_path / "other")
    assert one.cohort.sha256 == other.cohort.sha256


def test_places_that_are_none(make_real: MakeLayout, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    other = tmp_path / "other"
    (other / "photos").mkdir(parents=True)
    for place, said in (
        ("nowhere", "does not exist"),
        ("empty", "is empty"),
        ("file", "is no folder"),
        ("other", "not in the published layout"),
    ):
        assert said in faults(tmp_path / place, tmp_path)
    source = make_real()
    (source / "data" / "disease_images.csv").unlink()
    assert "disease_images.csv: is missing" in faults(source, tmp_path)


def test_what_is_there_is_not_touched(make_real: MakeLayout, tmp_path: Path, tree: Tree) -> None:
    """A folder in use, a file, a link; an empty folder is taken."""
    source = make_real()
    used, file, link, empty = (tmp_path / name for name in ("used", "file", "link", "empty"))
    used.mkdir()
    (used / "mine").write_text("x")
    file.write_text("x")
    empty.mkdir()
    link.symlink_to(empty)
    before = tree(tmp_path)
    for out in (used, file, link, source / "data" / "rd_images" / "AAR" / "out"):
        with pytest.raises(UsageError, match="--out"):
            import_cohort("rdface-real", source, out)
    assert tree(tmp_path) == before
    import_cohort("rdface-real", source, empty)
    assert check_cohort(empty) == []


def test_a_failure_in_the_middle_leaves_nothing(
    make_real: MakeLayout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full at the third picture."""
    import shutil

    copied: list[str] = []

    def copy(origin: Path, to: Path) -> None:
        if len(copied) == 2:
            raise OSError(28, "No space left on device", str(to))
        copied.append(str(to))

    source = make_real()
    before = sorted(tmp_path.iterdir())
    monkeypatch.setattr(shutil, "copyfile", copy)
    with pytest.raises(OSError, match="No space"):
        import_cohort("rdface-real", source, tmp_path / "out")
    assert sorted(tmp_path.iterdir()) == before


def test_photographs_are_closed_to_other_users(make_real: MakeLayout, tmp_path: Path) -> None:
    import_cohort("rdface-real", make_real(), tmp_path / "out")
    assert os.stat(tmp_path / "out").st_mode & 0o077 == 0
