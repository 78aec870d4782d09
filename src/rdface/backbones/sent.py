"""Batches of pictures that are embedded here, or sent to machines that have the same networks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from rdface.backbones.backbone import Backbone, Embeddings, load_backbone
from rdface.engines import Engine, Here
from rdface.engines.inline import Inline
from rdface.errors import UsageError, WeightsError
from rdface.faces import Face, align
from rdface.imaging import decode_image


@dataclass(frozen=True, eq=False)
class Sent:
    """One picture.

    Attributes:
        data: The file's bytes.
        name: What to call it in an error.
        face: The one that counts; None to embed the picture whole.
        wanted: By backbone, whether its embedding is wanted.
    """

    data: bytes
    name: str
    face: Face | None
    wanted: tuple[bool, ...]


Batch = Sequence[Sent]


def embed_sent(
    batches: Iterable[Batch], backbones: Sequence[Backbone], engine: Engine | None = None
) -> Iterator[tuple[int, list[Embeddings]]]:
    """Embed batches of pictures, in any order.

    Args:
        batches: Read as workers become free.
        backbones: All of them open each picture once.
        engine: Where; here, where it would be on this machine anyway: a network uses all cores.

    Yields:
        The number of a batch, and per backbone ``float32 [n, D]`` of the pictures that want it.

    Raises:
        UsageError: Another machine has another backbone of that name.
        ImageError: A picture cannot be opened.
    """
    if engine is None or engine.local:
        return Inline().run(_embed, batches, backbones)
    asked = [(each.name, each.fingerprint) for each in backbones]
    return engine.run(_embed_there, batches, asked)


def _embed(backbones: Sequence[Backbone], batch: Batch, here: Here) -> list[Embeddings]:
    pictures = [decode_image(sent.data, sent.name) for sent in batch]
    found = []
    for place, backbone in enumerate(backbones):
        crops = [
            align(picture, sent.face, backbone.crop)
            for picture, sent in zip(pictures, batch, strict=True)
            if sent.wanted[place]
        ]
        empty = np.empty((0, backbone.dim), np.float32)
        found.append(backbone.embed(np.stack(crops)) if crops else empty)
    return found


def _embed_there(asked: Sequence[tuple[str, str]], batch: Batch, here: Here) -> list[Embeddings]:
    return _embed([backbone_there(*each) for each in asked], batch, here)


@lru_cache(maxsize=8)
def backbone_there(name: str, fingerprint: str) -> Backbone:
    """A worker's own, loaded once.

    Raises:
        WeightsError: Its weights are not there.
        UsageError: It is another one of that name.
    """
    try:
        backbone = load_backbone(name)
    except WeightsError as error:
        raise WeightsError(
            f"On a machine of the cluster: {error.message}",
            hint="Pull the weights there, too. Weights of a file (NAME@PATH) stay on this machine:"
            " use --engine local.",
        ) from error
    if backbone.fingerprint != fingerprint:
        raise UsageError(
            f"The backbone {name!r} is another one on a machine of the cluster.",
            hint="Same weights, same libraries. Backbones that a quirk has changed stay here: use"
            " --engine local.",
        )
    return backbone
