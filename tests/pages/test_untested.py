"""Why a condition was not tested, in words that are true under either protocol."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from rdface.cohort import Cohort, write_cohort
from rdface.pages.evidence import gather
from rdface.pages.sections.untested import untested

MakeCohort = Callable[..., Cohort]
MakeRun = Callable[..., Path]


@pytest.fixture
def lacking(make_cohort: MakeCohort) -> Cohort:
    """C0 has one image (and a synthetic one), C1 two of one patient, C2 two patients."""
    made = make_cohort(conditions=4, patients=2, images=2)
    kept = ["C0_P0_0", "C0_P0_1", "C1_P0_0", "C1_P0_1", "C2_P0_0", "C2_P1_0", "C3_P0_0", "C3_P1_0"]
    images = made.images[made.images["image_id"].isin(kept)].reset_index(drop=True)
    images["synthetic_of"] = images["image_id"].map({"C0_P0_1": "C0_P0_0"}).fillna("")
    return write_cohort(made.root, made.info, pd.DataFrame(images), made.conditions)


@pytest.mark.parametrize(
    ("protocol", "second"),
    [("strict", "images of one patient only"), ("paper", "no test image by the draw")],
)
def test_each_is_listed_with_what_it_lacks(
    lacking: Cohort, make_run: MakeRun, runs_folder: Path, protocol: str, second: str
) -> None:
    """One patient's images keep a condition from the test only where patients are divided."""
    make_run(
        lacking,
        protocol={"name": protocol, "seed": 0}
        | ({"divide_by": "image"} if protocol == "paper" else {}),
        train_only_conditions=("C0", "C1") + (("C2",) if protocol == "paper" else ()),
    )
    names, meaning = untested(gather(runs_folder))
    expected = ["Condition 0 (a single image)", f"Condition 1 ({second})"]
    if protocol == "paper":
        expected.append("Condition 2 (no test image by the draw)")
    assert list(names) == expected
    assert "stands in training only" in meaning


def test_nothing_is_listed_where_all_were_tested(
    lacking: Cohort, make_run: MakeRun, runs_folder: Path
) -> None:
    """The common case."""
    make_run(lacking)
    assert untested(gather(runs_folder))[0] == ()
