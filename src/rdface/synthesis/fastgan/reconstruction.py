"""How far what the discriminator drew is from what it saw."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, NamedTuple

from rdface.errors import UsageError, WeightsError

if TYPE_CHECKING:
    import torch

    from rdface.backbones.local_state import State

Distance = Literal["l1", "lpips"]


class Reconstruction(NamedTuple):
    """A distance between drawn and wanted pictures, ``[N, 3, S, S]`` in -1 .. 1.

    Attributes:
        distance: To a mean over the pictures, differentiable.
        name: For provenance: names weights by their hash.
    """

    distance: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
    name: str


def reconstruction(distance: Distance, device: torch.device) -> Reconstruction:
    """The distance of that name.

    ``l1`` is the mean absolute difference of colours and needs nothing. ``lpips`` is the paper's
    choice: Zhang et al., The Unreasonable Effectiveness of Deep Features as a Perceptual Metric,
    CVPR 2018, on AlexNet. Its linear heads come with the package ``lpips`` (BSD-2-Clause), AlexNet
    from torchvision's hub or a file (``rdface weights``).

    Raises:
        UsageError: ``lpips`` is not installed.
        WeightsError: AlexNet is not there or is something else.
    """
    from torch.nn import functional

    if distance == "l1":
        return Reconstruction(functional.l1_loss, "l1")
    network, digest = _lpips()
    network.to(device)
    return Reconstruction(
        lambda drawn, wanted: network(drawn, wanted).mean(), f"lpips alexnet {digest}"
    )


def _lpips() -> tuple[torch.nn.Module, str]:
    """LPIPS, frozen, and the hash of its weights."""
    from rdface.backbones.published import published_state
    from rdface.backbones.torch_backbone import state_sha256
    from rdface.weights import find, ways

    try:
        from lpips import LPIPS
    except ImportError as error:
        raise UsageError(
            "The distance lpips needs the package lpips, which is not installed.",
            hint="Run `pip install rdface[synthesis]`, or take `reconstruction: l1`.",
        ) from error
    try:
        weights, source = published_state("alexnet", None)
    except WeightsError as error:
        raise WeightsError(
            f"There is no LPIPS without AlexNet's weights. {error.message}",
            hint=f"{ways(find('alexnet'))} Or take `reconstruction: l1`, which needs none.",
        ) from error
    made: torch.nn.Module = LPIPS(net="alex", pnet_rand=True, verbose=False).eval()
    _fill(made.get_submodule("net"), weights, source)
    return made.requires_grad_(False), state_sha256(made)


def _fill(slices: torch.nn.Module, weights: State, source: str) -> None:
    """Copy torchvision's ``features.<n>.*`` to ``slice<k>.<n>.*``: layers keep their number.

    Raises:
        WeightsError: It is no AlexNet.
    """
    try:
        renamed = {
            name: weights[f"features.{name.partition('.')[2]}"] for name in slices.state_dict()
        }
        slices.load_state_dict(renamed)
    except (KeyError, RuntimeError) as error:
        raise WeightsError(f"The weights of {source} are no AlexNet of torchvision.") from error
