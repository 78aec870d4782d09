"""The tiny base, built once, and a cache of this folder's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rdface.synthesis.dreambooth import Recipe

from .tiny import SIZE, save_tiny_base


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in diffusers' format."""
    return save_tiny_base(tmp_path_factory.mktemp("base"))


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RDFACE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("RDFACE_DEVICE", "cpu")


@pytest.fixture
def options(tiny_base: Path) -> Callable[..., dict[str, Any]]:
    """Options of a run that takes a second; any of them replaced."""

    def make(**changed: Any) -> dict[str, Any]:  # noqa: ANN401
        short = {
            "base": str(tiny_base),
            "base_licence": "CC0-1.0",
            "size": SIZE,
            "steps": 4,
            "learning_rate": 1e-3,
            "checkpoint_every": 2,
            "prior_images": 3,
            "sample_steps": 3,
            "sample_batch": 2,
        }
        return {**short, **changed}

    return make


@pytest.fixture
def recipe(options: Callable[..., dict[str, Any]]) -> Callable[..., Recipe]:
    """The same as a recipe."""

    def make(**changed: Any) -> Recipe:  # noqa: ANN401
        found = options(**changed)
        del found["size"]
        return Recipe(**found)

    return make
