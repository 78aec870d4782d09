"""The benchmark of DreamBooth measures what its rows say."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from tests.synthesis.dreambooth.tiny import SIZE, save_tiny_base


def test_rows_differ_in_what_they_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Adapters are few and kept small; what is encoded in every step costs more."""
    from benchmarks import dreambooth

    monkeypatch.setenv("RDFACE_CACHE", str(tmp_path / "cache"))
    base = str(save_tiny_base(tmp_path / "base"))
    found = {
        row: dreambooth.measure(
            argparse.Namespace(row=row, base=base, size=SIZE, batch=1, steps=8, samples=2)
        )
        for row in ("full", "LoRA", "LoRA, prior preservation")
    }
    full, lora, prior = found.values()
    assert lora["learns"] == prior["learns"] < full["learns"] / 5
    assert lora["kept"] < full["kept"] and min(full.values()) > 0
