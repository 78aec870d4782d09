"""Every piece of code that decides the numbers of a study is named."""

from __future__ import annotations

import pytest

from rdface.bench.augmentation.deciding import deciding_code, given_weights
from rdface.bench.augmentation.plan import GeneratorPlan
from rdface.synthesis.dreambooth import DreamBooth


def test_the_code_of_generators_scorers_and_trained_heads_decides() -> None:
    """With all that lies below: see ``tests/test_files.py``."""
    assert {
        "rdface.synthesis",
        "rdface.screening",
        "rdface.learners",
        "rdface.metrics",
        "numpy",
    } <= set(deciding_code())


def test_weights_that_a_plan_only_points_to_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A base of DreamBooth by its hash; who begins from nothing is not named."""
    monkeypatch.setattr(DreamBooth, "base_sha256", "abc")
    plans = [GeneratorPlan(name="classic"), GeneratorPlan(name="dreambooth", label="db")]
    assert given_weights(plans) == {"db": "abc", "mesh468": given_weights([])["mesh468"]}
