"""Batches of normalised pictures from one array in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch

    from rdface.backbones.trunk import Normalisation

_SHARE = 0.25
"""Of a GPU's free memory that pictures may fill; where they do not fit, batches travel."""


class Pictures:
    """Pictures by row number, on a device.

    On a GPU the rows that are trained on lie there from the start, if they fit; on a CPU nothing
    is copied but the batch. Batches have the layout ``channels_last``, which costs nothing: it is
    that of the array.

    Args:
        images: ``uint8 [N, H, W, 3]``.
        normalisation: What the trunk wants.
        device: Where batches are needed.
        rows: Those that will be asked for again and again. Others can be asked for, too.
    """

    def __init__(
        self,
        images: NDArray[np.uint8],
        normalisation: Normalisation,
        device: torch.device,
        rows: NDArray[np.intp],
    ) -> None:
        import torch

        self._images = images
        self._normalisation = normalisation
        self._device = device
        self._resident: torch.Tensor | None = None
        if images[0].nbytes * len(rows) < _SHARE * _free_memory(device):
            self._resident = torch.from_numpy(images[rows]).to(device)
            self._place = np.full(len(images), -1, dtype=np.intp)
            self._place[rows] = np.arange(len(rows))

    def raw(self, rows: NDArray[np.intp]) -> torch.Tensor:
        """``uint8 [n, 3, H, W]`` on the device."""
        import torch

        if self._resident is not None and (self._place[rows] >= 0).all():
            place = torch.from_numpy(self._place[rows]).to(self._device)
            return self._resident[place].permute(0, 3, 1, 2)
        return torch.from_numpy(self._images[rows]).to(self._device).permute(0, 3, 1, 2)

    def normalise(self, raw: torch.Tensor) -> torch.Tensor:
        """What the network takes of what :meth:`raw` gave, augmented or not."""
        import torch

        return self._normalisation.apply(raw).contiguous(memory_format=torch.channels_last)


def _free_memory(device: torch.device) -> int:
    """Bytes that are free on a device of its own; 0 where the memory is the computer's."""
    import torch

    return int(torch.cuda.mem_get_info(device)[0]) if device.type == "cuda" else 0
