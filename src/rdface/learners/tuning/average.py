"""An exponential moving average of the weights, which is tested in place of the last ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def moving_average(
    model: torch.nn.Module, decay: float | None
) -> torch.optim.swa_utils.AveragedModel | None:
    """An average of the parameters and of BatchNorm's statistics over steps, or None.

    Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", 1992. The
    first step is taken as it is; the statistics are averaged with the same decay, so that they
    belong to the averaged weights as nearly as they can without a further pass over the images.
    """
    if decay is None:
        return None
    from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

    average = get_ema_multi_avg_fn(decay)  # type: ignore[no-untyped-call]
    return AveragedModel(model, multi_avg_fn=average, use_buffers=True)
