"""Open the base model: the embedded one, a folder, or a name on the Hugging Face hub."""

from __future__ import annotations

import importlib.util
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from rdface.errors import UsageError, WeightsError
from rdface.files import sha256_bytes
from rdface.synthesis.dreambooth.recipe import EMBEDDED, Recipe

_NETWORKS = ("unet", "vae", "text_encoder", "safety_checker")


@dataclass(frozen=True, eq=False)
class Base:
    """A text-to-image model as it was before any child was shown to it; never changed.

    Attributes:
        pipe: A ``StableDiffusionPipeline`` on the CPU, float32.
        sha256: Of all weights, of the scheduler's configuration and of the vocabulary.
    """

    pipe: Any
    sha256: str

    @property
    def step(self) -> int:
        """Pictures must be a multiple of so many pixels a side."""
        halvings: int = 2 ** (len(self.pipe.unet.config.block_out_channels) - 1)
        return int(self.pipe.vae_scale_factor) * halvings


def need_synthesis() -> None:
    """Say how to get the extra, where it is missing.

    Raises:
        UsageError: One of its packages is not installed.
    """
    for name in ("torch", "diffusers", "transformers", "peft"):
        if importlib.util.find_spec(name) is None:
            raise UsageError(
                f"DreamBooth needs {name}, which is not installed.",
                hint="Run `pip install rdface[synthesis]`.",
            )


def open_base(recipe: Recipe) -> Base:
    """The base model of a recipe; the last one stays open until its files are written anew.

    Raises:
        UsageError: The extra is not installed.
        WeightsError: It is not here and cannot be fetched, or is no such model.
    """
    need_synthesis()
    stamps = _stamps(recipe.base) + _stamps(recipe.vae or "")
    return _open(recipe.base, recipe.vae, recipe.revision, stamps)


def _stamps(name: str) -> tuple[tuple[str, int, int], ...]:
    """Path, size and time of every file, if a folder is named."""
    if name == EMBEDDED:
        from rdface.synthesis.base_model import embedded_folder

        name = str(embedded_folder())
    folder = Path(name).expanduser()
    if not name or not folder.is_dir():
        return ()
    files = [(path, path.stat()) for path in sorted(folder.rglob("*")) if path.is_file()]
    return tuple((str(path), about.st_size, about.st_mtime_ns) for path, about in files)


def check_size(base: Base, size: int) -> None:
    """Refuse a size that the base cannot draw.

    Raises:
        UsageError: It is no multiple of what its networks halve.
    """
    if size % base.step:
        raise UsageError(
            f"This base model draws pictures whose side is a multiple of {base.step} pixels, "
            f"not {size}.",
            hint=f"Say `size: {max(base.step, round(size / base.step) * base.step)}`.",
        )


@lru_cache(maxsize=1)
def _open(name: str, vae: str | None, revision: str | None, stamps: tuple[object, ...]) -> Base:
    import torch

    parts: dict[str, Any] = {} if vae is None else {"vae": _load(_autoencoder(), vae, None, {})}
    from diffusers import StableDiffusionPipeline

    if name == EMBEDDED:
        from rdface.synthesis.base_model import embedded_folder

        name = str(embedded_folder())
    pipe = _load(StableDiffusionPipeline, name, revision, parts)
    for part in ("unet", "vae", "text_encoder", "tokenizer", "scheduler"):
        if getattr(pipe, part, None) is None:
            raise WeightsError(f"{name} holds no {part}.", hint=_ways(name))
    for part in _NETWORKS:
        network = getattr(pipe, part, None)
        if network is not None:
            network.requires_grad_(False).eval()
            if any(p.dtype != torch.float32 for p in network.parameters()):
                network.to(torch.float32)
    pipe.set_progress_bar_config(disable=True)
    return Base(pipe, _sha256(pipe))


def _autoencoder() -> Any:  # noqa: ANN401 - diffusers has no types
    from diffusers import AutoencoderKL

    return AutoencoderKL


def _load(kind: Any, name: str, revision: str | None, parts: dict[str, Any]) -> Any:  # noqa: ANN401
    """From a folder; else from the hub's cache; else from the hub."""
    folder = Path(name).expanduser()
    if folder.is_dir():
        try:
            with _quiet():
                return kind.from_pretrained(folder, **parts)
        except Exception as error:  # diffusers, transformers, safetensors each raise their own
            raise WeightsError(
                f"{folder} cannot be opened as {_called(kind)}: {_first_line(error)}",
                hint="It should be a folder that diffusers' `save_pretrained` has written.",
            ) from error
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", name):
        raise WeightsError(f"There is no folder {name}.", hint=_ways(name))
    about = {"revision": revision, **parts}
    try:  # fetched before: no network is needed
        with _quiet():
            return kind.from_pretrained(name, local_files_only=True, **about)
    except Exception:  # noqa: S110 - it is not in the cache, or not all of it
        pass
    from rdface.weights.published import knock

    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    try:
        knock(os.environ.get("HF_ENDPOINT", "https://huggingface.co"))
        return kind.from_pretrained(name, **about)
    except Exception as error:  # sockets, HTTP and hub each raise their own
        raise WeightsError(
            f"{name} could not be fetched from the hub: {_first_line(error)}", hint=_ways(name)
        ) from error


@contextmanager
def _quiet() -> Iterator[None]:
    """No bars for files that lie on the disk already."""
    from diffusers.utils import logging as diffusers_logging
    from transformers.utils import logging as transformers_logging

    kinds = [k for k in (diffusers_logging, transformers_logging) if k.is_progress_bar_enabled()]
    for kind in kinds:
        kind.disable_progress_bar()
    try:
        yield
    finally:
        for kind in kinds:
            kind.enable_progress_bar()


def _called(kind: Any) -> str:  # noqa: ANN401
    return str(kind.__name__)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _ways(name: str) -> str:
    return (
        "With a network: name a Stable-Diffusion model on the Hugging Face hub, as owner/name; it "
        "is fetched at the first use. Without one: fetch it on another machine "
        "(`hf download OWNER/NAME --local-dir FOLDER`), carry the folder here and say "
        f"`base: FOLDER`. Or say `base: {EMBEDDED}` for the small model that comes with rdface."
    )


def _sha256(pipe: Any) -> str:  # noqa: ANN401
    from rdface.backbones.torch_backbone import state_sha256

    found = {
        part: state_sha256(network)
        for part in _NETWORKS
        if (network := getattr(pipe, part, None)) is not None
    }
    found["scheduler"] = json.dumps(
        {key: value for key, value in pipe.scheduler.config.items() if not key.startswith("_")},
        sort_keys=True,
        default=str,
    )
    found["tokenizer"] = json.dumps(pipe.tokenizer.get_vocab(), sort_keys=True)
    return sha256_bytes(json.dumps(found, sort_keys=True).encode())
