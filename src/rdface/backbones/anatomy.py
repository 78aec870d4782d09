"""How a network is taken apart for training: its trunk, its blocks, where adapters go."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rdface.backbones.trunk import Head

if TYPE_CHECKING:
    import torch

Blocks = tuple[tuple[str, ...], ...]
"""See :attr:`rdface.backbones.trunk.Trunk.blocks`."""


@dataclass(frozen=True)
class Anatomy:
    """What is known of a network's build; the defaults do for every network of timm.

    Attributes:
        block: Pattern at the start of parameter names; what it matches names the block. A
            parameter that it does not match goes with the block before it, or with the stem.
            None: timm's own grouping, block by block.
        last: Pattern of parameters that work after the last block, wherever they are defined.
        head: Which head of the paper belongs on the trunk.
        cut: Makes the trunk out of a copy of the network, where that is not the network itself.
        resize: Fits a copy of the network to pictures of another height and width. None: timm's
            own way where the network has one, else the network is left as it is.
    """

    block: str | None = None
    last: str | None = None
    head: Head = "pooled"
    cut: Callable[[torch.nn.Module], torch.nn.Module] | None = None
    resize: Callable[[torch.nn.Module, int, int], None] | None = None


def find_blocks(network: torch.nn.Module, anatomy: Anatomy) -> Blocks:
    """Group a network's parameters from input to output, and name whole modules where it can."""
    names = [name for name, _ in network.named_parameters()]
    matcher: Any = getattr(network, "group_matcher", None)
    if anatomy.block is None and matcher is not None:
        from timm.models import group_parameters

        grouped = group_parameters(network, matcher(coarse=False))
        groups = [grouped[number] for number in sorted(grouped)]
    else:
        groups = _by_pattern(names, anatomy.block or r"[^.]+", anatomy.last)
    sizes = {name: parameter.ndim for name, parameter in network.named_parameters()}
    if len(groups) > 1 and all(sizes[name] < 2 for name in groups[-1]):
        groups[-2:] = [[*groups[-2], *groups[-1]]]  # a last norm is no block by itself
    number = {name: index for index, group in enumerate(groups) for name in group}
    found: list[list[str]] = [[] for _ in groups]
    for name in _whole(names, number, ""):
        inside = next(each for each in names if each == name or each.startswith(f"{name}."))
        found[number[inside]].append(name)
    return tuple(tuple(block) for block in found)


def _by_pattern(names: Sequence[str], block: str, last: str | None) -> list[list[str]]:
    groups: dict[str, list[str]] = {"": []}
    end: list[str] = []
    current = ""
    for name in names:
        if last is not None and re.match(last, name):
            end.append(name)
            continue
        match = re.match(block, name)
        current = match.group() if match else current
        groups.setdefault(current, []).append(name)
    list(groups.values())[-1].extend(end)
    return [group for group in groups.values() if group]


def _whole(names: Sequence[str], number: dict[str, int], prefix: str) -> list[str]:
    """The largest modules whose parameters are all of one group, and bare parameters."""
    inside = [name for name in names if name.startswith(prefix)]
    parts = dict.fromkeys(prefix + name.removeprefix(prefix).partition(".")[0] for name in inside)
    found: list[str] = []
    for part in parts:
        held = {number[name] for name in inside if name == part or name.startswith(f"{part}.")}
        found += [part] if len(held) == 1 else _whole(names, number, f"{part}.")
    return found


def find_adapters(network: torch.nn.Module, picture: torch.Tensor) -> tuple[tuple[str, ...], int]:
    """Where low-rank adapters go, found by showing the network one picture.

    Networks that are mostly linear layers (transformers, ConvNeXt): every linear layer and every
    ``MultiheadAttention``. Others: the ungrouped convolutions that work at the last stage's
    resolution (the smallest map of more than one pixel). In both only those that are called as
    modules: an adapter on a layer whose weight is read past it would be without any effect
    (torchvision's Swin reads its attention's weights so; there the MLPs remain).

    Args:
        network: In evaluation mode.
        picture: ``float [1, 3, H, W]``.

    Returns:
        Names, in the order of the network, and the length of its output's second axis.
    """
    import torch
    from torch import nn

    sizes: dict[str, int] = {}
    hooks = []
    for name, module in network.named_modules():
        if isinstance(module, nn.Linear | nn.MultiheadAttention | nn.Conv2d):

            def note(module: nn.Module, given: object, output: object, name: str = name) -> None:
                shown = output[0] if isinstance(output, tuple) else output
                assert isinstance(shown, torch.Tensor)  # noqa: S101 - of these three
                sizes[name] = shown.shape[-1] * shown.shape[-2] if shown.ndim == 4 else 1

            hooks.append(module.register_forward_hook(note))
    try:
        with torch.no_grad():
            dim = int(network(picture).shape[1])
    finally:
        for hook in hooks:
            hook.remove()
    modules = {name: module for name, module in network.named_modules() if name in sizes}
    linear = {n: m for n, m in modules.items() if not isinstance(m, nn.Conv2d)}
    convolutions = {n: m for n, m in modules.items() if isinstance(m, nn.Conv2d) and m.groups == 1}
    if not convolutions or 2 * _weight(linear.values()) >= _weight(modules.values()):
        return tuple(linear), dim
    maps = [sizes[name] for name in convolutions if sizes[name] > 1]
    last = min(maps, default=1)
    return tuple(name for name in convolutions if sizes[name] == last), dim


def _weight(modules: Any) -> int:  # noqa: ANN401 - any iterable of modules
    return sum(parameter.numel() for module in modules for parameter in module.parameters())
