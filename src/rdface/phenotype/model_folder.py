"""Find and open an image-text model: a folder, the hub's cache, or the hub."""

from __future__ import annotations

import importlib.util
import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from rdface.errors import UsageError, WeightsError
from rdface.files import sha256_bytes, sha256_file

log = logging.getLogger(__name__)

ASSETS: Final = {"Qwen/Qwen2.5-VL-7B-Instruct": "qwen2_5_vl_7b"}
"""Name on the hub -> name in the weights manifest, whose folder goes first."""
WANTED: Final = ("*.json", "*.safetensors", "*.txt", "*.jinja", "*.model")
"""What is fetched; never a pickle, and never code."""


@dataclass(frozen=True)
class OpenModel:
    """A model ready to be asked.

    Attributes:
        model: Of transformers, in evaluation mode.
        processor: Of pictures and words; pads on the left.
        padding: Token that fills up.
        ends: Tokens that end an answer.
    """

    model: Any
    processor: Any
    padding: int
    ends: frozenset[int]


def model_folder(name: str, revision: str | None = None) -> Path:
    """Where a model lies: ``name`` if it is a folder; else of the hub, fetched if need be.

    Raises:
        UsageError: huggingface_hub, a part of transformers, is not installed.
        WeightsError: It is not here and cannot be fetched; the hint names every way to get it.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder
    from rdface.weights.store import local_folder

    kept = local_folder(ASSETS[name]) if name in ASSETS and revision is None else None
    if kept is not None:
        return kept
    if not re.fullmatch(r"\w[\w.-]*/\w[\w.-]*", name):  # "./model" is meant as a folder
        raise WeightsError(f"There is no folder {name}.", hint=_ways(name))
    _check_installed()
    return _from_hub(name, revision)


@lru_cache(maxsize=8)
def _from_hub(name: str, revision: str | None) -> Path:
    from huggingface_hub import snapshot_download

    try:  # fetched before: no network is needed
        return Path(snapshot_download(name, revision=revision, local_files_only=True))
    except Exception as error:  # the hub has a kind of its own for each way to miss
        log.debug("%s is not in the hub's cache (%s).", name, type(error).__name__)
    from rdface.weights.published import knock

    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    try:
        knock(os.environ.get("HF_ENDPOINT", "https://huggingface.co"))
        return Path(snapshot_download(name, revision=revision, allow_patterns=list(WANTED)))
    except Exception as error:  # sockets, HTTP and hub each raise their own
        raise WeightsError(
            f"{name} could not be fetched from the hub: {_first_line(error)}", hint=_ways(name)
        ) from error


def folder_name(folder: Path) -> str:
    """Names the content: a commit of the hub, or the hash of all files.

    Raises:
        WeightsError: It holds no file of a model.
    """
    if folder.parent.name == "snapshots" and re.fullmatch(r"[0-9a-f]{40}", folder.name):
        return f"{folder.parent.parent.name}@{folder.name}"
    files = sorted({path for kind in WANTED for path in folder.rglob(kind) if path.is_file()})
    if not files:
        raise WeightsError(f"{folder} holds no model.", hint=_ways(str(folder)))
    stamps = ((path, path.stat().st_size, path.stat().st_mtime_ns) for path in files)
    return _hashed(folder, tuple(stamps))


@lru_cache(maxsize=4)
def _hashed(folder: Path, stamps: tuple[tuple[Path, int, int], ...]) -> str:
    lines = (f"{path.relative_to(folder).as_posix()} {sha256_file(path)}\n" for path, *_ in stamps)
    return sha256_bytes("".join(lines).encode())


@lru_cache(maxsize=1)
def open_model(folder: Path, device: str, dtype: str) -> OpenModel:
    """Open a model for answering; the last one stays open.

    Only safetensors are read, and no code out of the folder is run.

    Args:
        folder: See :func:`model_folder`.
        device: As torch names it; empty for the best; ``auto`` for all graphics cards.
        dtype: ``auto``, ``float32``, ``bfloat16`` or ``float16``.

    Raises:
        UsageError: torch or transformers is missing, or there is no such device.
        WeightsError: The folder cannot be opened as an image-text model.
    """
    _check_installed()
    import torch

    from rdface.learners.tuning.device import choose_device

    spread = device == "auto"
    place = None if spread else choose_device(device or None)
    kinds: Any = import_module("transformers")  # it says it has types, and has few
    about: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    try:
        with _quiet():
            processor = kinds.AutoProcessor.from_pretrained(folder, padding_side="left", **about)
            model = kinds.AutoModelForImageTextToText.from_pretrained(
                folder,
                dtype=dtype if dtype == "auto" else getattr(torch, dtype),
                use_safetensors=True,
                device_map="auto" if spread else None,
                **about,
            )
    except Exception as error:  # transformers, safetensors and json each raise their own
        raise WeightsError(
            f"{folder} cannot be opened as an image-text model: {_first_line(error)}",
            hint="It should be a folder that transformers' `save_pretrained` has written, of the"
            " model and of its processor.",
        ) from error
    tokenizer = getattr(processor, "tokenizer", None)
    if tokenizer is None or not getattr(processor, "chat_template", None):
        raise WeightsError(
            f"{folder} has no chat template: it is no model that follows instructions.",
            hint=_ways(str(folder)),
        )
    tokenizer.padding_side = "left"
    ends = _ends(model, tokenizer)
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token_id = min(ends)
    if place is not None:
        model = model.to(place)
    return OpenModel(model.eval(), processor, int(tokenizer.pad_token_id), ends)


def _ends(model: Any, tokenizer: Any) -> frozenset[int]:  # noqa: ANN401 - no types there
    said = model.generation_config.eos_token_id
    found = said if isinstance(said, list) else [said]
    return frozenset(int(one) for one in (*found, tokenizer.eos_token_id) if one is not None)


def _check_installed() -> None:
    for name in ("torch", "transformers"):
        if importlib.util.find_spec(name) is None:
            raise UsageError(f"The describer qwen2.5-vl needs {name}.", hint="Install rdface[vlm].")


def _ways(name: str) -> str:
    asset = ASSETS.get(name)
    if asset is not None:
        from rdface.weights import find, ways

        return f"{ways(find(asset))} Or name a folder: --set model=FOLDER."
    return (
        "--set model=... is a folder that transformers' `save_pretrained` has written, or a name"
        f" on the Hugging Face hub such as {next(iter(ASSETS))}. Without a network, download the"
        " files of the model on another machine (`hf download NAME --local-dir FOLDER`)."
    )


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:300] if lines else type(error).__name__


@contextmanager
def _quiet() -> Iterator[None]:
    """No bars for files that lie on the disk already."""
    transformers_logging: Any = import_module("transformers.utils.logging")
    shown = transformers_logging.is_progress_bar_enabled()
    transformers_logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            transformers_logging.enable_progress_bar()
