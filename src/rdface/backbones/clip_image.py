"""CLIP's image tower, ViT-B/32 with OpenAI's weights, in full precision.

A. Radford et al.: Learning transferable visual models from natural language supervision. ICML
2021. Those weights were trained with the sigmoid approximation of GELU, so it is used here
(open_clip takes it for ``ViT-B-32-quickgelu`` only). ``clip-vit-b-32:PATH`` takes an open_clip file
of the whole CLIP or of its image tower.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rdface.backbones.anatomy import Anatomy
from rdface.backbones.backbone import BACKBONES
from rdface.backbones.local_state import State, load_state, read_state
from rdface.backbones.torch_backbone import MARGIN, TorchBackbone, need_torch
from rdface.backbones.trunk import Normalisation
from rdface.errors import WeightsError
from rdface.faces import Crop
from rdface.weights import find
from rdface.weights.published import every_way, knock, weight_file
from rdface.weights.store import local_folder

if TYPE_CHECKING:
    import torch

NAME = "clip-vit-b-32"
SIDE, PATCH = 224, 32
CLIP = Normalisation((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711))


@BACKBONES.register(NAME)
def clip_vit_b_32(argument: str | None = None) -> TorchBackbone:
    """The projected class token, 512-d.

    Raises:
        UsageError: open_clip_torch is not installed.
        WeightsError: The weights are not here and cannot be fetched, or do not fit.
    """
    need_torch("open_clip")
    folder = Path(argument).expanduser() if argument else local_folder(NAME)
    file = weight_file(folder) if folder is not None else _from_hub()
    network = tower()
    load_state(network, _image_part(read_state(file)), str(file))
    crop = Crop(SIDE, SIDE, "points", MARGIN)
    anatomy = Anatomy(r"transformer\.resblocks\.\d+", last=r"ln_post|proj$", resize=_resize)
    return TorchBackbone(NAME, network, crop, CLIP, anatomy)


def tower() -> torch.nn.Module:
    """The image tower with random weights."""
    import open_clip
    from open_clip.transformer import QuickGELU, VisionTransformer

    config: Any = open_clip.get_model_config("ViT-B-32")
    vision = config["vision_cfg"]
    network: torch.nn.Module = VisionTransformer(
        image_size=vision["image_size"],
        patch_size=vision["patch_size"],
        width=vision["width"],
        layers=vision["layers"],
        heads=vision["width"] // 64,
        mlp_ratio=4.0,
        output_dim=config["embed_dim"],
        act_layer=QuickGELU,
    )
    return network


def _image_part(state: State) -> State:
    """The tower's own names out of a whole CLIP."""
    if not any(key.startswith("visual.") for key in state):
        return state
    return {
        key.removeprefix("visual."): value
        for key, value in state.items()
        if key.startswith("visual.")
    }


def _resize(network: torch.nn.Module, height: int, width: int) -> None:
    """Interpolate the embeddings of places, the class token's apart, as CLIP's users do."""
    import torch
    from torch.nn import functional

    if height % PATCH or width % PATCH:
        raise ValueError(f"its patches are {PATCH} pixels wide")
    tower: Any = network
    places: torch.Tensor = tower.positional_embedding.detach()
    old = int((len(places) - 1) ** 0.5)
    grid = places[1:].T.reshape(1, -1, old, old)
    size = (height // PATCH, width // PATCH)
    grid = functional.interpolate(grid, size, mode="bicubic", antialias=True, align_corners=False)
    fresh = torch.cat([places[:1], grid.flatten(2)[0].T])
    tower.positional_embedding = torch.nn.Parameter(fresh)


def _from_hub() -> Path:
    """The file in Hugging Face's cache, fetched by open_clip if it is not there."""
    import open_clip
    from huggingface_hub import try_to_load_from_cache
    from open_clip.pretrained import download_pretrained

    hub = find(NAME).hub
    assert hub is not None and hub.file is not None  # noqa: S101 - of the manifest
    kept = try_to_load_from_cache(hub.repo, hub.file)
    if isinstance(kept, str):  # fetched before: no network is needed
        return Path(kept)
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    try:
        knock(os.environ.get("HF_ENDPOINT", "https://huggingface.co"))
        return Path(download_pretrained(open_clip.get_pretrained_cfg("ViT-B-32", "openai")))
    except Exception as error:  # sockets, HTTP and hub each raise their own
        raise WeightsError(
            f"The weights of {NAME} could not be fetched: {str(error).splitlines()[0]}",
            hint=every_way(NAME),
        ) from error
