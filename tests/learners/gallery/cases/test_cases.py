"""A gallery is whole or not there, closed, checked; cases join it without training."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path

import numpy as np
import pytest

from rdface.backbones import BACKBONES
from rdface.cohort import load_cohort
from rdface.errors import CohortError, GalleryError, ImageError, UsageError
from rdface.files import write_json
from rdface.learners.gallery.cases import (
    Gallery,
    add_cohort,
    embed_picture,
    folder,
    make_gallery,
    match_vectors,
    read_gallery,
)
from tests.bench.gallery.conftest import make_uneven
from tests.bench.pieces import Pixels, register

pytestmark = [pytest.mark.weights, pytest.mark.usefixtures("own_cache")]


@pytest.fixture
def made(tmp_path: Path) -> Gallery:
    """A gallery of a small cohort, with an LDA learnt on its five frequent conditions."""
    register()
    cohort = load_cohort(str(make_uneven(tmp_path / "cohort")))
    gallery, joined = make_gallery(
        cohort,
        tmp_path / "g",
        backbone="pixels-test",
        metric="lda",
        detector="whole-test",
    )
    assert (joined.cases, len(joined.conditions), joined.known) == (31, 9, 0)
    return gallery


def files(path: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in path.iterdir() if each.name != ".lock"}


def test_it_says_what_it_is_and_is_closed_to_others(made: Gallery) -> None:
    manifest = made.manifest
    assert manifest.simulated
    assert manifest.metric.conditions == ("C0", "C1", "C2", "C3", "C4")
    assert manifest.fingerprint == "pixels-test-1"
    assert "biometric" in json.loads((made.folder / "manifest.json").read_text())["notice"]
    assert stat.S_IMODE(made.folder.stat().st_mode) == 0o700
    for path in made.folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    np.testing.assert_allclose(np.linalg.norm(made.vectors, axis=1), 1.0, atol=1e-6)
    assert made.cases["condition"].tolist()[:6] == ["C0"] * 5 + ["C1"]


def test_new_conditions_join_and_the_metric_stays(made: Gallery, tmp_path: Path) -> None:
    """Nothing that was there changes by a bit; a second time nothing joins."""
    before, vectors, basis = made.manifest, np.array(made.vectors), made.projection.basis
    new = load_cohort(str(make_uneven(tmp_path / "new", (2, 3), first=20)))
    joined = add_cohort(made.folder, new)
    assert (joined.cases, joined.conditions) == (5, ("C20", "C21"))
    after = read_gallery(made.folder)
    assert after.manifest.metric == before.metric
    assert after.manifest.projection == before.projection
    assert np.array_equal(after.projection.basis, basis)
    assert np.array_equal(after.vectors[:31], vectors)
    assert after.cases["condition"].tolist()[31:] == ["C20"] * 2 + ["C21"] * 3
    assert len(after.manifest.cohorts) == 2
    kept = files(made.folder)
    assert len(kept) == 4  # the old table and vectors are gone
    again = add_cohort(made.folder, new)
    assert (again.cases, again.known) == (0, 5)
    assert files(made.folder) == kept


def test_a_probe_finds_its_condition_and_never_itself(made: Gallery) -> None:
    cohort = load_cohort(str(made.folder.parent / "cohort"))
    probe = embed_picture(cohort.path("C4_P2"), made.manifest)
    matches = match_vectors(made, probe.embedding, leave_out=probe.sha256)
    assert [match.rank for match in matches] == list(range(1, 10))
    cosines = [match.cosine for match in matches]
    assert cosines == sorted(cosines, reverse=True)
    assert matches[0].condition == "C4"
    assert (matches[0].filed_cases, matches[0].filed_patients, matches[0].trained) == (6, 6, True)
    assert all(case.image_id != "C4_P2" for match in matches for case in match.cases)
    itself = match_vectors(made, probe.embedding, top=1, cases=1)[0].cases[0]
    assert (itself.image_id, itself.rank) == ("C4_P2", 1)
    assert itself.cosine == pytest.approx(1.0, abs=1e-5)


def test_more_cases_are_fetched_until_there_are_conditions_enough(
    made: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rdface.learners.gallery.cases import matching

    probe = np.ones(192)
    expected = match_vectors(made, probe, top=7)
    monkeypatch.setattr(matching, "FIRST_REACH", 2)
    found = match_vectors(made, probe, top=7)
    assert [m.condition for m in found] == [m.condition for m in expected]
    assert [m.cosine for m in found] == [m.cosine for m in expected]


def test_another_backbone_is_refused(made: Gallery, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same name, other weights."""

    def other(_: str | None) -> Pixels:
        backbone = Pixels("pixels-test", 8)
        backbone.fingerprint = "pixels-test-2"
        return backbone

    monkeypatch.setitem(BACKBONES._pieces, "pixels-test", other)
    cohort = load_cohort(str(made.folder.parent / "cohort"))
    with pytest.raises(GalleryError, match="another pixels-test"):
        add_cohort(made.folder, cohort)
    with pytest.raises(GalleryError, match="another pixels-test"):
        embed_picture(cohort.path("C0_P0"), made.manifest)


def test_faces_found_in_another_way_are_refused(made: Gallery) -> None:
    path = made.folder / "manifest.json"
    write_json(path, {**json.loads(path.read_text()), "faces": "0" * 64})
    cohort = load_cohort(str(made.folder.parent / "cohort"))
    with pytest.raises(GalleryError, match="found in another way"):
        add_cohort(made.folder, cohort)
    with pytest.raises(GalleryError, match="found in another way"):
        embed_picture(cohort.path("C0_P0"), read_gallery(made.folder).manifest)


@pytest.mark.parametrize("kind", ["cases", "embeddings", "projection"])
def test_an_altered_file_is_refused(made: Gallery, kind: str) -> None:
    (path,) = made.folder.glob(f"{kind}-*")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    fresh = read_gallery(made.folder)
    with pytest.raises(GalleryError, match="altered"):
        _ = fresh.cases, fresh.vectors, fresh.projection


def test_no_gallery_and_a_damaged_manifest_are_said(made: Gallery, tmp_path: Path) -> None:
    with pytest.raises(GalleryError, match="no gallery"):
        read_gallery(tmp_path / "nowhere")
    (made.folder / "manifest.json").write_text('{"format": 2}')
    with pytest.raises(GalleryError, match="no manifest of this version"):
        read_gallery(made.folder)


def test_a_kill_while_joining_leaves_the_old_gallery(
    made: Gallery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The manifest is the last to be written; what was half done is cleared by the next."""
    from rdface.learners.gallery.cases import making

    new = load_cohort(str(make_uneven(tmp_path / "new", (2, 3), first=20)))
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):

        def killed(*given: object) -> None:
            raise KeyboardInterrupt

        patched.setattr(making, "store_manifest", killed)
        add_cohort(made.folder, new)
    assert read_gallery(made.folder).manifest == made.manifest
    assert len(read_gallery(made.folder).cases) == 31
    add_cohort(made.folder, new)
    assert len(read_gallery(made.folder).cases) == 36
    assert len(files(made.folder)) == 4


def test_two_processes_do_not_change_it_at_once(made: Gallery) -> None:
    cohort = load_cohort(str(made.folder.parent / "cohort"))
    with folder.alone_at(made.folder), pytest.raises(GalleryError, match="Another process"):
        add_cohort(made.folder, cohort)


def test_contradictions_are_refused(made: Gallery, tmp_path: Path) -> None:
    """One picture under two conditions, and one id for two conditions."""
    root = make_uneven(tmp_path / "twice", (2, 2), first=30)
    shutil.copy(tmp_path / "cohort" / "images" / "C0_P0.jpg", root / "images" / "C30_P0.jpg")
    rewritten(root)
    with pytest.raises(GalleryError, match="under C0 and not C30"):
        add_cohort(made.folder, load_cohort(str(root)))
    root = make_uneven(tmp_path / "names", (2,), first=3)
    text = (root / "conditions.csv").read_text()
    (root / "conditions.csv").write_text(text.replace("Condition C3", "Something else"))
    with pytest.raises(GalleryError, match="is 'Condition C3' in the gallery"):
        add_cohort(made.folder, load_cohort(str(root)))
    assert read_gallery(made.folder).manifest == made.manifest


def rewritten(root: Path) -> None:
    """Write the tables anew after a picture was exchanged."""
    import pandas as pd
    import yaml

    from rdface.cohort import CohortInfo, write_cohort

    images = pd.read_csv(root / "images.csv", dtype=str, keep_default_na=False)
    conditions = pd.read_csv(root / "conditions.csv", dtype=str, keep_default_na=False)
    info = CohortInfo.model_validate(yaml.safe_load((root / "cohort.yaml").read_text()))
    write_cohort(root, info, images.drop(columns="sha256"), conditions)


def test_what_cannot_be_made_is_said_and_nothing_is_left(tmp_path: Path) -> None:
    register()
    cohort = load_cohort(str(make_uneven(tmp_path / "cohort")))
    out = tmp_path / "g"
    usual = {"backbone": "pixels-test", "detector": "whole-test"}
    with pytest.raises(UsageError, match="patients or more"):
        make_gallery(cohort, out, metric="lda", frequent_from=6, **usual)
    with pytest.raises(UsageError, match="evaluation only"):
        make_gallery(load_cohort("sim103-fresh"), out, **usual)
    with pytest.raises(UsageError, match="metric learner"):
        make_gallery(cohort, out, metric="ldaa", **usual)
    assert not out.exists()
    make_gallery(cohort, out, **usual)
    with pytest.raises(UsageError, match="is there already"):
        make_gallery(cohort, out, **usual)
    with pytest.raises(ImageError):
        embed_picture(tmp_path / "nothing.jpg", read_gallery(out).manifest)


def test_an_image_without_a_patient_cannot_be_filed(made: Gallery, tmp_path: Path) -> None:
    root = make_uneven(tmp_path / "new", (2,), first=20)
    text = (root / "images.csv").read_text()
    (root / "images.csv").write_text(text.replace(",C20_P0,", ",,", 1))
    with pytest.raises(CohortError):
        add_cohort(made.folder, load_cohort(str(root)))
