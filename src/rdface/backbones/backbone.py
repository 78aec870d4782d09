"""What a backbone is: it says which crop it wants and turns crops into embeddings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rdface.faces import Crop
from rdface.registry import Registry

Images = NDArray[np.uint8]
"""``uint8 [N, H, W, 3]``, RGB."""
Embeddings = NDArray[np.float32]
"""``float32 [N, D]``, raw: learners normalise as they need."""


class Backbone(Protocol):
    """An embedder with fixed weights.

    An image's embedding depends on that image alone, to the last bit, however the images are
    divided into batches. ``fingerprint`` names weights, preprocessing and engine: equal means
    equal embeddings of equal crops.
    """

    @property
    def name(self) -> str:
        """The name it is asked for by."""
        ...

    @property
    def dim(self) -> int:
        """Length D of an embedding."""
        ...

    @property
    def crop(self) -> Crop:
        """The pictures it wants."""
        ...

    @property
    def fingerprint(self) -> str:
        """Hash of all that decides its embeddings, the crop included."""
        ...

    def embed(self, images: Images) -> Embeddings:
        """Embed crops, ``uint8 [N, H, W, 3]`` RGB, to ``float32 [N, D]``."""
        ...


BACKBONES: Registry[Callable[[str | None], Backbone]] = Registry("backbone", "rdface.backbones")
"""Factories; each takes what stands after the colon of a name such as ``timm:resnet18``."""


def load_backbone(name: str) -> Backbone:
    """Make the backbone called ``name``, after making sure that its weights are here.

    Costs a hash of the weights (0.1 s); some networks are only read at the first crop.

    Raises:
        UsageError: No such backbone, or it needs the extra ``torch``, which is not installed.
        WeightsError: Its weights are not here, were altered or do not fit.
    """
    factory, argument = BACKBONES.get_with_argument(name)
    return factory(argument)
