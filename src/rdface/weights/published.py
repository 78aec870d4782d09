"""Weights that their makers publish as one file: from a path, a folder, or their address."""

from __future__ import annotations

import os
import re
import urllib.error
import urllib.request
from pathlib import Path

from rdface.errors import WeightsError
from rdface.files import sha256_file
from rdface.weights.manifest import find
from rdface.weights.store import local_folder, ways

FILES = ("model.safetensors", "pytorch_model.bin")
SUFFIXES = (".safetensors", ".bin", ".pth", ".pt")


def published_file(name: str, path: str | None) -> Path:
    """The file of weights that the manifest lists with a hub.

    Looked for in this order: ``path``; ``RDFACE_WEIGHTS/<name>``; torch's own cache of downloads
    (so that what torchvision fetched before is used); the address in the manifest.

    Args:
        name: Of the entry in the manifest.
        path: A file, or a folder with one; what stands after the colon of the piece's name.

    Raises:
        WeightsError: Nothing is there; every way to get it is named.
    """
    if path:
        return weight_file(Path(path).expanduser())
    folder = local_folder(name)
    return weight_file(folder) if folder is not None else _fetched(name)


def weight_file(path: Path) -> Path:
    """The one weight file that ``path`` is or holds.

    Raises:
        WeightsError: There is none, or it is not clear which.
    """
    if path.is_file():
        return path
    if not path.is_dir():
        raise WeightsError(f"There are no weights at {path}.")
    named = [path / name for name in FILES if (path / name).is_file()]
    found = named[:1] or sorted(file for file in path.iterdir() if file.suffix in SUFFIXES)
    if len(found) != 1:
        shown = ", ".join(file.name for file in found) or "none"
        raise WeightsError(
            f"{path} should hold one weight file, and holds: {shown}.",
            hint=f"Name the file itself, or call it {FILES[0]}.",
        )
    return found[0]


def every_way(name: str) -> str:
    """Every way to get the weights of a network of a hub, in one sentence each."""
    return (
        f"`{name}:PATH` with a safetensors or torch file, or a folder with one. {ways(find(name))}"
    )


def knock(address: str) -> None:
    """Fail within seconds where a hub cannot be reached; its own client tries for a minute.

    Raises:
        OSError: Nobody answers.
    """
    if not address.startswith(("https://", "http://")):
        raise OSError(f"this is no address: {address}")
    try:
        request = urllib.request.Request(address, method="HEAD")  # noqa: S310 - checked above
        urllib.request.urlopen(request, timeout=10).close()  # noqa: S310
    except urllib.error.HTTPError:
        pass  # it answered


def _fetched(name: str) -> Path:
    """The file in torch's cache, fetched if it is not there."""
    import torch

    hub = find(name).hub
    if hub is None or hub.url is None:
        raise WeightsError(
            f"The weights of {name!r} are not on this machine, and nobody is known to offer them "
            "without a registration.",
            hint=every_way(name),
        )
    file = Path(torch.hub.get_dir()) / "checkpoints" / hub.url.rpartition("/")[2]
    digest = re.search(r"-([0-9a-f]{8})\.", file.name)  # as torchvision names its files
    if not file.is_file():
        try:
            knock(re.sub(r"(://[^/]*).*", r"\1", hub.url))
            file.parent.mkdir(parents=True, exist_ok=True)
            start = digest.group(1) if digest else None
            torch.hub.download_url_to_file(hub.url, str(file), start, progress=os.isatty(2))
        except Exception as error:  # sockets, HTTP and torch each raise their own
            raise WeightsError(
                f"The weights of {name} could not be fetched from {hub.url}: "
                f"{str(error).splitlines()[0]}",
                hint=every_way(name),
            ) from error
    elif digest and not sha256_file(file).startswith(digest.group(1)):
        raise WeightsError(
            f"{file} is damaged: its SHA-256 does not begin with {digest.group(1)}.",
            hint="Delete it; it is fetched anew at the next use.",
        )
    return file
