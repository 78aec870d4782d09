"""What is done to a spoilt picture, back to its first size."""

from __future__ import annotations

from rdface.bench.restoration.plan import BICUBIC, LANCZOS
from rdface.files import sha256_bytes
from rdface.imaging import Image
from rdface.restore import Chain, load_chain
from rdface.restore.resizing import resized_bicubic, resized_lanczos


class Arm:
    """One way to treat a spoilt picture.

    Args:
        name: Of the plan.

    Raises:
        UsageError: No such step, or its extra is not installed.
        WeightsError: Weights are missing.
    """

    def __init__(self, name: str) -> None:
        import PIL

        controls = (BICUBIC, LANCZOS)
        self._chain: Chain | None = None if name in controls else load_chain(name.split(","))
        self._filter = resized_bicubic if name == BICUBIC else resized_lanczos
        self.name = name if self._chain is None else ",".join(self._chain.names)
        steps = self.name if self._chain is None else self._chain.fingerprint
        self.fingerprint = sha256_bytes(f"{steps} Pillow {PIL.__version__}".encode())

    def treat(self, small: Image, width: int, height: int) -> Image:
        """The steps, then Lanczos (``bicubic``: bicubic) to ``width`` x ``height``."""
        restored = small if self._chain is None else self._chain.run(small).image
        return self._filter(restored, width, height)
