"""The batched forward pass against ordinary modules, one fold at a time."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.learners.tuning.batched_head import BatchedHead
from rdface.learners.tuning.head import make_head

SIZES = (7, 4, 0, 2)
"""Rows of each fold: a fold may have none."""


def heads(kind: str, dropout: float):  # noqa: ANN201
    import torch

    torch.manual_seed(3)
    return [make_head(kind, (20,), 5, dropout) for _ in SIZES]


def padded(seed: int):  # noqa: ANN201
    """Rows of each fold, with zeros at the end, and which are real."""
    import torch

    rng = np.random.default_rng(seed)
    real = np.arange(max(SIZES))[None] < np.array(SIZES)[:, None]
    x = rng.normal(size=(len(SIZES), max(SIZES), 20)).astype(np.float32) * real[:, :, None]
    return torch.from_numpy(x), torch.from_numpy(real)


@pytest.mark.parametrize("kind", ["pooled", "linear"])
def test_logits_gradients_and_statistics_are_those_of_each_head_alone(kind: str) -> None:
    """Three steps of AdamW; padding and a fold without rows leave no trace."""
    import torch

    alone, together = heads(kind, 0.0), heads(kind, 0.0)
    batched = BatchedHead(together, [torch.Generator() for _ in SIZES])
    adam = [torch.optim.AdamW(head.parameters(), lr=0.1) for head in alone]
    common = torch.optim.AdamW([w for head in together for w in head.parameters()], lr=0.1)
    for step in range(3):
        x, real = padded(step)
        logits = batched.forward(x, real)
        (logits.square() * real[:, :, None]).sum().backward()
        batched.hand_out_gradients([size > 0 for size in SIZES])
        for fold, (head, size) in enumerate(zip(alone, SIZES, strict=True)):
            if not size:
                continue
            wanted = head(x[fold, :size])
            torch.testing.assert_close(logits[fold, :size], wanted, atol=1e-4, rtol=1e-4)
            adam[fold].zero_grad()
            wanted.square().sum().backward()
            if step == 0:  # later, Adam makes much of rounding where a gradient is next to none
                for one, two in zip(head.parameters(), together[fold].parameters(), strict=True):
                    torch.testing.assert_close(one.grad, two.grad, atol=1e-4, rtol=1e-3)
            adam[fold].step()
        common.step()
        batched.forget_gradients()
    for one, two, size in zip(alone, together, SIZES, strict=True):
        for name, value in one.state_dict().items():
            torch.testing.assert_close(
                value, two.state_dict()[name], atol=1e-3, rtol=1e-3, msg=f"{name}, {size} rows"
            )


def test_a_fold_without_rows_stands_still() -> None:
    """Not even weight decay or momentum moves it."""
    import torch

    made = heads("pooled", 0.5)
    before = {name: value.clone() for name, value in made[2].state_dict().items()}
    batched = BatchedHead(made, [torch.Generator() for _ in SIZES])
    optimiser = torch.optim.AdamW([w for head in made for w in head.parameters()], lr=0.1)
    batched.forward(*padded(0)).sum().backward()
    batched.hand_out_gradients([True, True, False, True])
    optimiser.step()
    for name, value in made[2].state_dict().items():
        assert torch.equal(value, before[name])
    assert not torch.equal(made[0].classify.weight, heads("pooled", 0.5)[0].classify.weight)


def test_padding_may_hold_anything_finite() -> None:
    """Masked means masked: logits of real rows do not move by a bit."""
    import torch

    x, real = padded(0)
    loud = torch.where(real[:, :, None], x, torch.tensor(1e3))
    batched = BatchedHead(heads("pooled", 0.0), [torch.Generator() for _ in SIZES])
    one, two = batched.forward(x, real), batched.forward(loud, real)
    assert torch.equal(one[real], two[real])


def test_dropout_of_a_fold_is_drawn_from_its_own_generator() -> None:
    """As much as its rows need, so that other folds and padding change nothing."""
    import torch

    made = heads("pooled", 0.5)
    generators = [torch.Generator().manual_seed(fold) for fold in range(len(SIZES))]
    _, real = padded(0)
    kept = BatchedHead(made, generators)._dropout(real, 20, 0.25)
    assert set(np.unique(kept[0])) <= {0.0, np.float32(1 / 0.75)}
    drawn = torch.rand((4, 20), generator=torch.Generator().manual_seed(1)) >= 0.25
    assert torch.equal(kept[1, :4] > 0, drawn)
    assert not kept[1, 4:].any()
