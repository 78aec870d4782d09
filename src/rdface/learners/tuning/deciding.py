"""What decides the outcome of a training besides cohort, split and backbone."""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from rdface.files import code_sha256
from rdface.learners.tuning.device import choose_device
from rdface.learners.tuning.recipe import Recipe


def deciding(recipe: Recipe, device: str | None = None) -> dict[str, str]:
    """Recipe, code, versions and type of device, for the key of a run.

    Args:
        recipe: Written out in full, so that a default that changes changes the key.
        device: As for :func:`~rdface.learners.tuning.device.choose_device`.

    Raises:
        UsageError: torch is not installed, or the device is not there.
    """
    found = {
        "recipe": json.dumps(recipe.model_dump(mode="json"), sort_keys=True),
        "rdface.learners.tuning": code_sha256(Path(__file__).parent),
        "device": choose_device(device).type,
    }
    packages = ("torch", "numpy", "scikit-learn") if recipe.warm_start else ("torch", "numpy")
    for package in (*packages, "peft") if recipe.trainable == "lora" else packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "missing"
    return found
