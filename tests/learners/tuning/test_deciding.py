"""What a run's key holds of a training."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from rdface.learners.tuning import Recipe, deciding
from rdface.learners.tuning import deciding as module_or_function


def test_every_setting_is_written_out() -> None:
    """A default that changes in a later version changes the key."""
    about = deciding(Recipe(), "cpu")
    assert json.loads(about["recipe"]) == Recipe().model_dump(mode="json")
    assert about["device"] == "cpu"
    assert deciding(Recipe(), "cpu") == about
    assert all(isinstance(value, str) for value in about.values())
    for name, value in {"dropout": 0.4, "seed": 1, "size": 64, "ema": 0.9}.items():
        assert deciding(Recipe(**{name: value}), "cpu") != about


def test_versions_of_what_is_used() -> None:
    """Torch always; peft and scikit-learn where they have a say."""
    import torch

    assert deciding(Recipe())["torch"].split("+")[0] == torch.__version__.split("+")[0]
    assert "peft" not in deciding(Recipe())
    assert "peft" in deciding(Recipe(trainable="lora"))
    assert "scikit-learn" in deciding(Recipe(warm_start=True))


def test_the_code_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another line in any file of the package is another key."""
    import sys

    assert callable(module_or_function)
    module = sys.modules["rdface.learners.tuning.deciding"]
    copy = tmp_path / "tuning"
    shutil.copytree(Path(module.__file__).parent, copy)
    monkeypatch.setattr(module, "__file__", str(copy / "deciding.py"))
    one = deciding(Recipe())
    with (copy / "order.py").open("a") as stream:
        stream.write("# changed\n")
    two = deciding(Recipe())
    assert {name for name in one if one[name] != two[name]} == {"rdface.learners.tuning"}
