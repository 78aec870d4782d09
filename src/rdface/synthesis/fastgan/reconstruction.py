"""How far what the discriminator drew is from what it saw."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from rdface.errors import UsageError, WeightsError
from rdface.files import sha256_file

if TYPE_CHECKING:
    import torch

Distance = Literal["l1", "lpips"]
ALEXNET = "alexnet-owt-7be5be79.pth"
"""File of torchvision's AlexNet (ImageNet), as torch.hub keeps it; BSD-3-Clause."""


class Reconstruction(NamedTuple):
    """A distance between drawn and wanted pictures, ``[N, 3, S, S]`` in -1 .. 1.

    Attributes:
        distance: To a mean over the pictures, differentiable.
        name: For provenance: names weights by their hash.
    """

    distance: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
    name: str


def find_alexnet(path: Path | None) -> Path:
    """Where AlexNet's weights lie: the file that is named, else torch.hub's cache.

    Raises:
        WeightsError: Neither is there.
    """
    import torch

    found = path or Path(torch.hub.get_dir(), "checkpoints", ALEXNET)
    if not found.is_file():
        raise WeightsError(
            f"LPIPS needs AlexNet, and there is no file {found}.",
            hint=f"Put torchvision's {ALEXNET} there, name it by the option `alexnet`, or take "
            "`reconstruction: l1`, which needs no weights.",
        )
    return found


def reconstruction(
    distance: Distance, alexnet: Path | None, device: torch.device
) -> Reconstruction:
    """The distance of that name.

    ``l1`` is the mean absolute difference of colours. ``lpips`` is the paper's choice: Zhang et
    al., The Unreasonable Effectiveness of Deep Features as a Perceptual Metric, CVPR 2018, on
    AlexNet; its linear heads come with the package ``lpips``, AlexNet from a file.

    Raises:
        UsageError: ``lpips`` is not installed.
        WeightsError: AlexNet is not there or is something else.
    """
    from torch.nn import functional

    if distance == "l1":
        return Reconstruction(functional.l1_loss, "l1")
    path = find_alexnet(alexnet)
    network = _lpips(path).to(device)
    return Reconstruction(
        lambda drawn, wanted: network(drawn, wanted).mean(),
        f"lpips alexnet {sha256_file(path)}",
    )


def _lpips(path: Path) -> torch.nn.Module:
    """LPIPS on the AlexNet of a file, frozen."""
    import torch

    try:
        from lpips import LPIPS
    except ImportError as error:
        raise UsageError(
            "The distance lpips needs the package lpips, which is not installed.",
            hint="Run `pip install rdface[synthesis]`.",
        ) from error
    made: torch.nn.Module = LPIPS(net="alex", pnet_rand=True, verbose=False).eval()
    try:
        weights = torch.load(path, map_location="cpu", weights_only=True)
        _fill(made, weights)
    except Exception as error:  # torch, zipfile and pickle each raise their own
        raise WeightsError(f"{path} is no AlexNet of torchvision: {error}") from error
    return made.requires_grad_(False)


def _fill(network: torch.nn.Module, weights: dict[str, torch.Tensor]) -> None:
    """Copy torchvision's ``features.<n>.*`` into LPIPS' slices, whose layers keep the number n."""
    own = network.get_submodule("net").state_dict()  # slice<k>.<n>.weight
    renamed = {name: weights["features." + name.split(".", 1)[1]] for name in own}
    network.get_submodule("net").load_state_dict(renamed)
