"""The paper's padding: square, black, centred."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.restore import load_chain
from rdface.restore.pad import Pad


@settings(max_examples=25)
@given(st.integers(1, 60), st.integers(1, 60))
def test_every_picture_comes_out_square(height: int, width: int) -> None:
    image = np.full((height, width, 3), 200, np.uint8)
    assert Pad(32).restore(image).shape == (32, 32, 3)


@pytest.mark.parametrize("wide", [True, False])
def test_what_is_added_is_black_and_the_picture_stays_in_the_middle(wide: bool) -> None:
    image = np.full((16, 32, 3) if wide else (32, 16, 3), 200, np.uint8)
    padded = Pad(32).restore(image)
    padded = padded if wide else padded.transpose(1, 0, 2)
    assert (padded[8:24] == 200).all() and not padded[:8].any() and not padded[24:].any()


def test_512_is_the_default_and_other_sides_have_another_name_and_fingerprint() -> None:
    paper, small = load_chain(["pad"]), load_chain(["pad:64"])
    assert paper.names == ("pad",) and small.names == ("pad:64",)
    assert paper.fingerprint != small.fingerprint
    assert paper.run(np.zeros((4, 4, 3), np.uint8)).image.shape == (512, 512, 3)
