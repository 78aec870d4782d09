"""Begin with the linear head that frozen features of the training images give.

A random head sends large, meaningless gradients into a pretrained network; one that is fitted
first does not (Kumar et al., "Fine-tuning can distort pretrained features and underperform
out-of-distribution", arXiv 2202.10054: "LP-FT").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rdface.engines.threads import one_blas_thread
from rdface.learners.logistic import LogisticProbe

if TYPE_CHECKING:
    import torch

_UNSEEN = 10.0
"""By how much the offset of a condition without training images is below the least other one."""


def warm_start(
    head: torch.nn.Sequential,
    features: torch.Tensor,
    labels: NDArray[np.intp],
    *,
    strength: float = 10.0,
) -> None:
    """Set a head's last layer to the logistic regression on what reaches it.

    With head ``linear`` that is the regression on the features. A head of the paper keeps its
    random gate (and hidden layer), the statistics of its BatchNorm become those of the gated
    training features, dropout is off, and the regression is fitted on what comes out of that: in
    evaluation mode the head then is exactly this regression.

    Args:
        head: Of :func:`~rdface.learners.tuning.head.make_head`; changed in place.
        features: ``float32 [N, ...]`` of the training images, and of no others.
        labels: ``[N]``.
        strength: ``c`` of :class:`~rdface.learners.logistic.LogisticProbe`.
    """
    import torch

    training, last = head.training, head[-1]
    assert isinstance(last, torch.nn.Linear)  # noqa: S101 - of every head
    head.eval()
    with torch.no_grad():
        norm = dict(head.named_children()).get("norm")
        if isinstance(norm, torch.nn.BatchNorm1d):
            _set_statistics(norm, head, features)
        reached = head[:-1](features).double().cpu().numpy()
        with one_blas_thread():
            probe = LogisticProbe(c=strength)
            probe.fit(reached, labels, n_conditions=last.out_features)
        weights, offsets = probe.layer()
        offsets[np.isneginf(offsets)] = offsets[np.isfinite(offsets)].min() - _UNSEEN
        last.weight.copy_(torch.from_numpy(weights.T))
        last.bias.copy_(torch.from_numpy(offsets))
    head.train(training)


def _set_statistics(
    norm: torch.nn.BatchNorm1d, head: torch.nn.Sequential, features: torch.Tensor
) -> None:
    """Mean and variance of everything that reaches a BatchNorm, at once."""
    momentum = norm.momentum
    norm.reset_running_stats()
    norm.momentum = None  # the plain average over all batches, here of one
    norm.train()
    names = [name for name, _ in head.named_children()]
    head[: names.index("norm") + 1](features)
    norm.eval()
    norm.momentum = momentum
