"""Known ways in which a picture is spoilt: size, JPEG, blur, noise, colour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from rdface.files import sha256_bytes
from rdface.imaging import Image, decode_image, encode_jpeg

VERSION: Final = "1"
"""Raised whenever a picture would come out otherwise."""


@dataclass(frozen=True)
class Damage:
    """What is done to a picture, in this order.

    Attributes:
        face: Width of the face's box after shrinking (by area), pixels; 0 leaves the size.
        blur: SD of a Gaussian, pixels of the small picture.
        noise: SD of Gaussian noise on every channel, of 255.
        grey: Whether the colours are taken.
        jpeg: Quality of a JPEG; 0 is none.
        words: What a reader is told.
    """

    face: int = 0
    blur: float = 0.0
    noise: float = 0.0
    grey: bool = False
    jpeg: int = 0
    words: str = ""


NONE: Final = "none"

DAMAGES: Final[Mapping[str, Damage]] = MappingProxyType(
    {
        NONE: Damage(words="nothing"),
        "face64": Damage(64, words="face 64 px wide"),
        "face48": Damage(48, words="face 48 px wide"),
        "face32": Damage(32, words="face 32 px wide"),
        "jpeg": Damage(48, jpeg=30, words="48 px, JPEG quality 30"),
        "blur": Damage(48, blur=1.0, words="48 px, blur of SD 1 px"),
        "noise": Damage(48, noise=12.0, words="48 px, noise of SD 12"),
        "grey": Damage(48, grey=True, words="48 px, black and white"),
    }
)
"""By name."""


def spoilt(image: Image, damage: Damage, face_width: float, key: str) -> Image:
    """Spoil a picture.

    Args:
        image: ``uint8 [H, W, 3]`` RGB.
        damage: How.
        face_width: Of the face's box in it, pixels.
        key: Seeds the noise: the same key gives the same picture.

    Returns:
        A picture of its own, smaller size; never larger than the first one.
    """
    import cv2

    height, width = image.shape[:2]
    if damage.face:
        scale = min(damage.face / face_width, 1.0)
        size = (max(1, round(scale * width)), max(1, round(scale * height)))
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    if damage.blur:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), damage.blur), np.uint8)
    if damage.noise:
        rng = np.random.default_rng(int(sha256_bytes(key.encode())[:16], 16))
        noisy = image + rng.normal(0, damage.noise, image.shape)
        image = np.rint(np.clip(noisy, 0, 255)).astype(np.uint8)
    if damage.grey:
        image = np.repeat(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
    if damage.jpeg:
        image = decode_image(encode_jpeg(image, damage.jpeg))
    return image
