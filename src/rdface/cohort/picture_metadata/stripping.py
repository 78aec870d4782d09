"""Take out of a picture file all that is not its pixels, and prove that the pixels are the same.

What stays is a list of what a decoder needs, not what goes: a kind of metadata that nobody has
heard of yet goes, too. Nothing is coded again where the format lets the rest be copied (JPEG, PNG,
still WebP, GIF); TIFF, BMP and animated WebP are written anew, without loss. A JPEG that its EXIF
says to turn is turned and coded again, for its upright pixels cannot be had otherwise; the caller
is told. Colour profiles go as well, since rdface does not read them
(:func:`rdface.imaging.decode_image`): numbers stay what they were.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from typing import Final

import numpy as np

from rdface.cohort.adapters.picture_names import suffix_of
from rdface.cohort.picture_metadata import bmp, gif, jpeg, png, tiff, webp
from rdface.cohort.picture_metadata.container import Part, Parted
from rdface.errors import ImageError
from rdface.imaging import FORMATS, Image, decode_image

_PARTS: Final[dict[str, tuple[str, Part]]] = {
    "jpg": ("JPEG", jpeg.part),
    "png": ("PNG", png.part),
    "webp": ("WEBP", webp.part),
    "tiff": ("TIFF", tiff.part),
    "gif": ("GIF", gif.part),
    "bmp": ("BMP", bmp.part),
}
"""Suffix -> the format's name in Pillow, and its reader."""
QUALITY: Final = 97
"""Of a JPEG that had to be turned, with every colour sample kept."""
_ORIENTATION: Final = 0x0112


@dataclass(frozen=True)
class Stripped:
    """A picture file without metadata.

    Attributes:
        data: The file, in the format it was in.
        removed: Kinds of metadata that are in it no more.
        turned: Whether the pixels were turned upright, as the metadata had said to show them.
    """

    data: bytes
    removed: tuple[str, ...]
    turned: bool


def find_metadata(data: bytes) -> tuple[str, ...]:
    """Kinds of metadata that a picture file carries, such as ``exif``, ``gps`` or ``comment``.

    Raises:
        ImageError: It is no picture file that rdface opens, or is damaged.
    """
    return _parted(data, "The picture")[1].kinds


def strip_metadata(data: bytes, name: str) -> Stripped:
    """The same picture, ``decode_image`` alike, with nothing beside it.

    Args:
        data: The file's bytes.
        name: What to call it in an error.

    Raises:
        ImageError: It is no picture file that rdface opens, is damaged, or could not be cleaned
            without altering its pixels.
    """
    before = decode_image(data, name)
    kind, parted = _parted(data, name)
    if not parted.kinds:
        return Stripped(data, (), turned=False)
    turned = _turns(data)
    if turned and kind == "JPEG":
        clean = _coded_again(data, before)
    else:
        clean = _without(data, kind, before, None if turned else parted.rest)
        if not np.array_equal(decode_image(clean, name), before):
            raise ImageError(f"{name} cannot be freed of its metadata with its pixels unaltered.")
    left = find_metadata(clean)
    if left:
        raise ImageError(f"{name} would still carry metadata: {', '.join(left)}.")
    return Stripped(clean, parted.kinds, turned)


def _parted(data: bytes, name: str) -> tuple[str, Parted]:
    kind, part = _PARTS[suffix_of(data, name)]
    try:
        return kind, part(data)
    except (ValueError, IndexError, struct.error) as error:
        raise ImageError(
            f"{name} is damaged or cut short: {error}.", hint="Fetch or export it again."
        ) from error


def _turns(data: bytes) -> bool:
    """Whether ``decode_image`` turns it; tags that it cannot read do not."""
    from PIL import Image as Pillow

    try:
        with Pillow.open(io.BytesIO(data), formats=FORMATS) as picture:
            told = [picture.getexif().get(_ORIENTATION, 1)]  # Pillow turns a TIFF as it loads it
            picture.load()
            told.append(picture.getexif().get(_ORIENTATION, 1))  # and a PNG may say it at the end
            return any(one in range(2, 9) for one in told)
    except Exception:
        return False


def _without(data: bytes, kind: str, before: Image, rest: bytes | None) -> bytes:
    if rest is not None:
        return rest
    if kind != "BMP":
        depth_kept = _rewritten(data, kind)
        if depth_kept and np.array_equal(decode_image(depth_kept), before):
            return depth_kept
    return _encoded(before, kind)


def _rewritten(data: bytes, kind: str) -> bytes:
    """The first picture in its own depth and colours; empty where Pillow cannot write those."""
    from PIL import Image as Pillow
    from PIL import ImageOps

    try:
        with Pillow.open(io.BytesIO(data), formats=FORMATS) as picture:
            picture.load()
            try:
                upright = ImageOps.exif_transpose(picture)
            except Exception:  # as decode_image does
                upright = picture
            clear = {"transparency": upright.info.get("transparency")}
            fresh = Pillow.frombytes(upright.mode, upright.size, upright.tobytes())
            palette = upright.getpalette() if upright.mode == "P" else None
            if palette:
                fresh.putpalette(palette)
            if clear["transparency"] is not None:
                fresh.info.update(clear)
            stream = io.BytesIO()
            fresh.save(stream, kind, **_OPTIONS.get(kind, {}))
            return stream.getvalue()
    except Exception:
        return b""


_OPTIONS: Final[dict[str, dict[str, object]]] = {
    "TIFF": {"compression": "tiff_deflate"},
    "WEBP": {"lossless": True, "exact": True},
}


def _encoded(image: Image, kind: str) -> bytes:
    from PIL import Image as Pillow

    stream = io.BytesIO()
    Pillow.fromarray(image).save(stream, kind, **_OPTIONS.get(kind, {}))
    return stream.getvalue()


def _coded_again(data: bytes, upright: Image) -> bytes:
    """JPEG bytes of the upright picture; grey stays grey."""
    from PIL import Image as Pillow

    with Pillow.open(io.BytesIO(data), formats=FORMATS) as picture:
        grey = picture.mode == "L"
    stream = io.BytesIO()
    shown = Pillow.fromarray(upright[..., 0] if grey else upright)
    shown.save(stream, "JPEG", quality=QUALITY, subsampling=0, optimize=True)
    return stream.getvalue()
