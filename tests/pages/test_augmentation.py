"""The page says what was found, marks what is simulated, and carries all that it shows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from rdface.bench.augmentation import part
from rdface.bench.augmentation.results import Found
from rdface.bench.augmentation.summary import curve, summarise_study, table_of
from rdface.pages.augmentation import render_augmentation
from tests.bench.augmentation.world import make_material, make_plan, planted


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Found:
    """A study of numbers with a generator that knows the truth."""
    monkeypatch.setattr(part, "make_and_embed", planted())
    plan = make_plan(regimes=(1, "all"), terms=True)
    material = make_material(tmp_path / "cohort", plan)
    tables, memory = [], []
    for regime, fold in plan.parts(plan.generators[0]):
        tables.append(part.run_real(material, regime, fold))
        table, known = part.run_generator(material, plan.generators[0], regime, fold, tmp_path)
        tables.append(table)
        memory.append({"regime": str(regime), "fold": fold, "generator": "true", **known.__dict__})
    ranks = pd.concat(tables, ignore_index=True)
    about = {"plan": plan.model_dump(mode="json"), "simulated": True, "n_conditions": 12}
    return Found(
        summarise_study(ranks, n_conditions=12),
        curve(ranks, n_conditions=12),
        pd.DataFrame(memory),
        about,
    )


def test_the_page_says_what_was_found(found: Found) -> None:
    """Largest gain, negative control, memory; simulated is said, nothing is fetched."""
    page = render_augmentation(found)
    for words in ("Every patient is simulated", "Largest gain", "Negative control", "membership"):
        assert words in page
    assert "http://" not in page.replace("http://www.w3.org", "") and "https://" not in page
    assert "<script" not in page
    assert "diagnos" not in page.lower()
    assert page == render_augmentation(found)


def test_the_page_says_where_a_pool_had_fewer(found: Found) -> None:
    """And nothing of it where every condition was given n."""
    assert "% missing" not in render_augmentation(found)
    lines = [
        replace(line, n_mean=line.n_mean / 4) if line.screened else line for line in found.lines
    ]
    page = render_augmentation(replace(found, lines=lines))
    assert page.count("75.0 % missing") == sum(line.screened for line in lines) > 0


def test_the_table_has_a_row_for_each_arm_with_its_interval(found: Found) -> None:
    """Shares lie within their intervals, and p after Holm is there where a comparison is."""
    table = table_of(found.lines)
    assert (table["top10_micro_low"] <= table["top10_micro"]).all()
    assert (table["top10_micro"] <= table["top10_micro_high"]).all()
    compared = table[table["arm"] != "real only"]
    assert compared["top5_micro_p_holm"].notna().all()
    assert table.loc[table["arm"] == "real only", "top5_micro_difference"].isna().all()
