"""What pictures are called in other layouts, and which paths stay in their folder."""

from __future__ import annotations

import posixpath
from pathlib import Path

from rdface.errors import ImageError
from rdface.imaging import FORMATS

LARGEST = 256 * 1024 * 1024
"""Bytes; a larger file is no picture that rdface could open, and is not read into memory."""

MEDIA_TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "tiff": "image/tiff",
    "bmp": "image/bmp",
    "gif": "image/gif",
}
"""Suffix -> media type of what rdface opens."""

_MAGIC = (
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"II+\0", "tiff"),  # BigTIFF
    (b"MM\0+", "tiff"),
    (b"BM", "bmp"),
    (b"GIF8", "gif"),
)


def suffix_of(data: bytes, name: str) -> str:
    """The suffix that the first bytes of a picture ask for, without a dot.

    Args:
        data: The file, or its first 12 bytes.
        name: What to call it in an error.

    Raises:
        ImageError: They are of none that rdface opens.
    """
    for magic, suffix in _MAGIC:
        if data.startswith(magic):
            return suffix
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    raise ImageError(
        f"{name} is no image that rdface can open.", hint=f"Use one of {', '.join(FORMATS)}."
    )


def read_picture(path: Path) -> bytes:
    """The bytes of a picture file.

    Raises:
        ImageError: It is larger than :data:`LARGEST`, or cannot be read.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise ImageError(f"{path} has more than {LARGEST:,} bytes and is not read.")
        return path.read_bytes()
    except OSError as error:
        raise ImageError(f"{path} cannot be read: {error.strerror}.") from error


def key_of(image_id: str, *, dots: bool = True) -> str:
    """An image id as the stem of a file: a leading dot or underscore, and dots, as ``%2E``.

    A leading dot hides a file, ``datasets`` passes over folders with leading underscores, and
    WebDataset takes all that follows the first dot for the suffix. Ids hold no percent sign, so
    :func:`id_of` gives each back.

    Args:
        image_id: Letters, digits, dot, dash and underscore.
        dots: Whether dots that are not the first are written so too.
    """
    key = image_id.replace(".", "%2E") if dots else image_id
    escaped = {".": "%2E", "_": "%5F"}
    return escaped.get(key[:1], key[:1]) + key[1:]


def id_of(key: str) -> str:
    """The image id of :func:`key_of`."""
    return key.replace("%2E", ".").replace("%5F", "_")


def leaves(path: str) -> bool:
    """Whether a path from elsewhere would leave the folder that it is meant to lie in.

    Windows' drives and backslashes count: the folder may be read there.
    """
    if not path or "\0" in path or "\\" in path or path.startswith("/") or path[1:2] == ":":
        return True
    normal = posixpath.normpath(path)
    return normal in (".", "..") or normal.startswith("../")
