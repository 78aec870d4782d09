"""What the reader of a file format gives: kinds of metadata, and the file without them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Parted:
    """A picture file, taken apart.

    Attributes:
        kinds: What it carries beside the pixels, each kind once, in order of the file.
        rest: The file with the parts alone that its first picture needs, byte for byte; None
            where the format has to be written anew from the pixels.
    """

    kinds: tuple[str, ...]
    rest: bytes | None


Part = Callable[[bytes], Parted]
"""Takes a file of one format apart; raises ValueError or IndexError where it is damaged."""


def exif_kinds(block: bytes) -> list[str]:
    """What an EXIF block (from its TIFF header on) holds, as far as it can be read."""
    from PIL import ExifTags, Image

    kinds = ["exif"]
    try:
        exif = Image.Exif()
        exif.load(b"Exif\0\0" + block)
        if exif.get_ifd(ExifTags.IFD.GPSInfo):
            kinds.append("gps")
        if ExifTags.Base.MakerNote in exif.get_ifd(ExifTags.IFD.Exif):
            kinds.append("maker-note")
        if exif.get_ifd(ExifTags.IFD.IFD1):
            kinds.append("thumbnail")
    except Exception:  # it is taken out, whether it can be read or not
        return kinds
    return kinds


def once(kinds: list[str]) -> tuple[str, ...]:
    """Each kind once, in order."""
    return tuple(dict.fromkeys(kinds))
