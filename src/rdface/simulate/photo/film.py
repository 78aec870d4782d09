"""What cameras, prints and files do to a picture: one pass over the developed image.

Every setting belongs to the image's own stream, so none of it can tell of the child.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from rdface.simulate.people.draws import one_of, stream, uniform

Image: TypeAlias = NDArray[np.float64]

KINDS = {"digital": 0.86, "grey": 0.05, "print": 0.03, "small": 0.06}


@dataclass(frozen=True)
class Film:
    """Settings of one picture.

    Attributes:
        kind: `digital`, `grey` (black and white), `print` (a faded or screened reproduction) or
            `small` (a low resolution, enlarged).
        balance: Gains of red and blue: an error of the white balance.
        contrast: Exponent-like strength of an S curve; 0 leaves the picture alone.
        blur: Standard deviation [pixels of 256] of the focus.
        motion: Length [pixels of 256] of the camera's shake, and its direction [degrees].
        sharpen: Strength of the unsharp mask, whose halos cameras are known for.
        noise: Standard deviation of sensor noise, display values 0..1.
        vignette: How much darker the corners are.
        pixels: Side [pixels] the picture has once had; 0 for the full size.
        first_quality: JPEG quality of an earlier saving; 0 for none.
        quality: JPEG quality of the file.
    """

    kind: str
    balance: tuple[float, float]
    contrast: float
    blur: float
    motion: tuple[float, float]
    sharpen: float
    noise: float
    vignette: float
    pixels: int
    first_quality: int
    quality: int
    seed: int


def draw_film(seed: int, image: str) -> Film:
    """Settings of an image, from its own stream."""
    rng = stream(seed, image, "film")
    kind = one_of(rng, KINDS)
    pixels = int(rng.integers(64, 111))
    shaken = rng.uniform() < 0.10
    again = rng.uniform() < 0.25
    return Film(
        kind=kind,
        balance=(
            round(float(np.exp(rng.normal(0, 0.05))), 4),
            round(float(np.exp(rng.normal(0, 0.06))), 4),
        ),
        contrast=round(float(np.clip(rng.normal(0.15, 0.2), -0.25, 0.6)), 4),
        blur=uniform(rng, 0.0, 0.45) if rng.uniform() < 0.8 else uniform(rng, 0.6, 1.2),
        motion=(uniform(rng, 1.2, 3.2) if shaken else 0.0, uniform(rng, 0, 180, 1)),
        sharpen=uniform(rng, 0.25, 0.8) if rng.uniform() < 0.4 else 0.0,
        noise=round(float(min(0.022, rng.gamma(1.5, 0.0032))), 5),
        vignette=uniform(rng, 0.05, 0.3) if rng.uniform() < 0.35 else 0.0,
        pixels=pixels if kind == "small" else 0,
        first_quality=int(rng.integers(60, 90)) if again else 0,
        quality=int(rng.integers(60, 96)),
        seed=int(rng.integers(2**31)),
    )


def expose(image: NDArray[np.uint8], film: Film) -> NDArray[np.uint8]:
    """The picture as the camera, the print and earlier files leave it.

    Args:
        image: uint8 [H, W, 3] sRGB.
        film: The settings.

    Returns:
        uint8 [H, W, 3] of the same size.
    """
    rng = np.random.default_rng(film.seed)
    unit = image.shape[0] / 256
    picture = image.astype(np.float64) / 255
    picture = picture * np.array([film.balance[0], 1.0, film.balance[1]])
    picture = _vignette(picture, film.vignette)
    picture = _blur(picture, film.blur * unit)
    picture = _shake(picture, film.motion[0] * unit, film.motion[1])
    picture = picture + film.noise * _grain(rng, picture.shape)
    if film.sharpen:
        soft = gaussian_filter(picture, (1.1 * unit, 1.1 * unit, 0))
        picture = picture + film.sharpen * (picture - soft)
    picture = _curve(np.clip(picture, 0, 1), film.contrast)
    if film.kind == "grey":
        picture = _grey(picture)
    elif film.kind == "print":
        picture = _print(picture, rng, unit)
    if film.pixels:
        picture = _enlarged(picture, film.pixels)
    finished = np.asarray(255 * np.clip(picture, 0, 1) + 0.5).astype(np.uint8)
    if film.first_quality:
        from rdface.imaging import decode_image, encode_jpeg

        finished = decode_image(encode_jpeg(finished, film.first_quality), "first saving")
    # A file in colour would give back what JPEG did to the channels one by one.
    return np.repeat(finished[..., 1:2], 3, axis=2) if film.kind == "grey" else finished


def _grain(rng: np.random.Generator, shape: tuple[int, ...]) -> Image:
    """Sensor noise: brightness more than colour, a little wider than a pixel."""
    light = gaussian_filter(rng.standard_normal(shape[:2]), 0.5)[..., None] * 1.3
    return np.asarray(light + 0.4 * rng.standard_normal(shape))


def _vignette(picture: Image, strength: float) -> Image:
    y, x = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]]
    far = (y / picture.shape[0] - 0.5) ** 2 + (x / picture.shape[1] - 0.5) ** 2
    return np.asarray(picture * (1 - strength * far / 0.5)[..., None])


def _blur(picture: Image, sigma: float) -> Image:
    return np.asarray(gaussian_filter(picture, (sigma, sigma, 0))) if sigma > 0.05 else picture


def _shake(picture: Image, length: float, angle: float) -> Image:
    if length < 0.5:
        return picture
    reach = int(np.ceil(length))
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1))
    along = np.linspace(-length / 2, length / 2, 8 * reach)
    turn = np.radians(angle)
    rows, columns = along * np.sin(turn) + reach, along * np.cos(turn) + reach
    np.add.at(kernel, (np.rint(rows).astype(int), np.rint(columns).astype(int)), 1.0)
    return np.asarray(cv2.filter2D(picture, -1, kernel / kernel.sum()))


def _curve(picture: Image, strength: float) -> Image:
    """Towards (or away from) a smooth S through 0, 0.5 and 1."""
    return np.asarray(picture + strength * (picture * picture * (3 - 2 * picture) - picture))


def _grey(picture: Image) -> Image:
    return np.repeat((picture @ np.array([0.299, 0.587, 0.114]))[..., None], 3, axis=2)


def _print(picture: Image, rng: np.random.Generator, unit: float) -> Image:
    """A faded colour print, or a page of an old journal: ink in dots, scanned again."""
    if rng.uniform() < 0.5:
        faded = _grey(picture) * 0.35 + picture * 0.65
        return np.asarray(0.10 + 0.84 * faded * np.array([1.06, 0.97, 0.82]))
    grey = _grey(picture)[..., 0]
    turn = np.radians(rng.uniform(30, 60))
    y, x = np.mgrid[0 : grey.shape[0], 0 : grey.shape[1]] / unit
    period = max(rng.uniform(2.6, 3.4), 2.6 / unit)  # a finer screen would alias
    u, v = np.cos(turn) * x + np.sin(turn) * y, np.cos(turn) * y - np.sin(turn) * x
    screen = 0.25 * (np.cos(2 * np.pi * u / period) + np.cos(2 * np.pi * v / period))
    dots = 1 / (1 + np.exp(-6 * (grey - 0.5 + screen)))
    page = _blur((0.22 * dots + 0.78 * grey)[..., None], 0.6 * unit)
    paper = np.array([0.93, 0.90, 0.82])
    return np.asarray(0.10 + page * (paper - 0.10))


def _enlarged(picture: Image, pixels: int) -> Image:
    height, width = picture.shape[:2]
    share = min(1.0, pixels / 256)
    small = cv2.resize(
        picture.astype(np.float32),
        (max(8, round(width * share)), max(8, round(height * share))),
        interpolation=cv2.INTER_AREA,
    )
    large = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(large, dtype=np.float64)
