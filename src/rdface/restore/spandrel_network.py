"""Torch networks whose architecture spandrel tells from their weights."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from rdface.errors import UsageError, WeightsError
from rdface.files import sha256_file
from rdface.weights.published import every_way, published_file
from rdface.weights.tensors import read_tensors

if TYPE_CHECKING:
    from spandrel import ImageModelDescriptor

_INSIDE: Final = ("params_ema", "params", "state_dict", "model")
"""Under which key makers put the tensors; the averaged ones come first."""
_MODULES: Final = {
    "ESRGAN": "spandrel.architectures.ESRGAN",
    "GFPGAN": "spandrel.architectures.GFPGAN",
    "DDColor": "spandrel_extra_arches.architectures.DDColor",
}
"""Where the class ``<architecture>Arch`` lies."""


class SpandrelNetwork:
    """One network on the processor.

    Args:
        name: Of its entry in the manifest.
        path: A file, or a folder with one; None looks where
            :func:`rdface.weights.published.published_file` says.
        architecture: Of :data:`_MODULES`; weights of any other one are refused.

    Raises:
        UsageError: The extra ``colourise`` is not installed.
        WeightsError: No weights, or those of another network.
    """

    def __init__(self, name: str, path: str | None, architecture: str) -> None:
        import_spandrel()
        self.name = name
        self.file = published_file(name, path)
        self.sha256 = sha256_file(self.file)
        self.model = _model(self.file, name, architecture)

    @property
    def factor(self) -> int:
        """By how much it enlarges."""
        return int(self.model.scale)

    def run(self, planes: NDArray[np.float32]) -> NDArray[np.float32]:
        """From ``float32 [C, H, W]``, 0 to 1, to ``[C', f H, f W]``."""
        import torch

        with torch.inference_mode():
            output = self.model(torch.from_numpy(np.ascontiguousarray(planes))[None])
        return np.asarray(output[0].numpy(), np.float32)


def engine_version() -> str:
    """Versions that decide what a network gives."""
    from importlib.metadata import version

    return f"torch {version('torch')} spandrel {version('spandrel')}"


def import_spandrel() -> Any:  # noqa: ANN401 - a module
    """Spandrel's own, or an error that names the extra."""
    try:
        import spandrel
    except ImportError as error:
        raise UsageError(
            "Networks in torch (ddcolor, gfpgan, realesrgan_x4plus_torch) need the extra"
            " `colourise`, which is not installed.",
            hint="pip install 'rdface[colourise]'",
        ) from error
    return spandrel


def _model(file: Path, name: str, architecture: str) -> ImageModelDescriptor[Any]:
    spandrel = import_spandrel()
    registry = spandrel.ArchRegistry()
    registry.add(spandrel.ArchSupport.from_architecture(_architecture(architecture)))
    try:
        model = spandrel.ModelLoader(registry=registry).load_from_state_dict(
            read_tensors(file, _INSIDE)
        )
    except WeightsError:
        raise
    except Exception as error:  # a network of another kind fails in as many ways as there are
        why = (str(error).splitlines() or ["its tensors have other names"])[0][:200]
        raise WeightsError(
            f"{file} does not hold the weights of {name}: {why}.",
            hint=every_way(name),
        ) from error
    for weight in model.model.parameters():
        weight.requires_grad_(False)
    return model.eval()


def _architecture(name: str) -> Any:  # noqa: ANN401 - spandrel's
    try:
        return getattr(import_module(_MODULES[name]), f"{name}Arch")()
    except ImportError as error:
        raise UsageError(
            f"{name} needs the extra `colourise`, which is not installed.",
            hint="pip install 'rdface[colourise]'",
        ) from error
