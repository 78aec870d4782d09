"""GestaltMatcherDB's layout as public code reads it; names of people are never taken over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from rdface.cohort import Cohort
from rdface.cohort.adapters import export_cohort, import_cohort
from rdface.errors import CohortError
from tests.cohort.adapters.little_cohorts import picture

TABLE = """image_id\tpatient_id\tpatient_name\tgender\tinternal_syndrome_id\tinternal_syndrome_name\
\tomim\tgene_names\tage_year\tage_month\tethnicity_category\tethnicity_sub_category\
\tpresent_features\tabsent_features\timage_type
11\t7.0\tAnna\tfemale\t3\tNoonan syndrome\t163950\tPTPN11\t6\t4\tEuropean\t\tHP:0000316;HP:0000508\
\tHP:0000343\tFrontal face
12\t7.0\tAnna\tfemale\t3\tNoonan syndrome\t163950\tPTPN11\t\t18\tEuropean\t\t\t\tFrontal face
13\t8.0\tBen\tmale\t3\tNoonan syndrome\t609942\tKRAS\t0\t0\tAsian\tEast Asian\t\t\tFrontal face
14\t9.0\tCid\tnan\t5\tKabuki syndrome\t147920\tKMT2D\t\t\t\t\t\t\tFrontal face
15\t9.0\tCid\tnan\t5\tKabuki syndrome\t147920\tKMT2D\t\t\t\t\t\t\tX-ray
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Version v1.1.0 with four faces and a radiograph."""
    root = tmp_path / "v1.1.0"
    (root / "gmdb_metadata").mkdir(parents=True)
    (root / "gmdb_images").mkdir()
    (root / "gmdb_metadata" / "image_metadata_v1.1.0.tsv").write_text(TABLE)
    for number in range(11, 16):
        (root / "gmdb_images" / f"{number}.jpg").write_bytes(picture("JPEG", number))
    splits = {
        "gmdb_frequent_gallery_images": "image_id,subject,label\n11,7,3\n12,7,3\n",
        "gmdb_frequent_test_images": "image_id,subject,label\n13,8,3\n",
        "gmdb_rare_gallery_images": "image_id,subject,label,split\n14,9,5,0\n14,9,5,1\n",
    }
    for name, text in splits.items():
        (root / "gmdb_metadata" / f"{name}_v1.1.0.csv").write_text(text)
    return root


def test_a_version_becomes_a_cohort(database: Path, tmp_path: Path) -> None:
    made = import_cohort("gestaltmatcher", database, tmp_path / "out")
    images = made.cohort.images.set_index("image_id")
    assert list(images.index) == ["11", "12", "13", "14"]
    assert list(images["patient_id"]) == ["7", "7", "8", "9"]
    assert list(images["condition"]) == ["GMDB-3", "GMDB-3", "GMDB-3", "GMDB-5"]
    assert list(images["age"]) == ["P6Y4M", "P18M", "", ""]
    assert list(images["sex"]) == ["female", "female", "male", ""]
    assert list(images["ancestry"]) == ["European", "European", "East Asian", ""]
    assert images.loc["11", "hpo_terms"] == "HP:0000316|HP:0000508"
    assert images.loc["11", "absent_features"] == "HP:0000343"
    assert list(images["gmdb_splits"]) == [
        "frequent-gallery",
        "frequent-gallery",
        "frequent-test",
        "rare-gallery:0|rare-gallery:1",
    ]
    conditions = made.cohort.conditions.set_index("condition")
    assert dict(conditions["omim_id"]) == {"GMDB-3": "", "GMDB-5": "OMIM:147920"}
    assert conditions.loc["GMDB-3", "genes"] == "PTPN11;KRAS"
    assert made.cohort.info.data_use == ("DUO:0000026",)
    text = "".join(path.read_text() for path in (tmp_path / "out").glob("*.[cy]*"))
    assert "Anna" not in text and "patient_name" not in text
    for words in ("not taken over, it names people", "1 image(s) whose image_type", "0 years 0"):
        assert any(words in note for note in made.notes)


def test_pictures_of_other_formats_are_named(database: Path, tmp_path: Path) -> None:
    """Also where rows without a picture may be left out: this one has a picture."""
    (database / "gmdb_images" / "14.jpg").rename(database / "gmdb_images" / "14.heic")
    with pytest.raises(CohortError, match=r"gmdb_images/14\.heic: is of a format"):
        import_cohort("gestaltmatcher", database, tmp_path / "out", {"missing": True})


def test_there_and_back_is_what_the_authors_code_reads(database: Path, tmp_path: Path) -> None:
    """Numbers, ages, features and splits stand where they stood."""
    cohort = import_cohort("gestaltmatcher", database, tmp_path / "one").cohort
    export_cohort("gestaltmatcher", cohort, tmp_path / "out", own_use=True)
    metadata = tmp_path / "out" / "gmdb_metadata"
    (table,) = metadata.glob("*.tsv")
    read = pd.read_csv(table, sep="\t")
    first = pd.read_csv(database / "gmdb_metadata" / "image_metadata_v1.1.0.tsv", sep="\t")[:4]
    for column in ("image_id", "patient_id", "internal_syndrome_id", "present_features"):
        pd.testing.assert_series_equal(read[column], first[column], check_dtype=False)
    rare = pd.read_csv(next(metadata.glob("gmdb_rare_gallery_*.csv")))
    assert rare.to_dict("list") == {
        "image_id": [14, 14], "subject": [9, 9], "label": [5, 5], "split": [0, 1]
    }  # fmt: skip
    assert (tmp_path / "out" / "gmdb_images" / "11.jpg").read_bytes() == picture("JPEG", 11)


def test_other_forms(database: Path, tmp_path: Path) -> None:
    """No table but the splits; aligned pictures; a derived table with commas and HPO names."""
    (database / "gmdb_metadata" / "image_metadata_v1.1.0.tsv").unlink()
    (database / "gmdb_images").rename(database / "gmdb_align")
    for path in list((database / "gmdb_align").iterdir()):
        path.rename(path.with_name(f"{path.stem}_aligned.jpg"))
    made = import_cohort("gestaltmatcher", database, tmp_path / "splits")
    assert list(made.cohort.conditions["name"]) == ["GMDB syndrome 3", "GMDB syndrome 5"]
    assert list(made.cohort.images["patient_id"]) == ["7", "7", "8", "9"]
    (database / "gmdb_metadata" / "gmdb_metadata.csv").write_text(
        "image_id,patient_id,internal_syndrome_name,gender,hpo_terms\n"
        "11,7,Noonan syndrome,male,\"['Ptosis', 'Hypertelorism']\"\n"
    )
    made = import_cohort("gestaltmatcher", database, tmp_path / "derived")
    row = made.cohort.images.iloc[0]
    assert (row["hpo_terms"], row["gmdb_hpo_terms"]) == ("", "['Ptosis', 'Hypertelorism']")


def test_faults_are_named_at_once(database: Path, tmp_path: Path) -> None:
    (database / "gmdb_images" / "11.jpg").unlink()
    table = database / "gmdb_metadata" / "image_metadata_v1.1.0.tsv"
    table.write_text(TABLE.replace("13\t8.0\tBen\tmale", "13\t7.0\tBen\tmale"))
    with pytest.raises(CohortError) as refused:
        import_cohort("gestaltmatcher", database, tmp_path / "out")
    assert "11: has no picture gmdb_images/" in refused.value.message
    assert "patient '7' has 'male' and 'female'" in refused.value.message
    table.write_text(TABLE.replace("12\t7.0", "11\t7.0"))
    with pytest.raises(CohortError, match="'11' stands in row 2 too"):
        import_cohort("gestaltmatcher", database, tmp_path / "out")
    table.write_text(TABLE)
    made = import_cohort("gestaltmatcher", database, tmp_path / "out", {"missing": True})
    assert len(made.cohort) == 3 and "1 row(s) without a picture" in str(made.notes)


def test_ids_that_are_no_numbers_are_counted(
    make_cohort: Callable[..., Cohort], tmp_path: Path
) -> None:
    cohort = make_cohort(conditions=1, patients=2)
    export_cohort("gestaltmatcher", cohort, tmp_path / "out")
    ids = pd.read_csv(tmp_path / "out" / "rdface" / "gmdb_ids.csv", dtype=str)
    assert ids.values.tolist() == [["C0_P0_0", "1"], ["C0_P1_0", "2"]]
