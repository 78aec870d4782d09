"""The paper's steps: enhancement where it is, colours where they are needed."""

from __future__ import annotations

import pytest

from rdface.errors import WeightsError
from rdface.restore import PAPER, Chain, preset
from rdface.restore.preset import load_paper


def absent(monkeypatch: pytest.MonkeyPatch, *missing: str) -> None:
    """Load names instead of networks, but for the missing ones."""

    def load(names: list[str]) -> Chain:
        class Named:
            def __init__(self, name: str) -> None:
                self.name = self.fingerprint = name

        for name in names:
            if name in missing:
                raise WeightsError(f"no {name}")
        return Chain([Named(name) for name in names])  # type: ignore[misc]

    monkeypatch.setattr(preset, "load_chain", load)


def test_all_steps_in_the_papers_order(monkeypatch: pytest.MonkeyPatch) -> None:
    absent(monkeypatch)
    chain, lacking = load_paper(grey=True)
    assert chain.names == PAPER == ("pad", "realesrgan_x4plus", "gfpgan", "ddcolor")
    assert lacking == ()


def test_without_enhancement_it_goes_on_and_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    absent(monkeypatch, "gfpgan", "ddcolor")
    chain, lacking = load_paper(grey=False)
    assert "The step gfpgan is left out." in caplog.text
    assert chain.names == ("pad", "realesrgan_x4plus") and lacking == ("gfpgan", "ddcolor")


@pytest.mark.parametrize("missing", ["realesrgan_x4plus", "ddcolor"])
def test_without_a_step_that_is_needed_it_does_not(
    monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    absent(monkeypatch, missing)
    with pytest.raises(WeightsError, match=missing):
        load_paper(grey=True)
