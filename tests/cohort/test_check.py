"""Every kind of bad row is named with file, row, column and reason, all at once."""

from __future__ import annotations

import io
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from PIL import Image

from rdface.cli.main import rdface
from rdface.cohort import Cohort, Problem, check_cohort, load_cohort
from rdface.errors import CohortError
from rdface.files import sha256_bytes


@pytest.fixture
def cohort(make_cohort: Callable[..., Cohort]) -> Cohort:
    return make_cohort(conditions=2, patients=2, images=2)


def edit(cohort: Cohort, row: int, **values: str) -> None:
    """Change row ``row`` (as a spreadsheet counts) of images.csv."""
    table = pd.read_csv(cohort.root / "images.csv", dtype=str, keep_default_na=False)
    for column, value in values.items():
        table.loc[row - 2, column] = value
    table.to_csv(cohort.root / "images.csv", index=False)


def replace_picture(cohort: Cohort, row: int, data: bytes) -> None:
    """Put other bytes in place of a picture, with the right hash, so that only they are wrong."""
    path = cohort.root / cohort.images["file"][row - 2]
    path.write_bytes(data)
    edit(cohort, row, sha256=sha256_bytes(data))


def only_problem(cohort: Cohort) -> Problem:
    problems = check_cohort(cohort.root)
    assert len(problems) == 1, problems
    with pytest.raises(CohortError, match="problem"):
        load_cohort(cohort.root)
    return problems[0]


def png_bomb(width: int, height: int) -> bytes:
    """A valid PNG header that claims a huge picture in a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


def test_a_sound_cohort_has_no_problems(cohort: Cohort) -> None:
    assert check_cohort(cohort.root) == []


@pytest.mark.parametrize(
    ("values", "column", "reason"),
    [
        ({"age": "six years"}, "age", "ISO 8601"),
        ({"age": "P200Y"}, "age", "120 years"),
        ({"age": "-P3Y"}, "age", "ISO 8601"),
        ({"age": "P"}, "age", "ISO 8601"),
        ({"country": "ZZ"}, "country", "ISO 3166"),
        ({"country": "de"}, "country", "ISO 3166"),
        ({"sex": "boy"}, "sex", "female, male or empty"),
        ({"condition": "NOPE"}, "condition", "not in conditions.csv"),
        ({"age": "P999999999999999999D"}, "age", "ISO 8601"),
        ({"patient_id": ""}, "patient_id", "empty"),
        ({"patient_id": "p0 "}, "patient_id", "ends with a blank"),
        ({"image_id": "i0\n"}, "image_id", "letters"),
        ({"hpo_terms": "HP:٠٠٠٠٣١٦"}, "hpo_terms", "HPO ids"),
        ({"image_id": "a/b"}, "image_id", "letters"),
        ({"hpo_terms": "hypertelorism"}, "hpo_terms", "HPO ids"),
        ({"synthetic_of": "nobody"}, "synthetic_of", "no other image"),
        ({"file": "images/absent.jpg"}, "file", "cannot be read"),
        ({"file": "../outside.jpg"}, "file", "leaves the cohort folder"),
        ({"file": "/etc/passwd"}, "file", "leaves the cohort folder"),
        ({"sha256": "0" * 64}, "sha256", "another hash"),
        ({"sha256": "abc"}, "sha256", "SHA-256"),
    ],
)
def test_a_bad_value_is_named_with_row_column_and_reason(
    cohort: Cohort, values: dict[str, str], column: str, reason: str
) -> None:
    if "condition" in values:  # or else the patient would have two conditions as well
        edit(cohort, 4, **values)
    edit(cohort, 3, **values)
    problems = [p for p in check_cohort(cohort.root) if p.row == 3 and p.column == column]
    assert any(reason in str(problem) for problem in problems), check_cohort(cohort.root)
    with pytest.raises(CohortError):
        load_cohort(cohort.root)


def test_a_country_written_out_gets_the_code_that_was_meant(cohort: Cohort) -> None:
    edit(cohort, 2, country="Germany")
    assert any("is DE meant" in str(problem) for problem in check_cohort(cohort.root))


def test_duplicate_ids_are_all_named(cohort: Cohort) -> None:
    edit(cohort, 3, image_id=cohort.image_ids[0])
    rows = {p.row for p in check_cohort(cohort.root) if "more than once" in p.reason}
    assert rows == {2, 3}


def test_a_patient_has_one_condition_and_one_sex(cohort: Cohort) -> None:
    edit(cohort, 3, condition="C1", sex="male")
    columns = {problem.column for problem in check_cohort(cohort.root)}
    assert columns == {"condition", "sex"}


def test_all_problems_are_reported_at_once(cohort: Cohort) -> None:
    edit(cohort, 2, age="old")
    edit(cohort, 4, country="XX")
    edit(cohort, 5, file="images/none.jpg")
    (cohort.root / "cohort.yaml").write_text("name: a b\n")
    found = {(problem.file, problem.row) for problem in check_cohort(cohort.root)}
    assert {("images.csv", 2), ("images.csv", 4), ("images.csv", 5), ("cohort.yaml", None)} <= found


def test_text_that_calls_itself_a_picture(cohort: Cohort) -> None:
    replace_picture(cohort, 2, b"this is text")
    assert "no image" in only_problem(cohort).reason


def test_a_truncated_picture(cohort: Cohort) -> None:
    data = cohort.path(cohort.image_ids[0]).read_bytes()
    replace_picture(cohort, 2, data[: len(data) // 2])
    assert "cut short" in only_problem(cohort).reason


def test_a_decompression_bomb_is_refused_unopened(cohort: Cohort) -> None:
    replace_picture(cohort, 2, png_bomb(30_000, 30_000))
    assert "50,000,000 pixels" in only_problem(cohort).reason


def test_a_link_that_leaves_the_folder(cohort: Cohort, tmp_path: Path) -> None:
    path = cohort.path(cohort.image_ids[0])
    outside = tmp_path / "elsewhere.jpg"
    path.rename(outside)
    os.symlink(outside, path)
    assert "leaves the cohort folder" in only_problem(cohort).reason


def test_a_loop_of_links_and_a_pipe_are_no_pictures(cohort: Cohort) -> None:
    loop, pipe = (cohort.path(image_id) for image_id in cohort.image_ids[:2])
    loop.unlink()
    os.symlink(loop, loop)
    pipe.unlink()
    os.mkfifo(pipe)
    assert {problem.row for problem in check_cohort(cohort.root)} == {2, 3}


def test_blank_lines_at_the_end_do_no_harm(cohort: Cohort) -> None:
    with (cohort.root / "images.csv").open("a") as stream:
        stream.write("\n\n")
    assert check_cohort(cohort.root) == []


def test_a_date_that_is_none_is_a_problem_of_the_metadata(cohort: Cohort) -> None:
    (cohort.root / "cohort.yaml").write_text("name: a\nversion: 2026-13-45\n")
    assert only_problem(cohort).file == "cohort.yaml"


@pytest.mark.parametrize("name", ["images.csv", "conditions.csv", "cohort.yaml"])
def test_a_missing_or_garbled_file_is_named(cohort: Cohort, name: str) -> None:
    (cohort.root / name).write_bytes(b"\xff\xfe\x00\x01")
    assert any(problem.file == name for problem in check_cohort(cohort.root))
    (cohort.root / name).unlink()
    problems = check_cohort(cohort.root)
    assert any(problem.file == name and "missing" in problem.reason for problem in problems)


def test_a_missing_column_and_a_short_row_are_named(cohort: Cohort) -> None:
    path = cohort.root / "images.csv"
    text = path.read_text()
    path.write_text(text + "lonely\n")
    assert "has 1 fields" in str(check_cohort(cohort.root)[0])
    path.write_text(text.replace("patient_id", "subject", 1))
    assert "patient_id: this column is missing" in str(check_cohort(cohort.root)[0])


def test_other_picture_formats_are_fine(cohort: Cohort) -> None:
    stream = io.BytesIO()
    Image.new("RGBA", (5, 7), (10, 20, 30, 0)).save(stream, "PNG")
    replace_picture(cohort, 2, stream.getvalue())
    assert check_cohort(cohort.root) == []


def test_a_pool_has_its_parents_elsewhere_and_nobody_real(cohort: Cohort) -> None:
    """In a folder with ``pool_of``, every image has parents, and none of them is an image here."""
    info = cohort.root / "cohort.yaml"
    info.write_text(info.read_text() + "pool_of: {name: tiny, version: '1', sha256: abc}\n")
    rows = range(2, len(cohort) + 2)
    for row in rows:
        edit(cohort, row, synthetic_of="elsewhere_1|elsewhere_2")
    assert load_cohort(cohort.root).info.is_pool and not cohort.info.is_pool
    edit(cohort, 3, synthetic_of=cohort.image_ids[0])
    assert "an image of this pool" in only_problem(cohort).reason
    edit(cohort, 3, synthetic_of="")
    assert "synthetic images alone" in only_problem(cohort).reason


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (3, "rows 2, 3: the same picture of patient 'C0_P0'"),
        (4, "rows 2, 4: the same picture under the patients 'C0_P0', 'C0_P1'; where"),
    ],
)
def test_the_same_picture_in_two_rows_is_noted(cohort: Cohort, row: int, said: str) -> None:
    """It is no fault, for who knows no patients has one for each image; `bench` refuses it."""
    replace_picture(cohort, row, cohort.path(cohort.image_ids[0]).read_bytes())
    done = CliRunner().invoke(rdface, ["cohort", "check", str(cohort.root)])
    assert done.exit_code == 0 and done.stdout.endswith(": sound\n")
    assert said in done.stderr
