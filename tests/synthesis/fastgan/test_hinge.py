"""The hinge loss, by hand."""

from __future__ import annotations

import pytest


def test_values() -> None:
    """max(0, 1 - real), max(0, 1 + made), and minus the mean."""
    import torch

    from rdface.synthesis.fastgan.hinge import convince, judge_made, judge_real

    logits = torch.tensor([-2.0, 0.0, 0.5, 3.0])
    assert judge_real(logits).item() == pytest.approx((3 + 1 + 0.5 + 0) / 4)
    assert judge_made(logits).item() == pytest.approx((0 + 1 + 1.5 + 4) / 4)
    assert convince(logits).item() == pytest.approx(-1.5 / 4)


def test_what_is_judged_well_enough_teaches_nothing() -> None:
    """Beyond the margin the discriminator's gradient is zero; the generator's never is."""
    import torch

    from rdface.synthesis.fastgan.hinge import convince, judge_made, judge_real

    for loss, at, slope in ((judge_real, 1.5, 0), (judge_made, -1.5, 0), (convince, 9.0, -1)):
        logit = torch.tensor([at], requires_grad=True)
        loss(logit).backward()
        assert logit.grad is not None and logit.grad.item() == slope
