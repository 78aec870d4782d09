"""Maps are as wide, and joined over as far, as the paper says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rdface.synthesis.fastgan.widths import SIZES, channels, gate_of, sides


@given(width=st.integers(1, 128), size=st.sampled_from(SIZES))
def test_channels_never_grow_with_the_side_and_never_fall_below_three(
    width: int, size: int
) -> None:
    counts = [channels(side, width) for side in sides(4, size)]
    assert counts == sorted(counts, reverse=True)
    assert min(counts) >= 3
    assert channels(64, max(width, 3)) == max(width, 3)


def test_gates_are_the_papers() -> None:
    """8 to 128, 16 to 256 and 32 to 512; below that 4 to 64, so that 64 pixels have one, too."""
    assert {side: gate_of(side) for side in sides(4, 1024) if gate_of(side)} == {
        64: 4,
        128: 8,
        256: 16,
        512: 32,
    }
