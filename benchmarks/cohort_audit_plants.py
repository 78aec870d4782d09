"""What ``benchmarks/cohort_audit.py`` plants: pictures changed in known ways.

Every change takes an RGB picture, the face found in it and a random generator, and gives a picture.
"""

from __future__ import annotations

import cv2
import numpy as np
from cohort_audit_covers import Change, Picture
from PIL import Image, ImageDraw, ImageFont

from rdface.faces import Face
from rdface.imaging import decode_image, encode_jpeg

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
