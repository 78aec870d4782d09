"""What is exported reads as the published set does, and comes back by import."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from sklearn.model_selection import train_test_split

from rdface.cohort import Cohort, load_cohort, write_cohort
from rdface.cohort.adapters import export_cohort, import_cohort
from rdface.errors import UsageError
from rdface.imaging import read_image
from rdface.protocols import PROTOCOLS

MakeCohort = Callable[..., Cohort]


def test_the_table_is_as_published(make_cohort: MakeCohort, tmp_path: Path) -> None:
    """Columns, numbers within a condition, rows in the cohort's order, empty where not known."""
    cohort = make_cohort(conditions=2, patients=2)
    shuffled = cohort.images.iloc[[2, 0, 3, 1]]
    conditions = cohort.conditions.assign(orpha_code=["ORPHA:915", ""], genes=["FGD1", ""])
    cohort = write_cohort(cohort.root, cohort.info, shuffled, conditions)
    export_cohort("rdface-real", cohort, tmp_path / "out")
    text = (tmp_path / "out" / "data" / "disease_images.csv").read_text()
    assert text.splitlines() == [
        "image_name,disease_name,disease_abbr,sub_category,gene_name,orphanet_code",
        "C1.1.jpg,Condition 1,C1,,,",
        "C0.1.jpg,Condition 0,C0,,FGD1,915",
        "C1.2.jpg,Condition 1,C1,,,",
        "C0.2.jpg,Condition 0,C0,,FGD1,915",
    ]
    ids = (tmp_path / "out" / "image_ids.csv").read_text().splitlines()
    assert ids[:2] == ["image_id,image_name,patient_id", "C1_P0_0,C1.1.jpg,C1_P0"]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_export_and_import_give_the_pictures_back(
    make_cohort: MakeCohort, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Same pictures, conditions, order, patients and metadata, in whatever order they stood."""
    cohort = make_cohort(conditions=3, patients=2, images=2, size=8)
    order = data.draw(st.permutations(range(len(cohort))))
    cohort = write_cohort(cohort.root, cohort.info, cohort.images.iloc[order], cohort.conditions)
    out = tmp_path_factory.mktemp("round")
    export_cohort("rdface-real", cohort, out / "published")
    patients = {"patients": out / "published" / "image_ids.csv"}
    import_cohort("rdface-real", out / "published", out / "again", patients)
    again = load_cohort(out / "again")
    for column in ("sha256", "condition", "patient_id"):
        assert list(again.images[column]) == list(cohort.images[column])
    names = cohort.conditions.set_index("condition")["name"]
    assert dict(again.conditions.set_index("condition")["name"]) == dict(names)
    assert again.info.simulated
    assert again.info.model_dump() == cohort.info.model_dump()
    export_cohort("rdface-real", again, out / "published again")
    for file in ("data/disease_images.csv", "rdface.yaml"):
        first = (out / "published" / file).read_bytes()
        assert (out / "published again" / file).read_bytes() == first


def test_columns_of_an_import_are_written_as_they_were(
    make_cohort: MakeCohort, tmp_path: Path
) -> None:
    """sub_category and an Orphanet code in another form survive import and export."""
    cohort = make_cohort(conditions=1, patients=2)
    images = cohort.images.assign(
        sub_category=["I", "II"], gene_name=["A", "B"], orphanet_code=["ORPHA:7", "8"]
    )
    cohort = write_cohort(cohort.root, cohort.info, images, cohort.conditions)
    export_cohort("rdface-real", cohort, tmp_path / "out")
    table = pd.read_csv(tmp_path / "out" / "data" / "disease_images.csv", dtype=str)
    assert list(table["sub_category"]) == ["I", "II"]
    assert list(table["gene_name"]) == ["A", "B"]
    assert list(table["orphanet_code"]) == ["ORPHA:7", "8"]


def test_simulated_children_are_called_so(make_cohort: MakeCohort, tmp_path: Path) -> None:
    """In a notice beside the table; real ones get none, and the mark comes back either way."""
    simulated = make_cohort(conditions=1, patients=1)
    info = simulated.info.model_copy(update={"simulated": False})
    for name, cohort in (
        ("simulated", simulated),
        ("real", write_cohort(simulated.root, info, simulated.images, simulated.conditions)),
    ):
        out = tmp_path / name
        export_cohort("rdface-real", cohort, out)
        notice = out / "data" / "SIMULATED.txt"
        assert notice.exists() == cohort.info.simulated
        assert not notice.exists() or "No child in them is real" in notice.read_text()
        again = import_cohort("rdface-real", out / "data", tmp_path / f"{name} again").cohort
        assert again.info.simulated == cohort.info.simulated
        assert again.info.name == cohort.info.name


def test_other_pictures_are_encoded_and_synthetic_ones_left_out(
    make_cohort: MakeCohort, tmp_path: Path
) -> None:
    """A PNG becomes a JPEG that looks the same; both are counted."""
    cohort = make_cohort(conditions=1, patients=4)
    images = cohort.images.copy()
    smooth = np.linspace(0, 255, 24 * 24 * 3).reshape(24, 24, 3).astype(np.uint8)
    Image.fromarray(smooth).save(cohort.root / "images" / "one.png")
    images.loc[1, "file"] = "images/one.png"
    images.loc[2, "synthetic_of"] = images.loc[0, "image_id"]
    cohort = write_cohort(cohort.root, cohort.info, images, cohort.conditions)
    made = export_cohort("rdface-real", cohort, tmp_path / "out")
    assert made.pictures == 3
    assert "1 picture(s) were no JPEG files" in made.notes[0]
    assert "1 synthetic image(s) were left out" in made.notes[1]
    folder = tmp_path / "out" / "data" / "rd_images" / "C0"
    assert sorted(path.name for path in folder.iterdir()) == ["C0.1.jpg", "C0.2.jpg", "C0.3.jpg"]
    data = (folder / "C0.2.jpg").read_bytes()
    assert Image.open(io.BytesIO(data)).format == "JPEG"
    difference = read_image(folder / "C0.2.jpg").astype(int) - smooth
    assert np.abs(difference).mean() < 2
    assert (folder / "C0.3.jpg").read_bytes() == cohort.path(images.loc[3, "image_id"]).read_bytes()


def test_nothing_real_is_nothing_to_export(make_cohort: MakeCohort, tmp_path: Path) -> None:
    cohort = make_cohort(conditions=1, patients=2)
    images = cohort.images.assign(synthetic_of=list(reversed(cohort.images["image_id"])))
    cohort = write_cohort(cohort.root, cohort.info, images, cohort.conditions)
    with pytest.raises(UsageError, match="no real image"):
        export_cohort("rdface-real", cohort, tmp_path / "out")
    with pytest.raises(UsageError, match="lies inside"):
        export_cohort("rdface-real", make_cohort(folder="x"), tmp_path / "x" / "out")
    assert not (tmp_path / "out").exists()


def test_a_notebook_on_exported_sim103_draws_the_test_set_of_the_protocol(tmp_path: Path) -> None:
    """The whole way: export, pandas and scikit-learn as in a notebook, ids by image_ids.csv."""
    cohort = load_cohort("sim103")
    export_cohort("rdface-real", cohort, tmp_path / "out")
    table = pd.read_csv(tmp_path / "out" / "data" / "disease_images.csv")
    paths = [
        tmp_path / "out" / "data" / "rd_images" / abbreviation / name
        for abbreviation, name in zip(table["disease_abbr"], table["image_name"], strict=True)
    ]
    assert len(paths) == 456
    assert all(path.is_file() for path in paths)
    label = pd.Series(pd.factorize(table["disease_name"])[0])
    several = label.map(label.value_counts()) > 1
    _, test = train_test_split(
        table[several], test_size=0.25, random_state=42, stratify=label[several]
    )
    ids = pd.read_csv(tmp_path / "out" / "image_ids.csv").set_index("image_name")["image_id"]
    split = PROTOCOLS.get("paper")(cohort.images, divide_by="image")
    assert split.folds[0].test == tuple(ids[test["image_name"]])
    assert len(test) == 113
