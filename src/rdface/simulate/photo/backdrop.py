"""What stands behind the child: walls, drapes, rooms and gardens out of focus."""

from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, map_coordinates

from rdface.simulate.people.draws import linear, one_of

Image: TypeAlias = NDArray[np.float64]

KINDS = {
    "wall": 0.22,
    "medical": 0.14,
    "drape": 0.16,
    "gradient": 0.10,
    "room": 0.20,
    "blur": 0.08,
    "garden": 0.10,
}
_GRID = 128  # everything is drawn on this grid, so that a picture keeps its background at any size


def draw_backdrop(rng: np.random.Generator) -> str:
    """The kind of background."""
    return one_of(rng, KINDS)


def paint_backdrop(kind: str, seed: int, size: int) -> Image:
    """Linear RGB [size, size, 3]."""
    rng = np.random.default_rng(seed)
    y, x = (np.mgrid[0:_GRID, 0:_GRID] + 0.5) / _GRID - 0.5
    slope = rng.normal(size=2)
    fall = x * slope[0] + y * slope[1]
    picture = _KINDS[kind](rng, x, y, fall)
    places = np.clip((np.arange(size) + 0.5) * _GRID / size - 0.5, 0, _GRID - 1)
    grid = np.stack(np.meshgrid(places, places, indexing="ij"))
    layers = [map_coordinates(picture[..., c], grid, order=1) for c in range(3)]
    return np.asarray(np.clip(np.stack(layers, -1), 0.002, 1.1))


def _tone(rng: np.random.Generator, low: float, high: float, colour: float) -> Image:
    grey = rng.uniform(low, high)
    return linear(np.clip(grey + (rng.uniform(0.1, 0.95, 3) - grey) * colour, 0.04, 0.97))


def _wall(rng: np.random.Generator, x: Image, y: Image, fall: Image) -> Image:
    return np.asarray(_tone(rng, 0.3, 0.92, 0.25) * (1 + 0.12 * fall)[..., None])


def _medical(rng: np.random.Generator, x: Image, y: Image, fall: Image) -> Image:
    """The plain grey, pale blue or black of clinical photography."""
    choices = ((0.55, 0.55, 0.56), (0.72, 0.73, 0.74), (0.45, 0.58, 0.72), (0.10, 0.10, 0.11))
    base = linear(choices[rng.choice(4, p=(0.35, 0.25, 0.25, 0.15))])
    return np.asarray(base * (1 + 0.06 * fall)[..., None] * rng.uniform(0.85, 1.1))


def _drape(rng: np.random.Generator, x: Image, y: Image, fall: Image) -> Image:
    """A sheet with folds that hang, or spread from a corner."""
    choices = ((0.90, 0.90, 0.88), (0.42, 0.60, 0.78), (0.35, 0.58, 0.50), (0.75, 0.80, 0.88))
    base = linear(choices[rng.choice(4, p=(0.4, 0.3, 0.15, 0.15))])
    lean = rng.normal(0, 0.25)
    across = x + lean * y + 0.02 * np.sin(5 * y + rng.uniform(0, 6))
    folds = sum(
        rng.uniform(0.3, 1.0) * np.sin(2 * np.pi * (f * across + rng.uniform()))
        for f in rng.uniform(1.0, 7.0, 5)
    )
    return np.asarray(base * (0.92 + 0.07 * folds * rng.uniform(0.4, 1.2))[..., None])


def _gradient(rng: np.random.Generator, x: Image, y: Image, fall: Image) -> Image:
    spot = np.exp(-((x - rng.normal(0, 0.1)) ** 2 + (y - rng.normal(0, 0.1)) ** 2) / 0.25)
    light = 0.45 + rng.uniform(0.3, 1.0) * spot + 0.2 * fall
    return np.asarray(_tone(rng, 0.3, 0.85, 0.3) * np.clip(light, 0.15, 1.6)[..., None])


def _blur(rng: np.random.Generator, x: Image, y: Image, fall: Image) -> Image:
    coarse = gaussian_filter(
        rng.standard_normal((_GRID, _GRID, 3)), (rng.uniform(8, 16),) * 2 + (0,)
    )
    spots = coarse.mean(-1, keepdims=True) * 1.5 + 0.22 * coarse
    picture = _tone(rng, 0.25, 0.85, 0.2) * np.clip(1 + 0.5 * fall, 0.3, 2)[..., None]
    return np.asarray(picture * np.clip(1 + 0.28 * spots / spots.std(), 0.2, 2))


def _room(rng: np.random.Generator, x: Image, y: Image, fall: Image) -> Image:
    """Furniture, a door or a window behind the plane of focus."""
    picture = np.tile(_tone(rng, 0.55, 0.88, 0.2), (_GRID, _GRID, 1)) * (1 + 0.1 * fall)[..., None]
    for _ in range(int(rng.integers(3, 8))):
        left, top = rng.uniform(-0.6, 0.45, 2)
        wide, high = rng.uniform(0.06, 0.4), rng.uniform(0.05, 0.6)
        inside = (x > left) & (x < left + wide) & (y > top) & (y < top + high)
        picture[inside] = _tone(rng, 0.15, 0.85, 0.28)
    if rng.uniform() < 0.3:
        left = rng.uniform(-0.6, 0.3)
        picture[(x > left) & (x < left + 0.35) & (y < rng.uniform(-0.1, 0.2))] = (0.95, 0.98, 1.0)
    soft = rng.uniform(2.0, 6.0)
    return np.asarray(gaussian_filter(picture, (soft, soft, 0)))


def _garden(rng: np.random.Generator, x: Image, y: Image, fall: Image) -> Image:
    """Leaves and sky, with the discs of a lens that is wide open."""
    hue = np.array([rng.uniform(0.10, 0.30), rng.uniform(0.25, 0.42), rng.uniform(0.05, 0.14)])
    leaves = gaussian_filter(rng.standard_normal((_GRID, _GRID)), rng.uniform(3, 8))
    picture = hue * np.exp(0.45 * leaves / leaves.std())[..., None]
    sky = 1 / (1 + np.exp((y + rng.uniform(0.05, 0.5)) * 14 + leaves / leaves.std()))
    picture = picture + (sky * rng.uniform(0.2, 1.0))[..., None] * (
        np.array([0.7, 0.8, 0.95]) - picture
    )
    for _ in range(int(rng.integers(0, 14))):
        centre, radius = rng.uniform(-0.5, 0.5, 2), rng.uniform(0.012, 0.035)
        disc = (x - centre[0]) ** 2 + (y - centre[1]) ** 2 < radius**2
        picture[disc] = picture[disc] * 0.6 + 0.4 * np.array([0.75, 0.8, 0.5])
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), rng.uniform(1.2, 2.5)))


_KINDS = {
    "wall": _wall,
    "medical": _medical,
    "drape": _drape,
    "gradient": _gradient,
    "room": _room,
    "blur": _blur,
    "garden": _garden,
}
