"""Decisions make a new cohort, follow what was said to the letter, and leave the old one alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from rdface.cohort import Cohort, check_cohort, load_cohort, write_cohort
from rdface.curation.quality import apply_decisions, read_decisions
from rdface.errors import UsageError
from tests.conftest import MakeCohort

HEADER = "finding,check,image_id,other_image_id,decision,drop,condition,sex,note\n"


def decide(cohort: Cohort, tmp_path: Path, *lines: str) -> tuple[Cohort, dict[str, int]]:
    path = tmp_path / "decisions.csv"
    path.write_text(HEADER + "\n".join(lines) + "\n")
    return apply_decisions(cohort, read_decisions(path, cohort), tmp_path / "new", new_version="2")


def test_drop_merge_and_keep(make_cohort: MakeCohort, tmp_path: Path) -> None:
    cohort = make_cohort(images=2)
    before = cohort.sha256
    new, done = decide(
        cohort,
        tmp_path,
        "F1,blur,C0_P0_0,,drop,,,,",
        "F2,near-duplicate,C0_P1_0,C0_P1_1,drop,C0_P1_1,,,",
        "F3,two-patient-ids,C1_P0_0,C1_P2_0,merge,,,,siblings? no",
        "F4,blur,C2_P0_0,,keep,,,,",
        "F5,blur,C3_P0_0,,,,,,not looked at yet",
    )
    assert done == {"dropped": 2, "merged": 1} and new.info.version == "2"
    assert set(cohort.image_ids) - set(new.image_ids) == {"C0_P0_0", "C0_P1_1"}
    of = dict(zip(new.images["image_id"], new.images["patient_id"], strict=True))
    assert of["C1_P2_0"] == of["C1_P2_1"] == of["C1_P0_0"] == "C1_P0"
    assert check_cohort(str(tmp_path / "new")) == []
    assert load_cohort(str(cohort.root)).sha256 == before
    assert not (tmp_path / "new" / "images" / "C0_P0_0.jpg").exists()
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0


def test_a_merge_across_conditions_or_sexes_needs_a_word(
    make_cohort: MakeCohort, tmp_path: Path
) -> None:
    cohort = make_cohort()
    with pytest.raises(UsageError, match="condition differs: C0, C1"):
        decide(cohort, tmp_path, "F1,two-conditions,C0_P0_0,C1_P1_0,merge,,,female,")
    new, _ = decide(cohort, tmp_path, "F1,two-conditions,C0_P0_0,C1_P1_0,merge,,C1,female,")
    own = new.images[new.images["patient_id"] == "C0_P0"]
    assert set(own["condition"]) == {"C1"} and set(own["sex"]) == {"female"} and len(own) == 2


def test_what_was_made_from_a_dropped_picture_goes_too(
    make_cohort: MakeCohort, tmp_path: Path
) -> None:
    cohort = make_cohort()
    images = cohort.images.copy()
    images.loc[1, "synthetic_of"] = "C0_P0_0"
    images.loc[2, "synthetic_of"] = "C0_P1_0"
    cohort = write_cohort(cohort.root, cohort.info, images, cohort.conditions)
    new, done = decide(cohort, tmp_path, "F1,blur,C0_P0_0,,drop,,,,")
    assert done["dropped"] == 3 and len(new) == len(cohort) - 3


def test_what_a_restored_picture_was_before_comes_along(
    make_cohort: MakeCohort, tmp_path: Path
) -> None:
    cohort = make_cohort()
    (cohort.root / "originals").mkdir()
    (cohort.root / "originals" / "a.jpg").write_bytes(cohort.path("C0_P0_0").read_bytes())
    images = cohort.images.assign(original="")
    images.loc[0, "original"] = "originals/a.jpg"
    cohort = write_cohort(cohort.root, cohort.info, images, cohort.conditions)
    decide(cohort, tmp_path, "F1,blur,C0_P1_0,,drop,,,,")
    assert (tmp_path / "new" / "originals" / "a.jpg").is_file()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("F1,blur,C0_P0_0,,delete,,,,", "'delete' is no decision"),
        ("F1,blur,nobody,,drop,,,,", "no image nobody"),
        ("F1,near-duplicate,C0_P0_0,C0_P1_0,drop,,,,", "must name one of the two"),
        ("F1,blur,C0_P0_0,,merge,,,,", "needs two pictures"),
    ],
)
def test_a_line_that_cannot_be_followed_is_named(
    make_cohort: MakeCohort, tmp_path: Path, line: str, told: str
) -> None:
    with pytest.raises(UsageError, match=f"line 2: .*{told}"):
        decide(make_cohort(), tmp_path, line)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_spreadsheet_may_save_it_in_its_own_way(
    make_cohort: MakeCohort, tmp_path: Path, delimiter: str
) -> None:
    cohort, path = make_cohort(), tmp_path / "decisions.csv"
    text = HEADER + "F1,blur,C0_P0_0,,drop,,,,schön\r\n"
    path.write_bytes(text.replace(",", delimiter).encode("cp1252"))
    (decision,) = read_decisions(path, cohort)
    assert (decision.line, decision.images, decision.decision) == (2, ("C0_P0_0",), "drop")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("%PDF-1.7 junk\n", "lacks the column.*decision"),
        ("", "lacks the column"),
        (HEADER + "F1,blur,C0_P0_0,,,,,,not yet\n", "holds no decision"),
        ('"' + HEADER, "is no CSV table"),
        ("\0", "is no text"),
    ],
)
def test_a_file_without_decisions_changes_nothing(
    make_cohort: MakeCohort, tmp_path: Path, text: str, told: str
) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text(text)
    with pytest.raises(UsageError, match=told):
        read_decisions(path, make_cohort())
    with pytest.raises(UsageError, match="No such file"):
        read_decisions(tmp_path / "none.csv", make_cohort())
