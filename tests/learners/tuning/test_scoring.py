"""Scores and the schedule."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.learners.tuning.scoring import learning_rate, log_probabilities, top1


def test_probabilities_of_the_trained_conditions_add_up_to_one(rng: np.random.Generator) -> None:
    """The others have minus infinity, whatever their logit."""
    import torch

    logits = torch.from_numpy(rng.normal(size=(5, 6)).astype(np.float32))
    logits[:, 2] = 50.0
    scores = log_probabilities(logits, np.array([0, 1, 4]))
    assert scores.dtype == np.float32
    assert np.isneginf(scores[:, [2, 3, 5]]).all()
    np.testing.assert_allclose(np.exp(scores).sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_allclose(
        scores[:, 0] - scores[:, 4], (logits[:, 0] - logits[:, 4]).numpy(), atol=1e-5
    )


def test_top1_counts_hits() -> None:
    """None without rows."""
    scores = np.array([[0, 1], [1, 0], [3, 2]], dtype=np.float32)
    assert top1(scores, np.array([1, 1, 0])) == pytest.approx(2 / 3)
    assert top1(scores[:0], np.empty(0, dtype=np.intp)) is None


@pytest.mark.parametrize("epochs", [1, 2, 50])
def test_the_schedule_is_that_of_torch(epochs: int) -> None:
    """Stepped after every epoch, with the paper's rates."""
    import torch

    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1e-4)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, T_max=epochs, eta_min=1e-6)
    for epoch in range(epochs):
        ours = learning_rate(epoch, epochs=epochs, highest=1e-4, lowest=1e-6)
        assert ours == pytest.approx(schedule.get_last_lr()[0], rel=1e-9)
        optimiser.step()
        schedule.step()
