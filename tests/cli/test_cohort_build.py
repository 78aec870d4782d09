"""`rdface cohort build` as a user calls it: the example, the review, wrong input, a kill."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from rdface.cli.cohort_build import build
from rdface.cohort import load_cohort
from rdface.errors import CohortError, UsageError

COMMAND = [sys.executable, "-c", "from rdface.cli.main import main; main()", "cohort", "build"]
ANSWERS = {
    "'Aarskog | OMIM:305400 | FGD1'": "1",
    "'18'": "P18M",
    "'hypertelorisme'": "1",
    "'Apert'": "1",
    "'Apert syndrome | OMIM:305400'": "APERT",
    "'K-005 / K005'": "1",
    "'missing.jpg'": "drop",
    "'AS_P0019_1.jpg'": "drop",
}


def answer(review: Path, answers: dict[str, str]) -> None:
    with review.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["value"] for row in rows if row["state"] == "DOUBT"} == set(answers)
    for row in rows:
        row["answer"] = answers.get(row["value"], "")
    with review.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys(), delimiter=";")  # as a German Excel does
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.weights
def test_the_example_from_first_run_to_cohort(tmp_path: Path) -> None:
    """Two runs with the answers of a reviewer between them, and a third that changes nothing."""
    folder = tmp_path / "example"
    run = CliRunner().invoke(build, ["--example", str(folder)])
    assert run.exit_code == 0, run.output
    spec = str(folder / "spec.yaml")
    run = CliRunner().invoke(build, [spec])
    assert isinstance(run.exception, CohortError)
    assert run.exception.exit_code == 1
    assert "8 doubts are open" in run.exception.message
    assert not (folder / "cohort").exists()
    answer(folder / "private" / "review.csv", ANSWERS)
    run = CliRunner().invoke(build, [spec])
    assert run.exit_code == 0, run.output
    assert "6 images of 2 conditions, 5 patients" in run.output
    assert "metadata taken out of pictures: comment 6, exif 6, gps 6" in run.output
    images = load_cohort(folder / "cohort").images
    assert images["age"].tolist() == ["P11Y7M", "P2Y9M", "P3Y2M", "P18M", "P4Y", "P5Y"]
    assert images["Light"].tolist() == ["room", "window", "room", "room", "flash", "flash"]
    run = CliRunner().invoke(build, [spec])
    assert run.output.endswith("(unchanged)\n")


@pytest.mark.weights
def test_answers_on_the_command_line(tmp_path: Path) -> None:
    """They stand in the review afterwards; a line that is not there is named."""
    folder = tmp_path / "example"
    CliRunner().invoke(build, ["--example", str(folder)])
    spec, review = str(folder / "spec.yaml"), folder / "private" / "review.csv"
    early = CliRunner().invoke(build, [spec, "--answer", "q1=2"])
    assert isinstance(early.exception, UsageError)
    CliRunner().invoke(build, [spec])
    with review.open(encoding="utf-8-sig", newline="") as stream:
        ids = {row["value"]: row["id"] for row in csv.DictReader(stream)}
    given = [f"--answer={ids[value]}={text}" for value, text in ANSWERS.items()]
    run = CliRunner().invoke(build, [spec, *given])
    assert run.exit_code == 0, run.output
    with review.open(encoding="utf-8-sig", newline="") as stream:
        found = {row["value"]: row["answer"] for row in csv.DictReader(stream) if row["answer"]}
    assert found == ANSWERS


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--answer", "a=b", "--new", "c.yaml"], "--answer goes with"),
        (["a.yaml", "--answer", "ab"], "write ID=ANSWER"),
        ([], "Give a SPEC"),
        (["a.yaml", "--new", "b.yaml"], "Give a SPEC"),
        (["a.yaml", "--table", "t.csv"], "go with --new"),
    ],
)
def test_wrong_usage(arguments: list[str], said: str) -> None:
    run = CliRunner().invoke(build, arguments)
    assert run.exit_code == 2
    assert said in run.output


def test_nothing_is_overwritten_by_an_example_or_a_new_spec(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("mine")
    for option in ("--example", "--new"):
        run = CliRunner().invoke(build, [option, str(tmp_path / "there")])
        assert run.exit_code != 0
    assert (tmp_path / "there").read_text() == "mine"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spec", "code", "said"),
    [
        ("nowhere.yaml", 2, "cannot be read"),
        ("wrong.yaml", 2, "Did you mean pictures"),
        ("empty-table.yaml", 1, "no rows below"),
        ("no-table.yaml", 1, "none.xlsx cannot be read"),
    ],
)
def test_wrong_input_says_what_is_wrong(tmp_path: Path, spec: str, code: int, said: str) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "empty.csv").write_text("photo,age\n")
    good = "version: 1\ncohort: {name: a, version: 1, licence: x}\nout: o\nstate: s\n"
    (tmp_path / "wrong.yaml").write_text(f"{good}table: empty.csv\npicture: photos\n")
    for name in ("empty", "none"):
        file = {"empty": "empty.csv", "none": "none.xlsx"}[name]
        path = tmp_path / {"empty": "empty-table.yaml", "none": "no-table.yaml"}[name]
        path.write_text(f"{good}table: {file}\npictures: photos\n")
    done = subprocess.run([*COMMAND, spec], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.weights
def test_a_build_that_is_killed_goes_on_and_opens_no_picture_twice(tmp_path: Path) -> None:
    count = 400
    rng = np.random.default_rng(0)
    (tmp_path / "photos").mkdir()
    rows = ["photo,patient,disease"]
    for n in range(count):
        picture = Image.fromarray(rng.integers(0, 256, (300, 300, 3)).astype(np.uint8))
        picture.save(tmp_path / "photos" / f"{n}.jpg")
        rows.append(f"{n}.jpg,P{n},KBG syndrome")
    (tmp_path / "t.csv").write_text("\n".join(rows) + "\n")
    text = "version: 1\ncohort: {name: a, version: 1, licence: x, simulated: true}\nout: o\n"
    (tmp_path / "spec.yaml").write_text(f"{text}state: s\ntable: t.csv\npictures: photos\n")
    log = tmp_path / "s" / "pictures.jsonl"
    process = subprocess.Popen([*COMMAND, "spec.yaml"], cwd=tmp_path, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        if log.exists() and log.read_bytes().count(b'"source"') > 40:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        time.sleep(0.01)
    done = [json.loads(line)["source"] for line in log.read_bytes().splitlines()[:-1] if line]
    assert process.returncode == -signal.SIGKILL
    assert 40 <= len(done) < count
    assert not (tmp_path / "o").exists()
    again = subprocess.run([*COMMAND, "spec.yaml"], cwd=tmp_path, capture_output=True, text=True)
    assert again.returncode == 0, again.stderr
    opened = [
        json.loads(line)["source"] for line in log.read_text().splitlines() if line[:1] == "{"
    ]
    assert all(opened.count(name) == 1 for name in done)
    assert len(load_cohort(tmp_path / "o")) == count
    assert not list((tmp_path / "s").glob("pictures/*"))
