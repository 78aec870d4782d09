"""The page of the study says what its table says, marks it as simulated, and needs nothing else."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from rdface.bench.bias_study.summary import summarise_readings
from rdface.bench.bias_study.trial import METRICS
from rdface.bench.bias_study.variants import VARIANTS
from rdface.pages.protocol_bias import render_study
from rdface.pages.wording import signed_points

CARD = {
    "cohort": "numbers",
    "command": "rdface simulate --out <numbers>",
    "simulated": True,
    "embeddings_sha256": "0" * 64,
}


@pytest.fixture(scope="module")
def trials() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    rows = [
        {
            "cohort": cohort,
            "variant": variant.name,
            "backbone": "b",
            "learner": learner,
            "metric": metric,
            "estimate": value,
            "low": value - 0.05,
            "high": value + 0.05,
            "spread": 0.02,
            "folds": 5,
            "same": 0.2,
            "same_error": 0.01,
            "deployed": 0.22,
            "n": 100 + cohort,
            "n_patients": 90,
        }
        for cohort in range(5)
        for variant in VARIANTS
        for learner in ("x", "y")
        for metric in METRICS
        for value in [float(rng.uniform(0.15, 0.3))]
    ]
    return pd.DataFrame(rows)


def test_the_page_says_what_the_table_says(trials: pd.DataFrame) -> None:
    page = render_study(trials, CARD)
    for line in summarise_readings(trials, "top1_micro"):
        assert signed_points(line.bias.value) in page
    assert page == render_study(trials, CARD)


def test_the_page_is_marked_and_self_contained(trials: pd.DataFrame) -> None:
    page = render_study(trials, CARD)
    assert "Every patient in this study is simulated" in page
    assert not re.search(r'(src|href)="https?:', page) and "<script" not in page
    assert "&lt;numbers&gt;" in page
    assert "diagnos" not in page.lower()
