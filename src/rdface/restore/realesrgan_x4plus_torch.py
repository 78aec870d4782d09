"""Real-ESRGAN x4plus from its makers' own torch file: from a hub, a folder or a path.

X. Wang, L. Xie, C. Dong, Y. Shan: Real-ESRGAN: training real-world blind super-resolution with pure
synthetic data, ICCV Workshops 2021. The network of the paper, run by torch.
"""

from __future__ import annotations

from rdface.files import sha256_bytes
from rdface.imaging import Image
from rdface.restore.spandrel_network import SpandrelNetwork, engine_version
from rdface.restore.step import STEPS
from rdface.restore.upscaling import OUTSCALE, OVERLAP, TILE, enlarged

NAME = "realesrgan_x4plus_torch"


class TorchUpscaler:
    """A step that enlarges by torch.

    Args:
        path: Of the weights; None for those of the manifest.
    """

    def __init__(self, path: str | None = None) -> None:
        self.name = NAME
        self._network = SpandrelNetwork(NAME, path, "ESRGAN")
        settings = f"{NAME} 1 {self._network.sha256} {engine_version()} {OUTSCALE} {TILE} {OVERLAP}"
        self.fingerprint = sha256_bytes(settings.encode())

    def restore(self, image: Image) -> Image:
        """See :class:`rdface.restore.step.Step`; applies to every picture."""
        return enlarged(image, self._network.run, factor=self._network.factor)


@STEPS.register(NAME)
def realesrgan_x4plus_torch(argument: str | None) -> TorchUpscaler:
    """Needs the extra ``colourise``; ``realesrgan_x4plus_torch:PATH`` takes a file."""
    return TorchUpscaler(argument)
