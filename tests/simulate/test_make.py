"""Cohorts from start to end, tiny and coarse."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import PIL
import pytest
import scipy

from rdface import imaging
from rdface.cohort import Cohort, check_cohort
from rdface.engines import Local
from rdface.errors import SimulationError, UsageError
from rdface.files import write_bytes
from rdface.imaging import read_image
from rdface.simulate import make, simulate_cohort
from rdface.simulate.people.child import draw_child, draw_view
from rdface.simulate.people.plan import make_plan
from rdface.simulate.photo.backdrop import KINDS, paint_backdrop
from rdface.simulate.render.develop import develop, exposure

TINY = {"images": 4, "conditions": 2, "seed": 1, "size": 64, "samples": 1}


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "images").iterdir())}


def _simulate(out: Path, **changes: int) -> Cohort:
    return simulate_cohort(out, name="tiny", **{**TINY, **changes})  # type: ignore[arg-type]


@pytest.mark.weights
def test_a_tiny_cohort_keeps_the_format(tmp_path: Path) -> None:
    """The folder passes every check, says it is simulated, and carries terms and camera."""
    cohort = _simulate(tmp_path / "tiny")
    assert not check_cohort(tmp_path / "tiny")
    assert cohort.info.simulated
    assert "--seed 1" in cohort.info.model_dump()["command"]
    assert len(cohort) == 4
    assert {"yaw", "pitch", "head_x", "hpo_terms_unshown"} <= set(cohort.images.columns)
    assert set(cohort.images["consent"]) == {"not applicable (simulated)"}
    image = read_image(cohort.path(cohort.image_ids[0]))
    assert image.shape == (64, 64, 3)
    assert image.std() > 10


@pytest.mark.weights
@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    """One worker, two workers and a run that was stopped agree to the bit."""
    one = _simulate(tmp_path / "one", engine=Local(1))
    two = _simulate(tmp_path / "two", engine=Local(2))
    assert _bytes(tmp_path / "one") == _bytes(tmp_path / "two")
    assert one.sha256 == two.sha256
    # A stopped run: some pictures are missing, one is damaged, the tables are not written yet.
    damaged, *rest = sorted((tmp_path / "two" / "images").iterdir())
    damaged.write_bytes(b"half a pict")
    for path in rest[:2]:
        path.unlink()
    (tmp_path / "two" / "cohort.yaml").unlink()
    untouched = rest[2].stat().st_mtime_ns
    again = _simulate(tmp_path / "two", engine=Local(2))
    assert again.sha256 == one.sha256
    assert _bytes(tmp_path / "one") == _bytes(tmp_path / "two")
    assert rest[2].stat().st_mtime_ns == untouched


@pytest.mark.weights
def test_another_plan_is_refused(tmp_path: Path) -> None:
    """A folder is never filled with pictures of two plans, nor one that holds something else."""
    _simulate(tmp_path / "tiny", images=1, conditions=1)
    with pytest.raises(UsageError, match="another plan"):
        _simulate(tmp_path / "tiny", images=2, conditions=1)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("dear")
    with pytest.raises(UsageError, match="not empty"):
        _simulate(tmp_path / "mine")


def test_a_picture_is_named_by_all_that_decides_its_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stopped run must not go on with another head, JPEG writer or version of a package."""
    pytest.importorskip("mitsuba")
    head = {
        "3dobjs/base.obj": b"v 0 0 0",
        "targets/a/x.target.gz": b"x",
        "targets/b/x.target.gz": b"y",
    }
    for name, data in head.items():
        write_bytes(tmp_path / "head" / name, data)
    (shot,) = make_plan(1, 1, 0).shots

    def key() -> str:
        return make._key(shot, 64, 1, make._made_with(tmp_path / "head"))

    keys = [key()]
    write_bytes(tmp_path / "head" / "README.md", b"read by nobody")
    assert key() == keys[0]
    for name in head:
        write_bytes(tmp_path / "head" / name, b"other")
        keys.append(key())
    for package in (PIL, np, cv2, scipy):
        monkeypatch.setattr(package, "__version__", "0")
        keys.append(key())
    monkeypatch.setattr(make, "version", lambda package: "0")
    keys.append(key())
    write_bytes(tmp_path / "imaging.py", b"def encode_jpeg(): ...")
    monkeypatch.setattr(imaging, "__file__", str(tmp_path / "imaging.py"))
    keys.append(key())
    assert len(set(keys)) == len(keys) == 10


def test_impossible_numbers_are_usage_errors(tmp_path: Path) -> None:
    """Nothing is written before the numbers make sense."""
    for wrong in ({"size": 8}, {"samples": 0}, {"conditions": 200}, {"images": 1}):
        with pytest.raises(UsageError):
            _simulate(tmp_path / "tiny", **wrong)
    assert not (tmp_path / "tiny").exists()


def test_a_wrong_mesh_folder_says_what_to_do(tmp_path: Path) -> None:
    """A folder without the base mesh is an error with a way out."""
    with pytest.raises(SimulationError, match="base mesh") as caught:
        simulate_cohort(tmp_path / "out", mesh=tmp_path, **TINY)  # type: ignore[arg-type]
    assert "mpfb2" in str(caught.value.hint)


@pytest.mark.weights
@pytest.mark.slow
def test_a_trait_leaves_the_background_alone() -> None:
    """With and without a trait no background pixel changes; clothes catch a little face light."""
    from dataclasses import replace

    from rdface.simulate.head.mesh import load_head
    from rdface.simulate.render.scene import render
    from rdface.weights import where

    mesh = load_head(where("mpfb2"))
    view = replace(draw_view(3, "P1/1"), yaw=0.0, roll=0.0, shift=(0.0, 0.0))
    child = draw_child(3, "P1", male=True, years=6, effects={}, identity_strength=0.35)
    child = replace(child, hairdo=replace(child.hairdo, cut="crop"), glasses=None, headwear=None)
    effects = {"eyes/l-eye-trans-out": 1.1, "eyes/r-eye-trans-out": 1.1, "field:nasion_in": 1.0}
    pictures, cover = [], np.zeros((96, 96))
    for other in (child, replace(child, effects=effects)):
        picture, ellipse = render(mesh, other, view, size=96, samples=4)
        pictures.append(develop(picture, other, view).astype(int))
        cover = np.maximum(cover, picture.coverage)
    change = np.abs(pictures[0] - pictures[1]).max(-1)
    y, x = np.mgrid[0:96, 0:96]
    inside = ((x - ellipse.x) / ellipse.rx) ** 2 + ((y - ellipse.y) / ellipse.ry) ** 2 < 1.1**2
    assert change[inside].max() > 20
    assert (cover == 0).sum() > 1000
    assert change[cover == 0].max() == 0
    assert change[~inside].max() <= 8
    assert (change[~inside] > 0).mean() < 0.01


def test_background_and_exposure_do_not_know_the_traits() -> None:
    """Both follow from the view and the skin."""
    from dataclasses import replace

    view = draw_view(3, "P1/1")
    child = draw_child(3, "P1", male=True, years=6, effects={}, identity_strength=0.35)
    other = replace(child, effects={"field:nasion_in": 1.0, "skin:haemangioma": 1.0})
    assert exposure(child, view) == exposure(other, view)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_background_is_the_same_at_every_size(kind: str) -> None:
    """It follows from kind and seed, and keeps its parts when the picture is larger."""
    small, large = paint_backdrop(kind, 7, 64), paint_backdrop(kind, 7, 128)
    assert np.array_equal(small, paint_backdrop(kind, 7, 64))
    assert np.abs(large.reshape(64, 2, 64, 2, 3).mean((1, 3)) - small).max() < 0.03
    assert small.min() > 0
    assert not np.array_equal(small, paint_backdrop(kind, 8, 64))
