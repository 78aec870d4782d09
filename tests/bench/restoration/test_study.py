"""The whole study on a few simulated children, killed and resumed; and what its page says."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rdface.bench.restoration import (
    Found,
    RestorationPlan,
    Studied,
    run_restoration,
    summarise,
    write_tables,
)
from rdface.bench.restoration.examples import examples
from rdface.bench.restoration.study import PRISTINE
from rdface.errors import RunError, UsageError
from rdface.faces.anthropometry import NAMES
from rdface.pages.restoration import render_restoration, write_restoration_page

PLAN = RestorationPlan(
    images=5,
    damages=("none", "face32"),
    arms=("bicubic", "realesr_animevideov3"),
    backbones=("sface",),
)


@pytest.mark.slow
@pytest.mark.weights
def test_a_study_that_was_stopped_goes_on_to_the_same_numbers(tmp_path: Path) -> None:
    """Fewer children first, then pictures taken away, then all: as if in one go."""
    one = run_restoration(PLAN, tmp_path / "one")
    grown = tmp_path / "two"
    run_restoration(replace(PLAN, damages=("face32",)), grown)
    pictures = sorted(grown.rglob("*.png"))
    assert (grown / "pictures").stat().st_mode & 0o077 == 0
    pictures[0].unlink()
    two = run_restoration(PLAN, grown)
    assert one.ranks.equals(two.ranks) and one.z.keys() == two.z.keys()
    for cell in one.z:
        assert np.array_equal(one.z[cell], two.z[cell], equal_nan=True)
    with pytest.raises(RunError, match="another plan, cohort or version"):
        run_restoration(replace(PLAN, seed=1), grown)
    found = summarise(two)
    write_tables(found, grown)
    page = write_restoration_page(found, examples(two, grown, ("face32",)), grown)
    assert "data:image/jpeg" in page.read_text() and (grown / "face32-faces.jpg").is_file()
    assert len(pd.read_csv(grown / "measures.csv")) == 3 * len(NAMES)
    assert {"image_id", "patient_id", "condition"} <= set(one.people.columns)


@pytest.mark.weights
def test_more_children_than_there_are_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="were asked for"):
        run_restoration(replace(PLAN, images=5000), tmp_path / "x")


@pytest.fixture
def studied() -> Studied:
    """Forty children whose deviations one arm halves; one picture of it shows no face."""
    rng = np.random.default_rng(0)
    n, m = 40, len(NAMES)
    z = rng.normal(0, 1, (n, m))
    column = NAMES.index("outer_canthal_width")
    terms = ["HP:0000316" if value > 0.5 else "" for value in z[:, column]]
    halved = 0.5 * z + rng.normal(0, 0.1, z.shape)
    halved[3] = np.nan
    people = pd.DataFrame(
        {
            "image_id": [f"i{k}" for k in range(n)],
            "patient_id": [f"p{k}" for k in range(n)],
            "condition": "A",
            "sex": "male",
            "age": 5.0,
            "hpo_terms": terms,
        }
    )
    versions = [("", PRISTINE), ("face32", "bicubic"), ("face32", "halves")]
    ranks = pd.DataFrame(
        [
            (damage, arm, "sface", f"i{k}", 1 + (k % 4) + 3 * (arm == "halves"))
            for damage, arm in versions
            for k in range(n)
        ],
        columns=["damage", "arm", "backbone", "image_id", "rank"],
    )
    values = (z, z + rng.normal(0, 0.1, z.shape), halved)
    return Studied(
        RestorationPlan(images=n, damages=("face32",), arms=("bicubic", "halves")),
        "tiny 1",
        True,
        people,
        ("i99",),
        dict(zip(versions, values, strict=True)),
        ranks,
        {"bicubic": 0.001},
    )


def test_an_arm_that_halves_deviations_is_found_out(studied: Studied, tmp_path: Path) -> None:
    found = summarise(studied)
    bicubic, halves = found.cells
    assert bicubic.slope.low > 0.95 and bicubic.slope_against is None and bicubic.n == 40
    assert halves.n == 39 and halves.no_face == 1 and halves.asked == 40
    assert halves.slope_against is not None and halves.slope_against.high < -0.4
    assert halves.away == (len(NAMES), 0)
    recognised = {line.arm: line for line in found.recognised}
    against = recognised["halves"].against
    assert against is not None and against.high < 0
    assert recognised["bicubic"].lost.value == 0
    write_tables(found, tmp_path)
    said = json.loads((tmp_path / "restoration.json").read_text())
    assert said["cells"][1]["slope_against_high"] < -0.4 and said["simulated"] is True


def test_the_page_says_so_marks_what_is_simulated_and_fetches_nothing(studied: Studied) -> None:
    found: Found = summarise(studied)
    page = render_restoration(found, {})
    assert "Every child is simulated" in page and "halves against bicubic" in page
    assert "lower in 1 of 1 damages" in page and "1 of 80 restored pictures" in page
    assert "1 drawn child had no face" in page
    assert "https://" not in page and "<script" not in page and "diagnos" not in page.lower()
    assert page == render_restoration(found, {})
    assert "Every child is simulated" not in render_restoration(
        Found(replace(studied, simulated=False), found.cells, found.recognised), {}
    )


def test_no_real_face_gets_onto_the_page(studied: Studied, tmp_path: Path) -> None:
    assert examples(replace(studied, simulated=False), tmp_path, ("face32",)) == []
