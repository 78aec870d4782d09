"""The made-up manifest in place of the real one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import rdface.weights  # noqa: F401 - loads its modules
from tests.weights.pieces import Shelf


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """The made-up manifest in place of the real one, an empty cache and a wheel."""
    monkeypatch.setenv("RDFACE_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("RDFACE_WEIGHTS", raising=False)
    shelf = Shelf(tmp_path / "made_up-1.0-py3-none-any.whl")
    weights = shelf.weights()
    for module in ("manifest", "store"):
        # The package also has a function called manifest, which hides the module.
        monkeypatch.setattr(sys.modules[f"rdface.weights.{module}"], "manifest", lambda: weights)
    return shelf
