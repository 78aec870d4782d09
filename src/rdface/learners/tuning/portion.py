"""Which part of a network is trained, and how fast each block of it."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rdface.errors import UsageError

if TYPE_CHECKING:
    import torch

    from rdface.backbones.trunk import Trunk
    from rdface.learners.tuning.recipe import Recipe


@dataclass(frozen=True, eq=False)
class Portion:
    """What of a trunk is trained.

    Attributes:
        groups: Groups of parameters for the optimiser: ``params`` and ``scale``, the part of the
            learning rate that they have; parameters that stay as they are are in none.
        frozen: Modules that stay in evaluation mode while the rest trains, so that the statistics
            of their BatchNorms stay, too.
        drifting: Frozen weights that every pass moves by a rounding: ``peft`` adds its adapters to
            those of ``MultiheadAttention`` and takes them off again. By name in the trunk.
    """

    groups: list[dict[str, Any]]
    frozen: list[torch.nn.Module]
    drifting: dict[str, torch.Tensor]

    def train(self, model: torch.nn.Module) -> None:
        """Put a model that holds the trunk into training mode, but not what is frozen."""
        model.train()
        for module in self.frozen:
            module.eval()

    def settle(self, model: torch.nn.Module) -> None:
        """Put :attr:`drifting` back in a model that holds the trunk (or an average of it).

        Without it a training would depend on how many passes there were since it was resumed.
        """
        if self.drifting:
            state = model.get_submodule("trunk").state_dict()
            for name, weight in self.drifting.items():
                state[name].copy_(weight)


def choose_portion(trunk: Trunk, recipe: Recipe) -> Portion:
    """Freeze what is not trained (gradients off), put adapters in, and set the rates.

    - ``all``: every parameter.
    - ``last-N``: the last N of ``trunk.blocks``. No gradient reaches the others, so nothing of
      their forward pass is kept in memory.
    - ``lora``: low-rank adapters (Hu et al., arXiv 2106.09685) by ``peft`` on ``trunk.lora``,
      which begin as no change at all; the network itself stays, its BatchNorms included.

    Layer-wise decay (Howard and Ruder, arXiv 1801.06146): the last block has the full learning
    rate, each block before it that of the next one times ``layer_decay``.

    Raises:
        UsageError: More blocks than there are, peft is missing, or the trunk takes no adapters.
    """
    frozen: list[torch.nn.Module] = []
    if recipe.trainable == "lora":
        _add_adapters(trunk, recipe.lora_rank)
        frozen = [trunk.network]
    elif recipe.trainable != "all":
        frozen = _freeze_but(int(recipe.trainable.removeprefix("last-")), trunk)
    by_scale: dict[float, list[torch.nn.Parameter]] = {}
    for name, parameter in trunk.network.named_parameters():
        distance = len(trunk.blocks) - 1 - _block_of(name, trunk)
        if parameter.requires_grad:
            by_scale.setdefault(recipe.layer_decay**distance, []).append(parameter)
    groups = [{"params": params, "scale": scale} for scale, params in by_scale.items()]
    return Portion(groups, frozen, _drifting(trunk.network) if recipe.trainable == "lora" else {})


def _block_of(name: str, trunk: Trunk) -> int:
    """Number of the block that holds a parameter, also of one that an adapter brought."""
    found = [
        (len(part), number)
        for number, block in enumerate(trunk.blocks)
        for part in block
        if name == part or name.startswith(f"{part}.")
    ]
    if not found:
        raise ValueError(f"no block of the trunk holds the parameter {name}")
    return max(found)[1]


def _freeze_but(n: int, trunk: Trunk) -> list[torch.nn.Module]:
    """Turn gradients off in all but the last ``n`` blocks; gives the frozen modules."""
    if n > len(trunk.blocks):
        raise UsageError(
            f"`trainable: last-{n}` asks for more blocks than the network has: "
            f"{len(trunk.blocks)}.",
            hint=f"Say last-{len(trunk.blocks)} or less, or `all`.",
        )
    modules = dict(trunk.network.named_modules())
    parameters = dict(trunk.network.named_parameters())
    kept = len(trunk.blocks) - n
    for name, parameter in parameters.items():
        parameter.requires_grad_(_block_of(name, trunk) >= kept)
    names = [name for block in trunk.blocks[:kept] for name in block]
    return [modules[name] for name in names if name in modules]


def _drifting(network: torch.nn.Module) -> dict[str, torch.Tensor]:
    from torch import nn

    adapted = tuple(
        f"{name}.base_layer."
        for name, module in network.named_modules()
        if isinstance(getattr(module, "base_layer", None), nn.MultiheadAttention)
    )
    return {
        name: weight.detach().clone()
        for name, weight in network.named_parameters()
        if name.startswith(adapted) and not weight.requires_grad
    }


def need_peft() -> None:
    """Say how to get what puts adapters on, where it is missing.

    Raises:
        UsageError: It is.
    """
    if importlib.util.find_spec("peft") is None:
        raise UsageError(
            "`trainable: lora` needs peft, which is not installed.",
            hint="Run `pip install rdface[tune]`, or say `trainable: last-2`.",
        )


def _add_adapters(trunk: Trunk, rank: int) -> None:
    need_peft()
    if not trunk.lora:
        raise UsageError(
            "This backbone names no layers for `trainable: lora`.", hint="Say `trainable: last-2`."
        )
    from peft import LoraConfig, inject_adapter_in_model

    config = LoraConfig(
        r=rank,
        lora_alpha=rank,  # the adapter's product is added as it is
        lora_dropout=0.0,
        # a regular expression, which must match the whole name; in a list an ending would do
        target_modules="|".join(re.escape(name) for name in trunk.lora),
    )
    trunk.network.requires_grad_(False)
    try:
        inject_adapter_in_model(config, trunk.network)
    except (ValueError, TypeError, NotImplementedError) as error:
        raise UsageError(f"peft cannot put adapters on this backbone: {error}") from error
