"""Networks on other machines: the same ones, or words about what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from rdface.backbones.sent import backbone_there
from rdface.errors import WeightsError


def test_a_machine_without_the_weights_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RDFACE_CACHE", str(tmp_path))
    with pytest.raises(WeightsError, match="On a machine of the cluster") as caught:
        backbone_there.__wrapped__("sface", "0" * 64)
    assert "--engine local" in (caught.value.hint or "")
