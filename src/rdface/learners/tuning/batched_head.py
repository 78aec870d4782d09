"""Heads of several folds computed as one, while each learns from its own rows alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


class BatchedHead:
    """Heads of one shape whose weights lie side by side, ``[F, ...]``.

    The forward pass is a handful of batched products in place of F times as many small ones. The
    given heads stay usable by themselves: their parameters and BatchNorm statistics become views
    of the common ones, so that an optimiser, a checkpoint or an evaluation can treat each head as
    the ordinary module that it is.

    Args:
        heads: ``linear`` or ``pooled`` ones of :func:`~rdface.learners.tuning.head.make_head`.
        generators: One per fold; its dropout is drawn from it, as much as the fold's own rows
            need, whatever the other folds do.
    """

    def __init__(
        self, heads: Sequence[torch.nn.Sequential], generators: Sequence[torch.Generator]
    ) -> None:
        import torch

        self.heads = list(heads)
        self._generators = list(generators)
        self._weights: dict[str, torch.Tensor] = {}
        for name, _ in self.heads[0].named_parameters():
            own = [head.get_parameter(name) for head in self.heads]
            common = torch.stack([weight.detach() for weight in own]).requires_grad_()
            for weight, view in zip(own, common.data, strict=True):
                weight.data = view
            self._weights[name] = common

    def forward(self, x: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        """Training mode: batch statistics, dropout, running statistics moved on.

        Args:
            x: ``float32 [F, B, D]``, rows of each fold, padded with zeros at the end.
            real: ``bool [F, B]``, False at padding. A fold without a row is passed over.

        Returns:
            Logits ``[F, B, C]``, without meaning at padding.
        """
        import torch

        first = self.heads[0]
        if hasattr(first, "gate"):
            inner = torch.relu(self._linear("gate.squeeze", x))
            x = x * torch.sigmoid(self._linear("gate.excite", inner))
        if hasattr(first, "norm"):
            x = self._normalise(x, real)
        dropout = getattr(first, "dropout", None)
        if dropout is not None and dropout.p > 0:
            x = x * self._dropout(real, x.shape[2], dropout.p).to(x.device)
        return self._linear("classify", x)

    def hand_out_gradients(self, active: Sequence[bool]) -> None:
        """Give each active head its part of the gradients; the others get none and stand still."""
        for name, common in self._weights.items():
            gradient = common.grad
            for fold, head in enumerate(self.heads):
                own = gradient[fold] if active[fold] and gradient is not None else None
                head.get_parameter(name).grad = own

    def forget_gradients(self) -> None:
        """Before the next step."""
        for common in self._weights.values():
            common.grad = None

    def _linear(self, name: str, x: torch.Tensor) -> torch.Tensor:
        import torch

        weight, bias = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        # this way round the gradient of the weights comes out as it has to lie: no copy
        return torch.baddbmm(bias[:, :, None], weight, x.transpose(1, 2)).transpose(1, 2)

    def _normalise(self, x: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        """BatchNorm over the real rows of each fold, as ``torch.nn.BatchNorm1d`` does it."""
        import torch

        mask = real[:, :, None].to(x.dtype)
        n = mask.sum(dim=1).clamp(min=1)
        mean = (x * mask).sum(dim=1) / n
        centred = (x - mean[:, None]) * mask
        variance = centred.square().sum(dim=1) / n
        with torch.no_grad():
            for fold, head in enumerate(self.heads):
                rows = float(n[fold])
                if rows > 1:
                    norm: Any = head.get_submodule("norm")
                    unbiased = variance[fold] * rows / (rows - 1)
                    norm.running_mean.lerp_(mean[fold], norm.momentum)
                    norm.running_var.lerp_(unbiased, norm.momentum)
                    norm.num_batches_tracked += 1
        first: Any = self.heads[0].get_submodule("norm")
        scaled = centred * torch.rsqrt(variance + first.eps)[:, None]
        return scaled * self._weights["norm.weight"][:, None] + self._weights["norm.bias"][:, None]

    def _dropout(self, real: torch.Tensor, width: int, probability: float) -> torch.Tensor:
        """Factors ``[F, B, width]``: 0, or 1 / (1 - p)."""
        import torch

        kept = torch.zeros((*real.shape, width))
        for fold, (n, generator) in enumerate(
            zip(real.sum(dim=1).tolist(), self._generators, strict=True)
        ):
            drawn = torch.rand((n, width), generator=generator)
            kept[fold, :n] = (drawn >= probability).float() / (1 - probability)
        return kept
