"""`rdface explain` as a user calls it: text, JSON, a page, and mistakes answered in words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rdface.cohort import Cohort
from tests.cli.test_main import run
from tests.explain.small import small_cohort

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    return small_cohort(tmp_path_factory.mktemp("small"))


@pytest.mark.slow
def test_text_json_and_page(cohort: Cohort, tmp_path: Path) -> None:
    """One call with everything, one for people."""
    name, out = cohort.image_ids[0], tmp_path / "page.html"
    place = ["--cohort", str(cohort.root), "--backbone", "sface"]
    done = run("explain", name, *place, "--out", str(out), "--json")
    assert done.returncode == 0, done.stderr
    content = json.loads(done.stdout)
    assert content["probe"]["name"] == name
    assert content["map"]["method"] == "occlusion"
    assert "<!doctype html>" in out.read_text(encoding="utf-8")[:400]
    spoken = run("explain", name, *place, "--map", "none")
    assert spoken.returncode == 0, spoken.stderr
    assert content["cases"][0]["image_id"] in spoken.stdout
    assert "diagnos" not in (spoken.stdout + done.stdout).lower()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["{id}", "--cohort", "nowhere"], 1, "no cohort folder 'nowhere'"),
        (["{id}x", "--cohort", "{root}"], 2, "neither a picture file nor an image of small"),
        (["{id}", "--cohort", "{root}", "--backbone", "sfaces"], 2, "no backbone called 'sfaces'"),
        (["{id}", "--cohort", "{root}", "--map", "grad"], 2, "no map called 'grad'"),
        (["{id}", "--cohort", "{root}", "--map", "gradient"], 2, "no gradient"),
        (["{id}", "--cohort", "{root}", "--target", "best"], 2, "no target 'best'"),
        (["{id}", "--cohort", "{root}", "--out", "page.pdf"], 2, "must end in .html"),
        (["{id}", "--cohort", "{root}", "--age", "six"], 2, "--age"),
        (["{root}/images.csv", "--cohort", "{root}"], 1, "is no image"),
        (["{blank}", "--cohort", "{root}"], 1, "No face was found on blank.png"),
    ],
)
def test_mistakes_are_answered_in_words(
    cohort: Cohort, tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    from PIL import Image

    blank = tmp_path / "blank.png"
    Image.new("RGB", (200, 200), (90, 120, 90)).save(blank)
    names = {"id": cohort.image_ids[0], "root": str(cohort.root), "blank": str(blank)}
    done = run("explain", *(each.format(**names) for each in arguments), cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
