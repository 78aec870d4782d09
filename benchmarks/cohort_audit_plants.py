"""What ``benchmarks/cohort_audit.py`` plants: pictures changed in known ways.

Every change takes an RGB picture, the face found in it and a random generator, and gives a picture.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from rdface.faces import Face
from rdface.imaging import decode_image, encode_jpeg

Picture = np.ndarray
Change = Callable[[Picture, Face, np.random.Generator], Picture]

WORDS = ("SAMPLE", "Clinic 2019", "Copyright", "PROOF", "J. Example", "12/04/2017")


def _pixels(values: np.ndarray) -> Picture:
    return np.clip(np.round(values), 0, 255).astype(np.uint8)


def same_pixels(picture: Picture, face: Face, rng: np.random.Generator) -> Picture:
    """Nothing: the file is written in another format."""
    return picture.copy()


def recompressed(picture: Picture, face: Face, rng: np.random.Generator) -> Picture:
    """JPEG of quality 20 to 60."""
    return decode_image(encode_jpeg(picture, int(rng.integers(20, 61))))


def resized(picture: Picture, face: Face, rng: np.random.Generator) -> Picture:
    """To 40 to 160 % of its sides."""
    scale = rng.uniform(0.4, 0.8) if rng.random() < 0.5 else rng.uniform(1.2, 1.6)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.resize(picture, None, fx=scale, fy=scale, interpolation=way)


def cropped(picture: Picture, face: Face, rng: np.random.Generator) -> Picture:
    """2 to 14 % cut off at each side, each side on its own."""
    height, width = picture.shape[:2]
    cuts = rng.uniform(0.02, 0.14, 4) * [height, height, width, width]
    top, bottom, left, right = np.round(cuts).astype(int)
    return picture[top : height - bottom, left : width - right].copy()


def mirrored(picture: Picture, face: Face, rng: np.random.Generator) -> Picture:
    """Left and right exchanged."""
    return picture[:, ::-1].copy()


def greyed(picture: Picture, face: Face, rng: np.random.Generator) -> Picture:
    """Without colour."""
    return np.repeat(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[:, :, None], 3, axis=2)


def relit(picture: Picture, face: Face, rng: np.random.Generator) -> Picture:
    """Contrast times 0.6 to 1.4, brightness up or down by up to 40."""
    return _pixels(picture * rng.uniform(0.6, 1.4) + rng.uniform(-40, 40))


def bordered(picture: Picture, face: Face, rng: np.random.Generator) -> Picture:
    """A black, white or grey border of 8 to 25 % of the side."""
    width = int(rng.uniform(0.08, 0.25) * max(picture.shape[:2]))
    value = int(rng.choice([0, 128, 255]))
    return np.pad(picture, ((width, width), (width, width), (0, 0)), constant_values=value)


def softened(picture: Picture, face: Face, rng: np.random.Generator) -> Picture:
    """Gaussian blur, standard deviation 1 to 2 % of the face's width."""
    return blurred(rng.uniform(0.01, 0.02))(picture, face, rng)


def turned_slightly(picture: Picture, face: Face, rng: np.random.Generator) -> Picture:
    """Turned in its plane by 3 to 8 degrees and cut, as a scan of a print is."""
    return tilted(float(rng.choice([-1, 1]) * rng.uniform(3, 8)), 1.15)(picture, face, rng)


def captioned(picture: Picture, face: Face, rng: np.random.Generator) -> Picture:
    """One line of text below the face."""
    return text(1.0, on_face=False)(picture, face, rng)


COPIES: dict[str, Change] = {
    "same pixels, other format": same_pixels,
    "recompressed": recompressed,
    "resized": resized,
    "cropped": cropped,
    "mirrored": mirrored,
    "grey": greyed,
    "brightness and contrast": relit,
    "border": bordered,
    "blurred": softened,
    "turned 3 to 8 degrees": turned_slightly,
    "caption added": captioned,
}


def mirrored_cropped_grey(picture: Picture, face: Face, rng: np.random.Generator) -> Picture:
    """Three changes at once, and recompressed."""
    done = greyed(cropped(mirrored(picture, face, rng), face, rng), face, rng)
    return recompressed(done, face, rng)


COPIES["mirrored + cropped + grey"] = mirrored_cropped_grey


def blurred(share: float) -> Change:
    """Gaussian blur whose standard deviation is a share of the face's width."""

    def change(picture: Picture, face: Face, rng: np.random.Generator) -> Picture:
        return cv2.GaussianBlur(picture, (0, 0), share * float(face.box[2]))

    return change


def dragged(share: float) -> Change:
    """Motion blur over a share of the face's width, in any direction."""

    def change(picture: Picture, face: Face, rng: np.random.Generator) -> Picture:
        length = max(3, round(share * float(face.box[2])) | 1)
        kernel = np.zeros((length, length), np.float32)
        kernel[length // 2] = 1
        matrix = cv2.getRotationMatrix2D((length / 2 - 0.5,) * 2, rng.uniform(0, 180), 1)
        kernel = cv2.warpAffine(kernel, matrix, (length, length))
        return cv2.filter2D(picture, -1, kernel / kernel.sum())

    return change


def enlarged(pixels: int) -> Change:
    """Shrunk until the eyes are so many pixels apart, and enlarged again."""

    def change(picture: Picture, face: Face, rng: np.random.Generator) -> Picture:
        scale = pixels / float(np.linalg.norm(face.points[1] - face.points[0]))
        small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        size = (picture.shape[1], picture.shape[0])
        return cv2.resize(small, size, interpolation=cv2.INTER_CUBIC)

    return change


def shrunk(pixels: int) -> Change:
    """Made smaller, so that the eyes are so many pixels apart, in a picture as large as before."""

    def change(picture: Picture, face: Face, rng: np.random.Generator) -> Picture:
        scale = pixels / float(np.linalg.norm(face.points[1] - face.points[0]))
        small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        canvas = np.empty_like(picture)
        canvas[:] = np.median(picture[:8].reshape(-1, 3), axis=0).astype(np.uint8)
        top = int(rng.integers(0, canvas.shape[0] - small.shape[0] + 1))
        left = int(rng.integers(0, canvas.shape[1] - small.shape[1] + 1))
        canvas[top : top + small.shape[0], left : left + small.shape[1]] = small
        return canvas

    return change


def tilted(degrees: float, zoom: float = 1.0) -> Change:
    """Turned in its plane about the middle of the face."""

    def change(picture: Picture, face: Face, rng: np.random.Generator) -> Picture:
        middle = tuple(float(value) for value in face.points.mean(axis=0))
        matrix = cv2.getRotationMatrix2D(middle, degrees, zoom)
        size = (picture.shape[1], picture.shape[0])
        return cv2.warpAffine(picture, matrix, size, borderMode=cv2.BORDER_REPLICATE)

    return change


def without_face(picture: Picture, face: Face, rng: np.random.Generator) -> Picture:
    """The head replaced by the wall behind it."""
    x, y, width, height = (float(value) for value in face.box)
    done = picture.copy()
    wall = np.median(picture[:8].reshape(-1, 3), axis=0)
    axes = (int(width * 1.2), int(height * 1.2))
    middle = (int(x + width / 2), int(y + height / 2))
    cv2.ellipse(done, middle, axes, 0, 0, 360, [float(v) for v in wall], -1)
    return _pixels(done + rng.normal(0, 2, done.shape))


def beside(other: Picture) -> Change:
    """A second face pasted beside the first, as large."""

    def change(picture: Picture, face: Face, rng: np.random.Generator) -> Picture:
        size = (picture.shape[1], picture.shape[0])
        return np.concatenate([picture, cv2.resize(other, size)], axis=1)

    return change


def text(opacity: float, *, on_face: bool) -> Change:
    """One line of text, white or black, across the face or below it."""

    def change(picture: Picture, face: Face, rng: np.random.Generator) -> Picture:
        height, width = picture.shape[:2]
        layer = Image.new("L", (width, height), 0)
        size = int(rng.uniform(0.07, 0.12) * width)
        word = str(rng.choice(WORDS))
        x, y, box_width, box_height = (float(value) for value in face.box)
        at = (
            (x + box_width / 2, y + box_height * rng.uniform(0.15, 0.85))
            if on_face
            else (width * rng.uniform(0.35, 0.65), height - 0.7 * size)
        )
        font = ImageFont.load_default(size=size)
        ImageDraw.Draw(layer).text(at, word, fill=255, font=font, anchor="mm")
        if on_face and rng.random() < 0.5:  # watermarks are often slanted
            layer = layer.rotate(rng.uniform(-30, 30), center=at)
        alpha = opacity * np.asarray(layer, np.float32)[:, :, None] / 255
        ink = 255.0 if rng.random() < 0.6 else 0.0
        return _pixels(picture * (1 - alpha) + ink * alpha)

    return change


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
    return _pixels(done)


OCCLUSIONS: dict[str, Change] = {
    "black bar over the eyes": eye_bar,
    "sunglasses": sunglasses,
    "mask over mouth and nose": mouth_mask,
    "hand over cheek and mouth": hand,
}
