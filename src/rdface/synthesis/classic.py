"""Generator ``classic``: the plain augmentation that every other generator has to beat.

The usual label-preserving changes of a picture (C. Shorten, T. Khoshgoftaar, A survey on image data
augmentation for deep learning, Journal of Big Data 6:60, 2019), made beforehand instead of on the
fly, so that a learner on fixed embeddings can be given them, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, ClassVar, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, PrivateAttr

from rdface.errors import UsageError
from rdface.files import sha256_bytes
from rdface.imaging import Image
from rdface.synthesis.generator import GENERATORS, Generator, Sample
from rdface.synthesis.portraits import Portraits

GREY: Final = np.array([0.299, 0.587, 0.114])
"""Weights of the channels in a black-and-white picture (ITU-R BT.601)."""
Share = Annotated[float, Field(ge=0, lt=1)]


@GENERATORS.register("classic")
class Classic(Generator):
    """Flips, crops, turns and colours of a condition's own portraits; no new faces.

    Attributes:
        flip: Share of mirror images.
        degrees: Largest turn, either way.
        shift: Largest shift along each axis, of the side.
        zoom: Largest change of scale, either way; above 0 the frame crops the portrait.
        stretch: Largest difference of the scales across and down. It changes the face's own
            proportions, which may be the phenotype, so it is 0.
        light: Largest relative change of brightness, and of contrast.
        colour: Largest relative change of saturation, and of each channel.
        grey: Share of black-and-white pictures.
    """

    licence: ClassVar[str] = "Apache-2.0 (rdface)"
    size: int = Field(default=160, ge=8, le=1024)
    flip: Annotated[float, Field(ge=0, le=1)] = 0.5
    degrees: float = Field(default=10.0, ge=0, le=180)
    shift: Share = 0.05
    zoom: Share = 0.1
    stretch: Share = 0.0
    light: Share = 0.2
    colour: Share = 0.1
    grey: Annotated[float, Field(ge=0, le=1)] = 0.0

    _portraits: Portraits = PrivateAttr()

    def fit(
        self, portraits: Portraits, work: Path, *, seed: int, controls: Portraits | None = None
    ) -> None:
        """Keep the portraits; controls are of no use here."""
        self._portraits = portraits

    def sample_after(
        self, done: Mapping[str, int], counts: Mapping[str, int], *, seed: int
    ) -> Iterator[Sample]:
        """See :meth:`Generator.sample_after`."""
        for condition, count in counts.items():
            own = self._portraits.of(condition)
            if not len(own):
                raise UsageError(f"There is no training portrait of {condition!r}.")
            for number in range(done.get(condition, 0), count):
                key = int(sha256_bytes(f"classic {seed} {condition} {number}".encode())[:15], 16)
                rng = np.random.default_rng(key)
                row = int(rng.integers(len(own)))
                image = self._coloured(self._moved(own.images[row], rng), rng)
                yield Sample(image, condition, (own.image_ids[row],), key)

    @property
    def weights_sha256(self) -> str:
        """Hash of the code and the portraits."""
        ids = " ".join(self._portraits.image_ids + self._portraits.conditions)
        pixels = sha256_bytes(self._portraits.images.tobytes())
        return sha256_bytes(f"{sha256_bytes(Path(__file__).read_bytes())} {ids} {pixels}".encode())

    def _moved(self, image: Image, rng: np.random.Generator) -> Image:
        """Mirror, turn, scale and shift about the middle, in one resampling; edges are repeated."""
        import cv2

        side = len(image)
        mirror = -1.0 if rng.random() < self.flip else 1.0
        turn, zoom, stretch, *shift = rng.uniform(-1, 1, 5)
        angle = np.deg2rad(self.degrees * turn)
        cos, sin = np.cos(angle), np.sin(angle)
        scale = np.array([1 + self.stretch * stretch / 2, 1 - self.stretch * stretch / 2])
        scale *= 1 + self.zoom * zoom
        matrix = np.array([[cos, -sin], [sin, cos]]) * (scale * [mirror, 1.0])
        middle = np.full(2, (side - 1) / 2)
        moved = middle + self.shift * side * np.array(shift) - matrix @ middle
        drawn = cv2.warpAffine(
            image,
            np.concatenate([matrix, moved[:, None]], axis=1),
            (side, side),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return np.asarray(drawn, np.uint8)

    def _coloured(self, image: Image, rng: np.random.Generator) -> Image:
        """Brightness and channels, then contrast about the mean, then saturation."""
        bright, contrast, saturation, *tint = rng.uniform(-1, 1, 6)
        pixels: NDArray[np.float64] = image * (1 + self.light * bright)
        pixels = pixels * (1 + self.colour * np.array(tint))
        mean = pixels.mean()
        pixels = mean + (1 + self.light * contrast) * (pixels - mean)
        grey = (pixels @ GREY)[..., None]
        share = 0.0 if rng.random() < self.grey else 1 + self.colour * saturation
        return np.asarray(np.clip(np.rint(grey + share * (pixels - grey)), 0, 255), np.uint8)
