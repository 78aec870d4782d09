"""Things laid over a face for ``benchmarks/cohort_audit.py``: a bar, dark glasses, a mask, a hand.

Every change takes an RGB picture, the face found in it and a random generator, and gives a picture.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from rdface.faces import Face

Picture = np.ndarray
Change = Callable[[Picture, Face, np.random.Generator], Picture]


def _between(face: Face, first: int, second: int) -> np.ndarray:
    return (face.points[first] + face.points[second]) / 2


def _filled(picture: Picture, corners: np.ndarray, colour: tuple[int, ...]) -> Picture:
    done = picture.copy()
    cv2.fillPoly(done, [np.round(corners).astype(np.int32)], colour)
    return done


def eye_bar(picture: Picture, face: Face, rng: np.random.Generator) -> Picture:
    """A black bar over both eyes, as old journals print it."""
    across = face.points[1] - face.points[0]
    down = np.array([-across[1], across[0]])
    middle = _between(face, 0, 1)
    corners = [middle + sx * across * 0.95 + sy * down * 0.22 for sx, sy in _CORNERS]
    return _filled(picture, np.array(corners), (0, 0, 0))


_CORNERS = ((-1, -1), (1, -1), (1, 1), (-1, 1))


def sunglasses(picture: Picture, face: Face, rng: np.random.Generator) -> Picture:
    """Two dark lenses and a bridge."""
    done = picture.copy()
    across = face.points[1] - face.points[0]
    apart = float(np.linalg.norm(across))
    angle = float(np.degrees(np.arctan2(across[1], across[0])))
    shade = int(rng.integers(5, 60))
    for eye in face.points[:2]:
        middle = tuple(int(v) for v in np.round(eye))
        axes = (round(0.36 * apart), round(0.28 * apart))
        cv2.ellipse(done, middle, axes, angle, 0, 360, (shade,) * 3, -1, cv2.LINE_AA)
    ends = [tuple(int(v) for v in np.round(eye)) for eye in face.points[:2]]
    cv2.line(done, ends[0], ends[1], (shade,) * 3, max(1, round(0.06 * apart)), cv2.LINE_AA)
    return done


def mouth_mask(picture: Picture, face: Face, rng: np.random.Generator) -> Picture:
    """A light blue, white or black mask over nose, mouth and chin."""
    across = face.points[1] - face.points[0]
    down = np.array([-across[1], across[0]])
    nose = face.points[2]
    colour = ((165, 200, 220), (235, 235, 235), (30, 30, 34))[int(rng.integers(3))]
    corners = np.array(
        [
            nose - across * 0.85 - down * 0.15,
            nose - down * 0.25,
            nose + across * 0.85 - down * 0.15,
            nose + across * 0.65 + down * 0.85,
            nose + down * 1.1,
            nose - across * 0.65 + down * 0.85,
        ]
    )
    return _filled(picture, corners, colour)


def hand(picture: Picture, face: Face, rng: np.random.Generator) -> Picture:
    """Four fingers of the child's own skin over one cheek and half of the mouth."""
    done = picture.astype(np.float32)
    apart = float(np.linalg.norm(face.points[1] - face.points[0]))
    nose = np.round(face.points[2]).astype(int)
    spot = picture[max(nose[1] - 3, 0) : nose[1] + 4, max(nose[0] - 3, 0) : nose[0] + 4]
    skin = np.median(spot.reshape(-1, 3), axis=0) if spot.size else np.full(3, 150.0)
    side = int(rng.choice([-1, 1]))
    for finger in range(4):
        layer = np.zeros(picture.shape[:2], np.float32)
        start = nose + apart * np.array([side * 1.3, 0.15 + 0.28 * finger])
        end = nose + apart * np.array([side * (0.05 + 0.08 * finger), 0.26 * finger])
        ends = [tuple(int(v) for v in np.round(point)) for point in (start, end)]
        cv2.line(layer, ends[0], ends[1], 1.0, max(2, round(0.25 * apart)), cv2.LINE_AA)
        shade = cv2.GaussianBlur(layer, (0, 0), 0.05 * apart)[:, :, None]
        rim = np.clip(shade - cv2.erode(layer, np.ones((5, 5)))[:, :, None], 0, 1)
        done = done * (1 - layer[:, :, None]) + (skin - 35 * rim) * layer[:, :, None]
    return np.clip(np.round(done), 0, 255).astype(np.uint8)


OCCLUSIONS: dict[str, Change] = {
    "black bar over the eyes": eye_bar,
    "sunglasses": sunglasses,
    "mask over mouth and nose": mouth_mask,
    "hand over cheek and mouth": hand,
}
