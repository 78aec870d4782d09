"""Each check of a face speaks of what lies beyond its threshold, and of nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.curation.quality import all_checks
from rdface.curation.quality.face_regions import COLUMNS
from tests.curation.quality.world import evidence, found, tell


@pytest.mark.parametrize(
    ("check", "number", "beyond", "within"),
    [
        ("blur", "sharpness", -4.5, -3.0),
        ("small-face", "eyes", 12, 31),
        ("turned", "yaw", -50, 20),
        ("turned", "pitch", 40, -10),
        ("turned", "roll", 30, 5),
        ("occlusion", "mesh", 0.2, 0.99),
        ("text-on-face", "text on face", 0.9, 0.5),
        ("text-beside", "text", 0.9, 0.5),
    ],
)
def test_a_number_beyond_its_threshold_is_found(
    check: str, number: str, beyond: float, within: float
) -> None:
    seen = evidence()
    tell(seen, number, 1, within)
    assert found(seen, check) == []
    tell(seen, number, 2, beyond)
    (finding,) = found(seen, check)
    assert finding.images == ("i2",) and finding.check == check


def test_text_on_the_face_is_not_told_twice() -> None:
    seen = evidence()
    tell(seen, "text", 1, 0.9)
    tell(seen, "text on face", 1, 0.9)
    assert len(found(seen, "text-on-face")) == 1 and found(seen, "text-beside") == []


def test_a_picture_without_a_face_is_found_by_that_check_alone() -> None:
    seen = evidence()
    seen.faces.frame.loc[1, ["status", "n_faces"]] = ["none", 0]
    seen.looks.rows[1, -len(COLUMNS) - 6 :] = np.nan
    seen.faces.frame.loc[3, ["status", "n_faces"]] = ["several", 3]
    told = {each.name: [f.images for f in each.run(seen)] for each in all_checks()}
    assert {name: images for name, images in told.items() if images} == {
        "no-face": [("i1",)],
        "several-faces": [("i3",)],
    }


def test_a_covered_part_stands_out_and_the_words_name_it() -> None:
    seen = evidence(80)
    column = COLUMNS.index("mouth: yellow-blue") - len(COLUMNS)
    assert found(seen, "occlusion") == []
    seen.looks.rows[7, column] = 25.0
    (finding,) = found(seen, "occlusion")
    assert finding.images == ("i7",) and "mouth" in finding.words


def test_hair_over_the_forehead_is_passed_over() -> None:
    seen = evidence(80)
    seen.looks.rows[7, COLUMNS.index("forehead: lightness") - len(COLUMNS)] = -60.0
    assert found(seen, "occlusion") == []


def test_a_small_cohort_says_that_parts_were_not_compared() -> None:
    seen = evidence(10)
    assert found(seen, "occlusion") == [] and "50 faces" in seen.notes[0]


def test_every_check_names_its_source_and_what_it_is_about() -> None:
    for check in all_checks():
        assert check.source and check.about.endswith(".") and check.title
        assert "diagnos" not in f"{check.about} {check.title}"
