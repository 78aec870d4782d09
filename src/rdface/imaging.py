"""Open pictures safely: whole, upright, RGB, and never larger than memory allows."""

from __future__ import annotations

import io
import logging
import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rdface.errors import ImageError

if TYPE_CHECKING:
    import PIL.Image

log = logging.getLogger(__name__)

Image = NDArray[np.uint8]
"""``uint8 [H, W, 3]``, RGB."""

MAX_PIXELS = 50_000_000
"""Larger pictures are refused before they are decoded (a 30,000 x 30,000 PNG is a few kB)."""

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF")
"""What is opened; every other decoder of Pillow stays closed."""

OPENED_SUFFIXES = tuple(".jpg .jpeg .jpe .jfif .mpo .png .webp .tif .tiff .bmp .gif".split())
"""Of files in these formats, in lower case."""

CLOSED_SUFFIXES = frozenset(
    ".heic .heif .hif .avif .jp2 .j2k .jxl .dng .cr2 .cr3 .nef .arw .raf .orf .rw2 .psd".split()
)
"""Of photographs in other formats: who looks for pictures names them and never passes over them."""


MAX_SCANS = 100
"""More passes over a JPEG are refused, as libtiff does: each is a few bytes of the file, and costs
as much time as the whole picture. Cameras and programs write 1 to about 12."""

MAX_SEGMENTS = 2000
"""More parts of a JPEG are refused: Pillow joins those that are alike, one by one."""

_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_SOI, _SOS, _EOI, _TEM = 0xD8, 0xDA, 0xD9, 0x01
_TILE_WIDTH, _TILE_LENGTH = 322, 323


def is_closed(path: Path) -> bool:
    """Whether a file is by its name a photograph that rdface cannot open; hidden files are none."""
    return path.suffix.lower() in CLOSED_SUFFIXES and not path.name.startswith(".")


def decode_image(data: bytes, name: str = "image", *, max_pixels: int = MAX_PIXELS) -> Image:
    """Decode a picture to RGB, turned upright by its EXIF tag, transparency on black.

    Args:
        data: The file's bytes.
        name: What to call it in an error.
        max_pixels: Larger pictures are refused by their header, before they are decoded.

    Raises:
        ImageError: No image, cut short, damaged, more than ``max_pixels``, or made to keep a
            decoder busy.
    """
    from PIL import Image as Pillow
    from PIL import UnidentifiedImageError

    try:
        if data.startswith(b"\xff\xd8") and _takes_too_long(data):
            raise ImageError(
                f"{name} is a JPEG of too many parts and is not opened.", hint="Export it again."
            )
        with warnings.catch_warnings():
            # Our own limit is lower than the one Pillow warns of.
            warnings.simplefilter("ignore", Pillow.DecompressionBombWarning)
            picture = Pillow.open(io.BytesIO(data), formats=FORMATS)
        width, height = _decoded_size(picture)
        if width * height > max_pixels:
            raise _too_large(name, max_pixels)
        if picture.mode == "F" or (picture.mode == "I" and picture.format != "PNG"):
            raise ImageError(
                f"{name} has 32 bits a pixel; no rule says which number is white, so it is not"
                " opened.",
                hint="Export it with 8 or 16 bits a channel.",
            )
        picture.load()
        upright: PIL.Image.Image = _turned(picture)
        if upright.mode.startswith("I"):  # 16 bits; some versions of Pillow call a PNG's "I"
            upright = Pillow.fromarray((np.asarray(upright) >> 8).astype(np.uint8))
        if upright.has_transparency_data:
            clear = upright.convert("RGBA")
            upright = Pillow.new("RGBA", clear.size, (0, 0, 0, 255))
            upright.alpha_composite(clear)
        coloured = upright if upright.mode == "RGB" else upright.convert("RGB")
        return np.ascontiguousarray(coloured, dtype=np.uint8)
    except ImageError:
        raise
    except UnidentifiedImageError as error:
        raise ImageError(
            f"{name} is no image that rdface can open.", hint=f"Use one of {', '.join(FORMATS)}."
        ) from error
    except Pillow.DecompressionBombError as error:
        raise _too_large(name, max_pixels) from error
    except Exception as error:
        # Pillow's decoders raise almost anything on damaged data; fuzzing found struct.error.
        raise ImageError(
            f"{name} is damaged or cut short: {error}.", hint="Fetch or export it again."
        ) from error


def _turned(picture: PIL.Image.Image) -> PIL.Image.Image:
    """Turned by the EXIF tag, without a second copy of a picture that stands upright already."""
    from PIL import ImageOps

    try:
        ImageOps.exif_transpose(picture, in_place=True)
    except Exception:
        log.info("The EXIF tags of a picture are damaged and not used.")
    return picture


def _decoded_size(picture: PIL.Image.Image) -> tuple[int, int]:
    """Of what a decoder makes: a TIFF may say that its 64 x 64 pixels are part of a huge tile."""
    if picture.format != "TIFF":
        return picture.size
    tags: dict[int, int] = picture.tag_v2  # type: ignore[attr-defined]
    tile = (tags.get(_TILE_WIDTH) or 1, tags.get(_TILE_LENGTH) or 1)
    across, down = (-(-side // step) * step for side, step in zip(picture.size, tile, strict=True))
    return across, down


def _takes_too_long(jpeg: bytes) -> bool:
    """Whether it has more scans or segments than any program writes; looks at its markers alone."""
    scans = segments = at = 0
    while scans <= MAX_SCANS and segments <= MAX_SEGMENTS:
        found = _MARKER.search(jpeg, at)
        if found is None or (kind := jpeg[found.end() - 1]) == _EOI:
            return False
        at = found.end()
        segments += 1
        scans += kind == _SOS
        if kind not in (_SOI, _TEM):
            at += max(2, int.from_bytes(jpeg[at : at + 2], "big"))
    return True


def _too_large(name: str, max_pixels: int) -> ImageError:
    return ImageError(
        f"{name} has more than {max_pixels:,} pixels and is not opened.",
        hint="Make the picture smaller.",
    )


def read_image(path: Path) -> Image:
    """Read and decode a picture file; see :func:`decode_image`.

    Raises:
        ImageError: As there, or the file cannot be read.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ImageError(f"{path} cannot be read: {error.strerror}.") from error
    return decode_image(data, str(path))


def encode_jpeg(image: Image, quality: int = 90) -> bytes:
    """JPEG bytes of an RGB picture, the same for the same picture and quality."""
    from PIL import Image as Pillow

    stream = io.BytesIO()
    Pillow.fromarray(image).save(stream, "JPEG", quality=quality, subsampling=0, optimize=True)
    return stream.getvalue()
