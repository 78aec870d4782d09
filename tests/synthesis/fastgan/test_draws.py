"""All that is random in a step."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st


@given(n=st.integers(1, 30), taken=st.integers(1, 12), seed=st.integers(0, 2**32))
@settings(max_examples=30)
def test_no_portrait_is_passed_over(n: int, taken: int, seed: int) -> None:
    """After n steps of ``taken`` each was shown ``taken`` times."""
    from rdface.synthesis.fastgan.draws import draw

    shown = np.concatenate([draw(seed, step, ((n, taken),), True).rows for step in range(n)])
    assert (np.bincount(shown, minlength=n) == taken).all()


def test_a_step_depends_on_seed_and_number_alone() -> None:
    import torch

    from rdface.synthesis.fastgan.draws import draw

    first, again, other = (draw(0, step, ((9, 4), (5, 2)), True) for step in (7, 7, 8))
    np.testing.assert_array_equal(first.rows, again.rows)
    assert torch.equal(torch.randn(3, generator=first.torch), torch.randn(3, generator=again.torch))
    assert not torch.equal(
        torch.randn(3, generator=first.torch), torch.randn(3, generator=other.torch)
    )
    assert first.corner == again.corner and len(first.rows) == 6


def test_controls_get_their_share_and_flips_can_be_forbidden() -> None:
    """The second part's rows come after the first part's."""
    from rdface.synthesis.fastgan.draws import draw

    for step in range(20):
        drawn = draw(3, step, ((9, 4), (5, 2)), False)
        for rows in (drawn.rows, drawn.made_rows):
            assert (rows[:4] < 9).all() and ((rows[4:] >= 9) & (rows[4:] < 14)).all()
        assert not drawn.flipped.any()
    assert any(draw(3, step, ((9, 4),), True).flipped.any() for step in range(5))
