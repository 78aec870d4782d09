"""The command finds what was planted, writes a private folder, and follows decisions."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image, ImageDraw, ImageFont

from rdface.cli.main import rdface
from rdface.cohort import load_cohort, write_cohort
from rdface.errors import UsageError
from rdface.files import write_bytes
from rdface.imaging import read_image

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four simulated children; one mirrored in grey, one as PNG, one captioned, one face gone."""
    source = load_cohort("sim103")
    root = tmp_path_factory.mktemp("planted") / "cohort"
    table = source.images.iloc[[0, 1, 2, 3, 0, 1, 2, 3]].reset_index(drop=True).copy()
    names = ["a", "b", "c", "d", "grey", "png", "text", "wall"]
    for name, old in zip(names, table["image_id"], strict=True):
        picture = Image.fromarray(read_image(source.path(str(old))))
        if name == "grey":
            picture = picture.convert("L").transpose(Image.Transpose.FLIP_LEFT_RIGHT).convert("RGB")
        if name == "text":
            font = ImageFont.load_default(size=24)
            ImageDraw.Draw(picture).text((128, 120), "SAMPLE 2019", "white", font, anchor="mm")
        if name == "wall":
            picture = Image.fromarray(np.full((256, 256, 3), 120, np.uint8))
        path = root / "images" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        picture.save(path)
    for name, old in zip("ab", table["image_id"], strict=False):
        write_bytes(root / "images" / f"{name}.jpg", source.path(str(old)).read_bytes())
    table["image_id"] = names
    table["patient_id"] = [f"p-{name}" for name in names]
    table["file"] = [f"images/{n}.{'jpg' if n in 'ab' else 'png'}" for n in names]
    write_cohort(root, source.info, table, source.conditions)
    return root


def run(*arguments: object) -> str:
    done = CliRunner().invoke(rdface, ["cohort", "audit", *map(str, arguments)])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.usefixtures("own_cache")
def test_planted_faults_are_found_and_decided_on(planted: Path, tmp_path: Path) -> None:
    said = run(planted, "--out", tmp_path / "audit")
    folder = tmp_path / "audit"
    with (folder / "findings.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    found = {(row["check"], row["image_id"], row["other_image_id"]) for row in rows}
    assert ("exact-duplicate", "b", "png") in found
    assert ("near-duplicate", "a", "grey") in found
    assert ("text-on-face", "text", "") in found
    assert ("no-face", "wall", "") in found
    assert "50 faces" in said  # what a small cohort cannot have done is said
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700 and modes["review.html"] == 0o600
    page = (folder / "review.html").read_text()
    assert page.count("data:image/jpeg") >= 6 and "http" not in page.replace("http-equiv", "")
    summary = json.loads((folder / "audit.json").read_text())
    assert summary["findings"]["no-face"] == 1 and summary["thresholds"]["agreement"] == 0.94
    assert "SAMPLE" not in (folder / "findings.csv").read_text() + json.dumps(summary)

    text = (folder / "decisions.csv").read_text().splitlines()
    decided = [
        line.replace(",b,png,,,", ",b,png,drop,png,").replace(",wall,,,", ",wall,,drop,")
        for line in text
    ]
    (tmp_path / "decided.csv").write_text("\n".join(decided) + "\n")
    said = run(planted, "--decisions", tmp_path / "decided.csv", "--out", tmp_path / "new")
    assert "2 dropped" in said
    assert set(load_cohort(str(tmp_path / "new")).image_ids) == {"a", "b", "c", "d", "grey", "text"}


def test_strict_leaves_with_1_and_an_audit_is_never_written_over(
    planted: Path, tmp_path: Path
) -> None:
    arguments = ["cohort", "audit", str(planted), "--out", str(tmp_path / "out"), "--strict"]
    arguments += ["--no-pictures"]
    assert CliRunner().invoke(rdface, arguments).exit_code == 1
    assert "data:image" not in (tmp_path / "out" / "review.html").read_text()
    again = CliRunner().invoke(rdface, arguments)
    assert isinstance(again.exception, UsageError) and "not empty" in str(again.exception)
    inside = CliRunner().invoke(rdface, [*arguments[:4], str(planted / "audit")])
    assert isinstance(inside.exception, UsageError)
    idle = CliRunner().invoke(rdface, [*arguments, "--new-version", "2"])
    assert isinstance(idle.exception, UsageError) and "--decisions" in str(idle.exception)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--strict", "--json"), "--strict, --json: "),
        (("--no-text",), "--text/--no-text: "),
        (("--pictures",), "--pictures/--no-pictures: "),
        (("--identity", "sface", "--person-share", "0.01"), "--identity, --person-share: "),
        (("--detector", "yunet", "--calibrate-on", "x"), "--detector, --calibrate-on: "),
    ],
)
def test_options_of_the_search_are_refused_beside_decisions(
    options: tuple[str, ...], named: str, tmp_path: Path
) -> None:
    """They were read over: --json printed no JSON, and --strict never left with 1."""
    arguments = ["--decisions", str(tmp_path / "d.csv"), "--out", str(tmp_path / "new")]
    done = CliRunner().invoke(rdface, ["cohort", "audit", "sim103", *arguments, *options])
    assert isinstance(done.exception, UsageError)
    assert done.exception.message == f"{named}not with --decisions, which looks for nothing anew."


def test_a_real_cohort_is_told_to_stay_private(planted: Path, tmp_path: Path) -> None:
    import yaml

    info = yaml.safe_load((planted / "cohort.yaml").read_text())
    copy = tmp_path / "real"
    copy.mkdir()
    (copy / "cohort.yaml").write_text(yaml.safe_dump({**info, "simulated": False}))
    for name in ("images.csv", "conditions.csv"):
        (copy / name).write_bytes((planted / name).read_bytes())
    for path in (planted / "images").iterdir():
        write_bytes(copy / "images" / path.name, path.read_bytes())
    said = run(copy, "--out", tmp_path / "out", "--no-text")
    assert "holds photographs of patients" in said
    page = (tmp_path / "out" / "review.html").read_text()
    assert "This page holds photographs of patients" in page and "is simulated" not in page
