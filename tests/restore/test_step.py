"""Chains: what applies is recorded, in order; names that are none say so."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.errors import UsageError
from rdface.imaging import Image
from rdface.restore import STEPS, Chain, load_chain


class Adds:
    """Adds a number to every pixel of pictures darker than a limit."""

    def __init__(self, name: str, amount: int, below: int = 256) -> None:
        self.name = name
        self.fingerprint = f"{name} {amount} {below}"
        self._amount, self._below = amount, below

    def restore(self, image: Image) -> Image | None:
        return image + np.uint8(self._amount) if image.max() < self._below else None


def test_only_the_steps_that_apply_are_recorded_in_order() -> None:
    chain = Chain([Adds("a", 10), Adds("b", 20, below=5), Adds("c", 1)])
    result = chain.run(np.zeros((2, 2, 3), np.uint8))
    assert result.applied == ("a", "c") and result.image.max() == 11


def test_the_fingerprint_follows_steps_settings_and_order() -> None:
    one, two = Adds("a", 10), Adds("b", 20)
    prints = {
        Chain(steps).fingerprint for steps in ([one], [one, two], [two, one], [Adds("a", 11), two])
    }
    assert len(prints) == 4


def test_unknown_steps_and_arguments_are_named() -> None:
    with pytest.raises(UsageError) as caught:
        load_chain(["realesrgan"])
    assert "realesrgan_x4plus" in str(caught.value.hint)
    for names in ([], ["pad:0"], ["pad:x"], ["realesrgan_x4plus:there"]):
        with pytest.raises(UsageError):
            load_chain(names)


def test_every_step_cites_its_paper() -> None:
    """The house: one step, one file, one citation."""
    import sys

    for name in STEPS.names():
        text = sys.modules[STEPS.get(name).__module__].__doc__ or ""
        assert any(year in text for year in ("1979", "2021", "2023")), name
