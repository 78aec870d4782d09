"""imagefolder: read by datasets with labels as text, and of others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import yaml

from rdface.cohort import Cohort, write_cohort
from rdface.cohort.adapters import export_cohort, import_cohort
from rdface.errors import CohortError
from tests.cohort.adapters.hugging_face import check_loads
from tests.cohort.adapters.little_cohorts import picture

MakeCohort = Callable[..., Cohort]


@pytest.mark.slow
def test_datasets_loads_it(make_cohort: MakeCohort, tmp_path: Path) -> None:
    """Patient 007 stays text; ids with a leading dot or underscore are not passed over."""
    cohort = make_cohort(conditions=2, patients=2, size=8)
    images = cohort.images.assign(
        image_id=[".a", "_b", "C.1", "d"], patient_id=["007", "8", "9.0", "true"]
    )
    cohort = write_cohort(cohort.root, cohort.info, images, cohort.conditions)
    export_cohort("imagefolder", cohort, tmp_path / "out")
    check_loads(tmp_path / "out", cohort, tmp_path / "cache")


def test_the_card_says_what_the_cohort_says(make_cohort: MakeCohort, tmp_path: Path) -> None:
    cohort = make_cohort(conditions=1, patients=1)
    content = cohort.info.model_dump() | {
        "licence": "by agreement",
        "data_use": ["DUO:0000007"],
        "forbids": ["upload", "re-identification"],
    }
    info = type(cohort.info).model_validate(content)
    cohort = write_cohort(cohort.root, info, cohort.images, cohort.conditions)
    export_cohort("imagefolder", cohort, tmp_path / "out")
    card = (tmp_path / "out" / "README.md").read_text()
    head = yaml.safe_load(card.split("---")[1])
    assert (head["license"], head["license_name"]) == ("other", "by agreement")
    assert head["task_categories"] == ["image-classification"]
    for words in ("DUO:0000007", "Forbidden: upload, re-identification", "No picture shows a real"):
        assert words in card and words in (tmp_path / "out" / "TERMS.txt").read_text()


def test_folders_of_others(tmp_path: Path) -> None:
    """A folder a label; or metadata.csv in train/ and test/, which then counts."""
    for name in ("train/Noonan/1.png", "train/none/1.png"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_bytes(picture("PNG", len(name)))
    made = import_cohort("imagefolder", tmp_path / "in", tmp_path / "out")
    assert list(made.cohort.images["condition"]) == ["Noonan", "none"]
    assert list(made.cohort.images["image_id"]) == ["train-Noonan-1", "train-none-1"]
    rows = {"file_name": ["Noonan/1.png", "none/1.png"], "image_id": ["a", "b"]}
    table = pd.DataFrame(rows | {"diagnosis": ["Costello", "Noonan"], "patient": ["x", "x"]})
    table.to_csv(tmp_path / "in" / "train" / "metadata.csv", index=False)
    with pytest.raises(CohortError, match=r"patient 'x' has 'Noonan' here but 'Costello' in row 2"):
        import_cohort("imagefolder", tmp_path / "in", tmp_path / "two")
    table.assign(patient=["x", "y"]).to_csv(tmp_path / "in/train/metadata.csv", index=False)
    made = import_cohort("imagefolder", tmp_path / "in", tmp_path / "two")
    assert list(made.cohort.images["condition"]) == ["Costello", "Noonan"]


def test_terms_that_name_no_licence_are_not_stated(tmp_path: Path) -> None:
    """An empty line of TERMS.txt says as much as none; what the file says besides counts."""
    (tmp_path / "in" / "Noonan").mkdir(parents=True)
    (tmp_path / "in" / "Noonan" / "1.png").write_bytes(picture("PNG", 0))
    (tmp_path / "in" / "TERMS.txt").write_text("Licence: \nSources: a clinic\n")
    made = import_cohort("imagefolder", tmp_path / "in", tmp_path / "out")
    assert (made.cohort.info.licence, made.cohort.info.sources) == ("not stated", ("a clinic",))
    assert any("says nothing of licence" in note for note in made.notes)


@pytest.mark.parametrize("table", [False, True])
def test_pictures_of_other_formats_are_named(table: bool, tmp_path: Path) -> None:
    """With a metadata.csv or without, none is passed over because of its format."""
    folder = tmp_path / "in" / "Noonan"
    folder.mkdir(parents=True)
    (folder / "1.jfif").write_bytes(picture("JPEG", 1))
    for name in ("2.HEIC", "3.avif"):
        (folder / name).write_bytes(b"of another format")
    if table:
        (folder / "metadata.csv").write_text("file_name,label\n1.jfif,Noonan\n")
    with pytest.raises(CohortError, match=r"2 fault\(s\)") as refused:
        import_cohort("imagefolder", tmp_path / "in", tmp_path / "out")
    for name in ("Noonan/2.HEIC", "Noonan/3.avif"):
        assert f"{name}: is of a format that rdface cannot open" in refused.value.message
    assert not (tmp_path / "out").exists()
    (folder / "2.HEIC").unlink()
    (folder / "3.avif").unlink()
    made = import_cohort("imagefolder", tmp_path / "in", tmp_path / "out")
    assert len(made.cohort.images) == 1


def test_faults_are_named_at_once(make_cohort: MakeCohort, tmp_path: Path) -> None:
    cohort = make_cohort(conditions=2, patients=2, size=8)
    export_cohort("imagefolder", cohort, tmp_path / "in")
    data = tmp_path / "in" / "data"
    (data / "images" / "spare.jpg").write_bytes(picture("JPEG", 5))
    (data / "images" / "C0_P0_0.jpg").unlink()
    (data / "images" / "C0_P1_0.jpg").unlink()
    (data / "images" / "C0_P1_0.jpg").symlink_to("/etc/passwd")
    text = (data / "metadata.csv").read_text().replace("images/C1_P1_0.jpg,C1", "../../x.jpg,C1", 1)
    (data / "metadata.csv").write_text(text.replace("C1_P0_0.jpg,C1", "C1_P0_0.jpg,C0", 1))
    with pytest.raises(CohortError) as refused:
        import_cohort("imagefolder", tmp_path / "in", tmp_path / "out")
    for words in (
        "there is no file 'images/C0_P0_0.jpg'",
        "'images/C0_P1_0.jpg' leaves the folder",
        "'../../x.jpg' leaves the folder",
        "data/images/spare.jpg: has no row in metadata.csv",
        "'C1_P0_0' is 'C0' here, 'C1' in rdface/",
    ):
        assert words in refused.value.message
    assert not (tmp_path / "out").exists()
