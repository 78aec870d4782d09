"""The paper's heads: what turns a feature, or a map of features, into scores of conditions."""

from __future__ import annotations

from collections import OrderedDict
from functools import cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import torch

    from rdface.backbones.trunk import Head

REDUCTION = 16
"""How much narrower the gate is in its middle (Hu et al. 2018)."""

HIDDEN = 256
"""Width of the hidden layer of the head ``hidden``."""


def make_head(
    kind: Head | Literal["linear"], shape: tuple[int, ...], n_conditions: int, dropout: float
) -> torch.nn.Sequential:
    """A head with weights drawn from torch's generator.

    Its parts have names: ``gate``, ``flatten``, ``norm``, ``dropout``, ``hidden``, ``relu``,
    ``dropout_hidden``, ``classify``, those that there are; ``classify`` is always the last.

    Args:
        kind: One of the paper's heads (:data:`rdface.backbones.trunk.Head`), or ``linear``, which
            is a linear layer on the feature or the flattened map.
        shape: Of one feature: ``(D,)`` or ``(channels, h, w)``.
        n_conditions: Outputs.
        dropout: Probability, of each dropout in a head of the paper.
    """
    from torch import nn

    parts: OrderedDict[str, nn.Module] = OrderedDict()
    width = 1
    for side in shape:
        width *= side
    if kind != "linear":
        parts["gate"] = _gate_class()(shape[0])
    if len(shape) > 1:
        parts["flatten"] = nn.Flatten()
    if kind != "linear":
        parts["norm"] = nn.BatchNorm1d(width)
        parts["dropout"] = nn.Dropout(dropout)
    if kind == "hidden":
        parts["hidden"] = nn.Linear(width, HIDDEN)
        parts["relu"] = nn.ReLU()
        parts["dropout_hidden"] = nn.Dropout(dropout)
        width = HIDDEN
    parts["classify"] = nn.Linear(width, n_conditions)
    return nn.Sequential(parts)


@cache
def _gate_class() -> type[torch.nn.Module]:
    import torch
    from torch import nn

    class Gate(nn.Module):
        """Squeeze-and-excitation: channels weighted by what all of them say.

        Hu, Shen and Sun, "Squeeze-and-excitation networks", CVPR 2018: s(W2 relu(W1 z)), z the
        mean of each channel over the map, or the feature itself where it is pooled already.
        """

        def __init__(self, channels: int) -> None:
            super().__init__()
            narrow = max(channels // REDUCTION, 1)
            self.squeeze = nn.Linear(channels, narrow)
            self.excite = nn.Linear(narrow, channels)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            z = x.flatten(2).mean(dim=2) if x.ndim > 2 else x
            weight = torch.sigmoid(self.excite(torch.relu(self.squeeze(z))))
            return x * weight.view(*weight.shape, *(1,) * (x.ndim - 2))

    return Gate
