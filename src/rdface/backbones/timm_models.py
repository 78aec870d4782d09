"""Every network of timm: ``timm:NAME``, or ``timm:NAME@PATH`` with weights from a file or folder.

R. Wightman: PyTorch image models, 2019. Size, mean and SD are those of the network's own
configuration; its centre crop is not applied, for faces are aligned already.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rdface.backbones.backbone import BACKBONES
from rdface.backbones.local_state import load_state, read_state
from rdface.backbones.torch_backbone import MARGIN, TorchBackbone, need_torch
from rdface.backbones.trunk import Normalisation
from rdface.errors import UsageError, WeightsError
from rdface.faces import Crop
from rdface.registry import nearest
from rdface.weights import LOCAL_FOLDER
from rdface.weights.published import FILES, knock, weight_file
from rdface.weights.store import local_folder

if TYPE_CHECKING:
    import torch


@BACKBONES.register("timm")
def timm_model(argument: str | None) -> TorchBackbone:
    """Pooled features of a timm network.

    Raises:
        UsageError: No name, an unknown one, or the extra ``torch`` is missing.
        WeightsError: The weights are not here and cannot be fetched, or do not fit.
    """
    if not argument:
        raise UsageError("Name a network: timm:NAME.", hint="For example timm:resnet18.")
    need_torch()
    name, at, path = argument.partition("@")
    _check_name(name)
    folder = Path(path).expanduser() if at else local_folder(f"timm:{name}")
    # The path stays out of the name: equal weights are equal wherever they lie.
    return timm_backbone(f"timm:{name}", name, folder)


def timm_backbone(
    called: str, name: str, folder: Path | None, side: int | None = None
) -> TorchBackbone:
    """A timm network as a backbone.

    Args:
        called: The backbone's name.
        name: The network's name, with its weights' tag.
        folder: A file or folder with its weights; None: from the hub or the hub's cache.
        side: Of the pictures; None: as in the network's configuration. Networks that know where
            a patch lies have those places interpolated.
    """
    from timm import data

    resolve: Any = data.resolve_model_data_config  # type: ignore[attr-defined]
    network = _from_hub(called, name, side) if folder is None else _from_disk(name, folder, side)
    config = resolve(network)
    height, width = (side, side) if side is not None else config["input_size"][1:]
    crop = Crop(width, height, "points", MARGIN)
    normalisation = Normalisation(tuple(config["mean"]), tuple(config["std"]))
    return TorchBackbone(called, network, crop, normalisation)


def _check_name(name: str) -> None:
    import timm

    base, _, tag = name.partition(".")
    if not timm.is_model(base):
        raise UsageError(
            f"timm {timm.__version__} has no network called {base!r}.",
            hint=nearest(base, timm.list_models()) or "See timm.list_models().",
        )
    tags = [known.partition(".")[2] for known in timm.list_pretrained(f"{base}.*")]
    if tag and tag not in tags:
        raise UsageError(
            f"timm has no weights {tag!r} for {base!r}.",
            hint=f"Known: {', '.join(tags) or 'none'}.",
        )


def _from_disk(name: str, folder: Path, side: int | None) -> torch.nn.Module:
    import timm

    file = weight_file(folder)
    network: torch.nn.Module = timm.create_model(
        name,
        pretrained=False,
        num_classes=0,
        pretrained_cfg_overlay=_overlay(file.parent),
        **_size(side),
    )
    classifier: Any = getattr(network, "pretrained_cfg", {}).get("classifier") or ()
    heads = (classifier,) if isinstance(classifier, str) else tuple(classifier)
    drop = "|".join(rf"{re.escape(head)}\." for head in heads)
    load_state(network, read_state(file), str(file), drop)
    return network


def _size(side: int | None) -> dict[str, Any]:
    return {} if side is None else {"img_size": side}


def _overlay(folder: Path) -> dict[str, Any] | None:
    """Preprocessing from the ``config.json`` that timm saves beside weights, where there is one."""
    file = folder / "config.json"
    if not file.is_file():
        return None
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        config = content.get("pretrained_cfg", {})
        return {key: config[key] for key in ("input_size", "mean", "std") if key in config} or None
    except (OSError, ValueError, AttributeError) as error:
        raise WeightsError(f"{file} is no configuration of timm: {error}.") from error


def _from_hub(called: str, name: str, side: int | None) -> torch.nn.Module:
    import timm
    from huggingface_hub import try_to_load_from_cache

    config = timm.get_pretrained_cfg(name)
    kept = config and config.hf_hub_id and try_to_load_from_cache(config.hf_hub_id, FILES[0])
    if isinstance(kept, str):  # fetched before: no network is needed
        return _from_disk(name, Path(kept), side)
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    try:
        knock(os.environ.get("HF_ENDPOINT", "https://huggingface.co"))
        network: torch.nn.Module = timm.create_model(name, pretrained=True, **_size(side))
        network.reset_classifier(0)  # type: ignore[operator]
    except Exception as error:  # sockets, HTTP, hub and torch each raise their own
        raise WeightsError(
            f"The weights of {called} could not be fetched: {str(error).splitlines()[0]}",
            hint=f"Three ways: a network that reaches huggingface.co (timm fetches them); "
            f"`{called}{'@' if ':' in called else ':'}PATH` with a safetensors or torch file, or "
            f"a folder with model.safetensors; or {LOCAL_FOLDER} set to a folder that holds "
            f"{called.replace(':', '--')}/model.safetensors.",
        ) from error
    return network
