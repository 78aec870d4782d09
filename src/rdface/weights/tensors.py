"""Tensors by name from a file of weights; no code in the file is ever run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rdface.errors import WeightsError

if TYPE_CHECKING:
    import torch


def read_tensors(path: Path, inside: Sequence[str]) -> dict[str, torch.Tensor]:
    """Read a safetensors or torch file.

    Args:
        path: The file.
        inside: Keys under which makers of torch files put the tensors; the first that is there
            counts, then those within it.

    Raises:
        WeightsError: It cannot be read, or holds more than tensors.
    """
    import torch

    try:
        if path.suffix == ".safetensors":
            from safetensors.torch import load_file

            return dict(load_file(path))
        content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # pickle, zip and safetensors each raise their own
        raise WeightsError(
            f"{path} holds no weights that can be read: {str(error).splitlines()[0]}",
            hint="A safetensors file, or a torch file of tensors only, is wanted.",
        ) from error
    for key in inside:
        if isinstance(content, dict) and isinstance(content.get(key), dict):
            content = content[key]
    if not isinstance(content, dict) or not all(map(torch.is_tensor, content.values())):
        raise WeightsError(f"{path} holds something other than tensors by name.")
    return {str(key): value for key, value in content.items()}
