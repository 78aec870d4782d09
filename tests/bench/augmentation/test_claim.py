"""A folder is one study's, and every piece of code that decides its numbers is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from rdface.bench.augmentation.claim import claim, deciding_code, given_weights, read_about
from rdface.bench.augmentation.plan import GeneratorPlan
from rdface.errors import RunError
from rdface.synthesis.dreambooth import DreamBooth


def test_a_folder_belongs_to_one_study(tmp_path: Path) -> None:
    """Another plan is another study; a folder with something else is none."""
    out = tmp_path / "study"
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "file").write_text("")
    claim(out, {"plan": (1, 2)})
    claim(out, {"plan": (1, 2)})
    assert read_about(out) == {"plan": [1, 2]}
    with pytest.raises(RunError, match="another plan"):
        claim(out, {"plan": 2})
    with pytest.raises(RunError, match="not empty"):
        claim(tmp_path / "other", {"plan": 1})
    with pytest.raises(RunError, match="no study"):
        read_about(tmp_path / "other")


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
