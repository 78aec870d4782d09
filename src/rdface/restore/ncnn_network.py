"""Networks of Tencent's ncnn on the processor: no graphics card, no torch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rdface.errors import UsageError, WeightsError
from rdface.files import sha256_bytes
from rdface.imaging import Image
from rdface.restore.upscaling import OUTSCALE, OVERLAP, TILE, enlarged
from rdface.weights import find, where

if TYPE_CHECKING:
    from pathlib import Path

INPUT, OUTPUT = "data", "output"
"""What the networks of realesrgan-ncnn call the two."""


class NcnnUpscaler:
    """A step that enlarges by a network of the manifest, in full precision.

    Args:
        name: Of the step and of its weights.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._folder = where(name)
        engine = _ncnn().__version__
        settings = f"{name} 1 {find(name).sha256} ncnn {engine} {OUTSCALE} {TILE} {OVERLAP}"
        self.fingerprint = sha256_bytes(settings.encode())
        self._net: Any = None

    def restore(self, image: Image) -> Image:
        """See :class:`rdface.restore.step.Step`; applies to every picture."""
        return enlarged(image, self._run)

    def _run(self, planes: NDArray[np.float32]) -> NDArray[np.float32]:
        ncnn = _ncnn()
        if self._net is None:
            self._net = _opened(self._folder)
        extractor = self._net.create_extractor()
        extractor.input(INPUT, ncnn.Mat(planes))
        code, output = extractor.extract(OUTPUT)
        if code != 0:
            raise WeightsError(f"ncnn cannot run {self.name}: code {code}.")
        return np.array(output, np.float32)


def _opened(folder: Path) -> Any:  # noqa: ANN401 - ncnn has no types
    ncnn = _ncnn()
    net = ncnn.Net()
    net.opt.use_vulkan_compute = False
    # Threads of ncnn wait for each other by spinning: on a busy machine two took ten times as long.
    net.opt.num_threads = 1
    # Half precision is faster on some processors only, and would give others another picture.
    net.opt.use_fp16_packed = net.opt.use_fp16_storage = net.opt.use_fp16_arithmetic = False
    net.opt.use_bf16_storage = False
    parameters = next(folder.glob("*.param"))
    if net.load_param(str(parameters)) or net.load_model(str(parameters.with_suffix(".bin"))):
        raise WeightsError(f"ncnn cannot read {parameters}.")
    return net


def _ncnn() -> Any:  # noqa: ANN401 - ncnn has no types
    try:
        import ncnn
    except ImportError as error:
        raise UsageError(
            "Real-ESRGAN needs the extra `restore`, which is not installed.",
            hint="pip install 'rdface[restore]'",
        ) from error
    return ncnn
