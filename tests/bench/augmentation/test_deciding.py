"""Every piece of code that decides the numbers of a study is named."""

from __future__ import annotations

import pytest

from rdface.bench.augmentation.deciding import deciding_code, given_weights
from rdface.bench.augmentation.plan import GeneratorPlan
from rdface.synthesis.dreambooth import DreamBooth


def test_the_code_of_generators_scorers_and_trained_heads_decides() -> None:
    """Their own folders, below those of synthesis, screening and learners, are named, too."""
    assert {
        "rdface.synthesis.morph",
        "rdface.synthesis.signs",
        "rdface.synthesis.dreambooth",
        "rdface.synthesis.pool",
        "rdface.screening.scores",
        "rdface.learners.tuning",
        "rdface.metrics",
        "numpy",
    } <= set(deciding_code())


def test_weights_that_a_plan_only_points_to_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A base of DreamBooth by its hash; who begins from nothing is not named."""
    monkeypatch.setattr(DreamBooth, "base_sha256", "abc")
    plans = [GeneratorPlan(name="classic"), GeneratorPlan(name="dreambooth", label="db")]
    assert given_weights(plans) == {"db": "abc", "mesh468": given_weights([])["mesh468"]}
