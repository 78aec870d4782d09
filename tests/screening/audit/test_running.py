"""A whole audit of a small pool, with blank pictures, pictures of nobody and clones in it."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from rdface.cli.main import rdface
from rdface.cohort import Cohort, CohortInfo, load_cohort, write_cohort
from rdface.faces import align, locate_faces
from rdface.files import write_bytes
from rdface.imaging import read_image
from rdface.screening.audit import read_audit
from rdface.synthesis.portraits import portrait_crop
from tests.synthesis.conftest import part_of


def small_world(folder: Path, *, conditions: int, everybody: bool = False) -> tuple[Cohort, Cohort]:
    """The first conditions of sim103, and a pool: copies, a blank and a checkerboard.

    ``everybody`` taught, as with ``--all``, or some are held out.
    """
    whole = load_cohort("sim103")
    names = list(whole.condition_ids[:conditions])
    images = whole.images[whole.images["condition"].isin(names)].reset_index(drop=True)
    for name in images["image_id"]:
        data = whole.path(name).read_bytes()
        write_bytes(folder / "real" / "images" / f"{name}.jpg", data)
    images["file"] = [f"images/{name}.jpg" for name in images["image_id"]]
    listed = whole.conditions[whole.conditions["condition"].isin(names)]
    info = CohortInfo(name="few", version="1", licence="CC0-1.0", simulated=True)
    real = write_cohort(folder / "real", info, images, listed)
    people = list(dict.fromkeys(images["patient_id"]))
    taught = images["patient_id"].isin(people if everybody else people[::2] + people[1::4])
    training = list(images.loc[taught, "image_id"])
    faces, crop = locate_faces(real), portrait_crop(96)
    rng = np.random.default_rng(0)
    pictures = [align(read_image(real.path(name)), faces.face(name), crop) for name in training]
    pictures += [np.full((96, 96, 3), 0, np.uint8), rng.integers(0, 255, (96, 96, 3), np.uint8)]
    rows = []
    of = dict(zip(images["image_id"], images["condition"], strict=True))
    for k, picture in enumerate(pictures):
        png = cv2.imencode(".png", picture[..., ::-1])[1].tobytes()
        write_bytes(folder / "pool" / "images" / f"s{k}.png", png)
        parent = training[k % len(training)]
        rows.append(
            {
                "image_id": f"s{k}",
                "file": f"images/s{k}.png",
                "patient_id": f"synthetic:s{k}",
                "condition": of[parent],
                "synthetic_of": parent,
            }
        )
    about = CohortInfo.model_validate(
        {
            "name": "copies",
            "version": "1",
            "licence": "CC0-1.0",
            "simulated": True,
            "generator": "copier",
            "generator_seed": 0,
            "pool_of": {"name": "few", "version": "1", "sha256": real.sha256},
            "training_images": training,
        }
    )
    return real, write_cohort(folder / "pool", about, pd.DataFrame(rows), listed)


def run(folder: Path, *more: str) -> str:
    found = CliRunner().invoke(
        rdface,
        [
            "audit",
            str(folder / "pool"),
            "--real",
            str(folder / "real"),
            "--out",
            str(folder / "out"),
            "--backbones",
            "sface,landmarks",
            "--perceptual",
            "none",
            *more,
        ],
        catch_exceptions=False,
    )
    assert found.exit_code == 0
    return found.output


@pytest.mark.slow
@pytest.mark.weights
def test_a_pool_of_copies_blanks_and_noise(tmp_path: Path) -> None:
    """Copies are found; blanks and noise are counted and judge nobody; the page shows pairs."""
    _, pool = small_world(tmp_path, conditions=10)
    text = run(tmp_path)
    record = read_audit(tmp_path / "out")
    assert record.counts["synthetic_blank"] == 1
    assert record.counts["synthetic_without_face"] == 2
    assert "blank" in record.notes[0] and "blank" in text
    assert record.copies is not None and record.copies.n_synthetic == len(pool) - 2
    assert record.copies.copies.value >= 0.95
    table = pd.read_parquet(tmp_path / "out" / "audit.parquet")
    assert list(table["image_id"]) == list(pool.image_ids)
    assert table["closeness"].isna().sum() == 2
    whole = table.dropna(subset=["closeness"]).merge(pool.images, on="image_id")
    assert (whole["nearest_training"] == whole["synthetic_of"]).mean() >= 0.95
    auth = next(x for x in record.memorisation if x.measure == "AuthPct" and x.view == "pixels")
    assert auth.number.value == 0
    page = (tmp_path / "out" / "audit.html").read_text(encoding="utf-8")
    assert page.count("<img") >= 24
    run(tmp_path, "--hide-pairs")
    assert "<img" not in (tmp_path / "out" / "audit.html").read_text(encoding="utf-8")


@pytest.mark.weights
def test_a_pool_of_one_condition_is_audited_as_far_as_it_goes(tmp_path: Path) -> None:
    """Too few faces for realism, thresholds and fidelity: said so, no number made up."""
    small_world(tmp_path, conditions=1)
    run(tmp_path)
    record = read_audit(tmp_path / "out")
    assert record.realism == () and record.fidelity == ()
    assert record.copies is not None and record.copies.copy_threshold is None
    assert record.copies.n_copies == 0
    assert any("too few real faces" in note for note in record.notes)


@pytest.mark.weights
def test_a_pool_that_everybody_taught_is_searched_for_copies(tmp_path: Path) -> None:
    """What needs people held out is left out with a sentence; copies are found all the same."""
    _, pool = small_world(tmp_path, conditions=6, everybody=True)
    text = run(tmp_path)
    record = read_audit(tmp_path / "out")
    assert record.counts["held_out"] == 0 and any("taught" in note for note in record.notes)
    assert record.copies is not None and record.copies.n_copies >= 0.9 * (len(pool) - 2)
    assert {line.measure for line in record.memorisation} == {"AuthPct"}
    assert {line.reference for line in record.realism} <= {"training"}
    page = (tmp_path / "out" / "audit.html").read_text(encoding="utf-8")
    assert "with nobody held out" in page and "Every patient of the cohort taught" in page
    for said in (text, page):
        assert not re.search(r"\b(nan|None)\b", said)


@pytest.mark.weights
@pytest.mark.slow
def test_controls_who_taught_are_searched_where_they_are(tmp_path: Path) -> None:
    """A pool of patients' copies has none of controls; without the controls that is said."""
    _, pool = small_world(tmp_path, conditions=1)
    unaffected = part_of("sim103-controls", 1, 24, tmp_path / "controls")
    told = {"name": "elsewhere", "sha256": unaffected.sha256}
    info = CohortInfo.model_validate(pool.info.model_dump() | {"controls": told})
    write_cohort(pool.root, info, pool.images, pool.conditions)
    assert "not here" in run(tmp_path)
    assert read_audit(tmp_path / "out").control_copies is None
    text = run(tmp_path, "--controls", str(unaffected.root))
    record = read_audit(tmp_path / "out")
    assert record.control_copies is not None and record.counts["controls"] == 24
    assert record.control_copies.n_copies == 0 and record.control_copies.near_threshold is not None
    assert "not here" not in text and "unaffected children who taught" in text
    assert "unaffected children who taught" in (tmp_path / "out" / "audit.html").read_text("utf-8")


@pytest.mark.weights
def test_what_cannot_be_audited_is_told(tmp_path: Path) -> None:
    real, _ = small_world(tmp_path, conditions=1)
    out = ["--out", str(tmp_path / "x")]
    runner = CliRunner()
    for arguments, said in (
        (["audit", str(real.root), "--real", str(real.root), *out], "no pool"),
        (["audit", str(tmp_path / "pool"), "--real", "sim103", *out], "not this sim103"),
        (
            [
                *("audit", str(tmp_path / "pool"), "--real", str(real.root), *out),
                *("--identity", "efficientnet_lite0"),
            ],
            "no face-recognition network",
        ),
    ):
        found = runner.invoke(rdface, arguments)
        assert found.exit_code and said in str(found.exception)
    assert dataclasses.is_dataclass(real)
