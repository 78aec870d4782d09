"""The part of the base that learns: a copy of its U-Net and, if asked, of its text encoder."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rdface.files import atomic_path, sha256_file
from rdface.learners.tuning.checkpoint import changing, restore

if TYPE_CHECKING:
    import torch

    from rdface.synthesis.dreambooth.pipeline import Base
    from rdface.synthesis.dreambooth.recipe import Recipe

UNET_LAYERS = ("to_q", "to_k", "to_v", "to_out.0")
"""The attention of diffusers' U-Net."""
TEXT_LAYERS = ("q_proj", "k_proj", "v_proj", "out_proj")
"""The attention of CLIP's text encoder."""


@dataclass(frozen=True, eq=False)
class Student:
    """Copies of the base's networks; those that learn have parameters with gradients.

    Attributes:
        unet: A ``UNet2DConditionModel``.
        text_encoder: A ``CLIPTextModel``.
        learns: The networks that learn, by name.
    """

    unet: Any
    text_encoder: Any
    learns: dict[str, Any]

    def parameters(self) -> list[torch.nn.Parameter]:
        """All that learns, in a fixed order."""
        return [
            p for network in self.learns.values() for p in network.parameters() if p.requires_grad
        ]

    def state(self) -> dict[str, torch.Tensor]:
        """All that learning can change, by network and name; the tensors themselves."""
        return {
            f"{part}/{name}": value
            for part, network in self.learns.items()
            for name, value in changing(network).items()
        }

    def load(self, state: dict[str, torch.Tensor]) -> None:
        """Put what :meth:`state` gave into a student of the same base and recipe."""
        for part, network in self.learns.items():
            prefix = f"{part}/"
            own = {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}
            restore(network, own)

    def save(self, path: Path, half: torch.dtype | None) -> str:
        """Write what was learnt as safetensors; gives the file's SHA-256.

        Adapters are small and stay float32; whole networks are written in the type that they are
        sampled in.
        """
        from safetensors.torch import save_file

        state = {name: value.detach().cpu().contiguous() for name, value in self.state().items()}
        if half is not None and not _has_adapters(self.unet):
            state = {n: v.to(half) if v.is_floating_point() else v for n, v in state.items()}
        with atomic_path(path) as part:
            save_file(state, part)
        return sha256_file(path)

    def merge(self) -> None:
        """Add the adapters' products to the weights that they adapt: faster to sample."""
        for network in self.learns.values():
            for layer in _adapted(network):
                layer.merge()


def make_student(base: Base, recipe: Recipe, *, seed: int) -> Student:
    """Copy the base and make ready what learns.

    Args:
        base: Not changed.
        recipe: ``tuning``, ``lora_rank``, ``train_text_encoder``.
        seed: Of the adapters' first weights.
    """
    unet = copy.deepcopy(base.pipe.unet)
    text = copy.deepcopy(base.pipe.text_encoder)
    learns = {"unet": unet, "text_encoder": text} if recipe.train_text_encoder else {"unet": unet}
    for number, network in enumerate(learns.values()):
        if recipe.tuning == "full":
            network.requires_grad_(True)
        else:
            _add_adapters(network, recipe.lora_rank, seed + number)
    return Student(unet, text, learns)


def _add_adapters(network: Any, rank: int, seed: int) -> None:  # noqa: ANN401
    """Hu et al., "LoRA", ICLR 2022: beside each attention matrix a product of two thin ones."""
    import torch
    from peft import LoraConfig, inject_adapter_in_model

    ends = UNET_LAYERS if hasattr(network, "down_blocks") else TEXT_LAYERS
    config = LoraConfig(
        r=rank,
        lora_alpha=rank,  # the adapter's product is added as it is
        lora_dropout=0.0,
        target_modules=list(ends),
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        inject_adapter_in_model(config, network)


def _adapted(network: Any) -> Iterator[Any]:  # noqa: ANN401
    from peft.tuners.lora import LoraLayer

    return (layer for layer in network.modules() if isinstance(layer, LoraLayer))


def _has_adapters(network: Any) -> bool:  # noqa: ANN401
    return next(_adapted(network), None) is not None
