"""The document is valid, mlcroissant reads every record, and nothing is fetched or left."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from rdface.cohort import Cohort, load_cohort, write_cohort
from rdface.cohort.adapters import export_cohort, import_cohort
from rdface.errors import CohortError
from rdface.imaging import read_image
from tests.cohort.adapters.little_cohorts import picture

MakeCohort = Callable[..., Cohort]
RECOMMENDED = ("citeAs", "datePublished")
"""What mlcroissant warns of where cohort.yaml does not say it; we invent neither."""


def with_info(cohort: Cohort, **more: object) -> Cohort:
    info = type(cohort.info).model_validate(cohort.info.model_dump() | more)
    return write_cohort(cohort.root, info, cohort.images, cohort.conditions)


def check_records(folder: Path, cohort: Cohort) -> list[str]:
    """Iterate the record sets; give the warnings of the validation."""
    import mlcroissant as mlc

    dataset = mlc.Dataset(str(folder / "croissant.json"))
    issues = dataset.metadata.ctx.issues
    assert not issues.errors
    count = 0
    for record, row in zip(
        dataset.records("images"), cohort.images.to_dict("records"), strict=True
    ):
        told = dict(zip(row, list(record.values())[: len(row)], strict=True))
        assert told == {key: value.encode() for key, value in row.items()}
        name = record["images/picture_file"].decode()
        original = cohort.path(row["image_id"])
        assert (folder / "pictures" / name).read_bytes() == original.read_bytes()
        pixels = np.asarray(record["images/content"].convert("RGB"))
        assert np.array_equal(pixels, read_image(original))
        count += 1
    assert count == len(cohort)
    assert len(list(dataset.records("conditions"))) == len(cohort.conditions)
    return sorted(issues.warnings)


@pytest.mark.slow
def test_mlcroissant_validates_it_and_reads_every_record(tmp_path: Path) -> None:
    """Of sim103, with the command too; the two warnings are of what the cohort does not say."""
    export_cohort("croissant", load_cohort("sim103"), tmp_path / "out")
    warnings = check_records(tmp_path / "out", load_cohort("sim103"))
    assert len(warnings) == 2
    for warning, name in zip(warnings, sorted(RECOMMENDED), strict=True):
        assert name in warning and "recommended" in warning
    script = Path(sys.executable).with_name("mlcroissant")
    done = subprocess.run(
        [str(script), "validate", "--jsonld", str(tmp_path / "out" / "croissant.json")],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0 and "Done." in done.stderr


@pytest.mark.slow
def test_odd_values_are_read_as_they_are(make_cohort: MakeCohort, tmp_path: Path) -> None:
    """007, Namibia (NA), PNG files, columns that are no words; what is said warns of nothing."""
    cohort = make_cohort(conditions=2, patients=2, size=8)
    (cohort.root / "images" / "C0_P0_0.jpg").write_bytes(picture("PNG", 3))
    images = cohort.images.assign(patient_id=["007", "8", "1e3", "a"], country=["NA", "", "", "DE"])
    images["with space/é"] = ["", "NaN", "null", "x"]
    images["content"] = "mine"
    cohort = write_cohort(cohort.root, cohort.info, images, cohort.conditions)
    cohort = with_info(cohort, cite_as="@misc{x}", published="2026-11-22", version="1.0.0")
    export_cohort("croissant", cohort, tmp_path / "out")
    assert check_records(tmp_path / "out", cohort) == []


def test_it_says_what_the_cohort_says_and_names_what_nobody_said(
    make_cohort: MakeCohort, tmp_path: Path
) -> None:
    cohort = with_info(
        make_cohort(conditions=2, patients=2, size=8),
        simulated=False,
        data_use=["DUO:0000021"],
        ethics=["REB 12"],
        sources=["Our clinic"],
        forbids=["upload"],
        rai={"dataSocialImpact": "Discussed with families.", "unknown": "x"},
    )
    made = export_cohort("croissant", cohort, tmp_path / "out")
    document = json.loads((tmp_path / "out" / "croissant.json").read_text())
    assert document["conformsTo"] == "http://mlcommons.org/croissant/1.1"
    assert document["license"] == "https://spdx.org/licenses/CC0-1.0.html"
    assert document["rai:dataCollection"] == "Our clinic"
    assert (
        "Data use (GA4GH DUO): DUO:0000021 (ethics approval required)"
        in document["rai:dataUseCases"]
    )
    assert "Forbidden: upload" in document["rai:dataLimitations"]
    assert "Ethics approval: REB 12" in document["rai:dataLimitations"]
    assert document["rai:dataSocialImpact"] == "Discussed with families."
    assert "Faces of people, which identify them" in document["rai:personalSensitiveInformation"]
    assert "Patients by sex: female 2, male 2." in document["rai:dataBiases"]
    said_nothing = made.notes[0]
    assert "rai:annotatorDemographics" in said_nothing
    assert (
        "rai:dataSocialImpact" not in said_nothing and "rai:annotatorDemographics" not in document
    )
    for file in document["distribution"]:
        if file["@type"] == "cr:FileObject":
            assert len(file["sha256"]) == 64


@pytest.mark.slow
def test_documents_of_others_are_read(make_cohort: MakeCohort, tmp_path: Path) -> None:
    """By mlcroissant; pictures byte for byte where a record names the file, else as PNG."""
    cohort = make_cohort(conditions=2, patients=2, size=8)
    export_cohort("croissant", cohort, tmp_path / "in")
    for name in ("cohort.yaml", "images.csv", "conditions.csv"):
        (tmp_path / "in" / "rdface" / name).unlink()
    (tmp_path / "in" / "rdface").rmdir()
    document = json.loads((tmp_path / "in" / "croissant.json").read_text())
    document["distribution"] = [
        one for one in document["distribution"] if not one["@id"].startswith("rdface/")
    ]
    (tmp_path / "in" / "croissant.json").write_text(json.dumps(document))
    made = import_cohort("croissant", tmp_path / "in", tmp_path / "out")
    for column in ("image_id", "sha256", "patient_id", "condition", "age"):
        assert list(made.cohort.images[column]) == list(cohort.images[column])
    fields = document["recordSet"][1]["field"]
    document["recordSet"][1]["field"] = [f for f in fields if f["name"] not in ("sha256", "file")]
    for one in document["recordSet"][1]["field"]:
        if one["name"] == "picture_file":
            one["name"], one["@id"] = "stem", "images/stem"
            one["source"]["transform"] = {"regex": "(.*)"}
    (tmp_path / "in" / "croissant.json").write_text(json.dumps(document))
    again = import_cohort("croissant", tmp_path / "in", tmp_path / "two").cohort
    assert list(again.images["image_id"]) == list(cohort.images["image_id"])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('Url": "rdface/cohort.yaml"', 'Url": "../TERMS.txt"', "leaves the folder"),
        ('Url": "rdface/cohort.yaml"', 'Url": "/etc/passwd"', "leaves the folder"),
        (
            '"contentUrl": "rdface/cohort.yaml"',
            '"contentUrl": "https://x.org/a"',
            "it is not fetched",
        ),
        (
            '"contentUrl": "rdface/cohort.yaml"',
            '"contentUrl": "no.txt"',
            "there is no file 'no.txt'",
        ),
        ('"text/plain"', '"application/zip"', "is in an archive"),
        ('"@language": "en"', '"@import": "https://x.org"', "nothing is fetched"),
        ("croissant/1.1", "nothing", "does not say that it is Croissant"),
        ("{", "", "is no Croissant document"),
    ],
)
def test_hostile_documents_are_refused(
    make_cohort: MakeCohort, tmp_path: Path, old: str, new: str, said: str
) -> None:
    export_cohort("croissant", make_cohort(conditions=1, patients=1), tmp_path / "in")
    path = tmp_path / "in" / "croissant.json"
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(CohortError, match=said):
        import_cohort("croissant", tmp_path / "in", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_altered_files_are_refused(make_cohort: MakeCohort, tmp_path: Path) -> None:
    """A table by the document's hash, a picture by its row's; all at once for each."""
    cohort = make_cohort(conditions=1, patients=2)
    export_cohort("croissant", cohort, tmp_path / "in")
    images = tmp_path / "in" / "rdface" / "images.csv"
    whole = images.read_text()
    images.write_text(whole.replace("asian", "african"))
    with pytest.raises(CohortError, match=r"rdface/images.csv, column sha256: is another"):
        import_cohort("croissant", tmp_path / "in", tmp_path / "out")
    images.write_text(whole)
    (tmp_path / "in" / "pictures" / "C0_P0_0.jpg").write_bytes(picture("JPEG", 1))
    (tmp_path / "in" / "pictures" / "C0_P1_0.jpg").unlink()
    with pytest.raises(CohortError) as refused:
        import_cohort("croissant", tmp_path / "in", tmp_path / "out")
    assert "C0_P0_0: has the SHA-256" in refused.value.message
    assert "C0_P1_0: has a row and no picture" in refused.value.message
