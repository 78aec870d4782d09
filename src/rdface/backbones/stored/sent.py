"""Batches of pictures whose faces are found and embedded at once, here or on other machines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from rdface.backbones.backbone import Backbone, Embeddings
from rdface.backbones.embed import checked
from rdface.backbones.sent import backbone_there
from rdface.engines import Engine, Here
from rdface.engines.inline import Inline
from rdface.faces import Detector, align
from rdface.faces.finder import FaceFinder
from rdface.faces.sent import finder_there
from rdface.imaging import decode_image

Batch = Sequence[tuple[str, bytes]]
"""Name and bytes of each picture."""
Embedded = tuple[list[str], Embeddings]
"""Of a batch: one, several or none for each picture, and ``float32 [n, D]``."""


def embed_batches(
    batches: Iterable[Batch],
    backbone: Backbone,
    detector: str | Detector,
    finder: FaceFinder,
    engine: Engine | None,
) -> Iterator[tuple[int, Embedded]]:
    """Find the face of each picture and embed it, in any order of the batches.

    Args:
        batches: Read as workers become free.
        backbone: Loaded.
        detector: As it was asked for; only one with a name can be had elsewhere.
        finder: Of that detector.
        engine: Where; this process if None or on this machine, for a network uses all cores.

    Yields:
        The number of a batch, and what was found.

    Raises:
        UsageError: Another machine has another backbone of that name.
        ImageError: A picture cannot be opened.
        RdfaceError: An embedding is not finite.
    """
    if engine is None or engine.local or not isinstance(detector, str):
        return Inline().run(_embed, batches, (backbone, finder))
    return engine.run(_embed_there, batches, (backbone.name, backbone.fingerprint, detector))


def _embed(given: tuple[Backbone, FaceFinder], batch: Batch, here: Here) -> Embedded:
    backbone, finder = given
    names = [name for name, _ in batch]
    pictures = [decode_image(data, name) for name, data in batch]
    faces = finder.table(names, [finder.row(picture) for picture in pictures])
    crops = [
        align(picture, faces.face(name), backbone.crop)
        for name, picture in zip(names, pictures, strict=True)
    ]
    return faces.frame["status"].tolist(), checked(backbone, backbone.embed(np.stack(crops)))


def _embed_there(asked: tuple[str, str, str], batch: Batch, here: Here) -> Embedded:
    name, fingerprint, detector = asked
    return _embed((backbone_there(name, fingerprint), finder_there(detector)), batch, here)
