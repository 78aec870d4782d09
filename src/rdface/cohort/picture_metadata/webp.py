"""WebP: chunks of a RIFF file (RFC 9649); the coded picture and its transparency are kept."""

from __future__ import annotations

import struct
from typing import Final

from rdface.cohort.picture_metadata.container import Parted, exif_kinds, once

_KINDS: Final = {b"XMP ": "xmp", b"ICCP": "icc", b"ANIM": "animation", b"ANMF": "animation"}
_ALPHA: Final = 0x10


def part(data: bytes) -> Parted:
    """Keep what decodes; an animation has to be written anew."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise ValueError("no WebP")
    end = 8 + struct.unpack_from("<I", data, 4)[0]
    if end > len(data) + 1:
        raise ValueError("the file is cut short")
    kinds: list[str] = []
    extended = alpha = picture = b""
    at = 12
    while at + 8 <= min(end, len(data)):
        name, (length,) = data[at : at + 4], struct.unpack_from("<I", data, at + 4)
        payload = data[at + 8 : at + 8 + length]
        if len(payload) < length:
            raise ValueError("a chunk is cut short")
        at += 8 + length + length % 2
        if name == b"VP8X":
            extended = payload
            # A promise of metadata that is not kept, and bits that mean nothing.
            kinds += ["flags"] if payload[0] & ~_ALPHA or len(payload) != 10 else []
        elif name == b"ALPH" and not alpha:
            alpha = _chunk(name, payload)
        elif name in (b"VP8 ", b"VP8L") and not picture:
            picture = _chunk(name, payload)
        elif name == b"EXIF":
            kinds += exif_kinds(payload.removeprefix(b"Exif\0\0"))
        else:
            kinds.append(_KINDS.get(name, "other-chunk"))
    if at < len(data):
        kinds.append("trailing-data")
    if "animation" in kinds or not picture:
        return Parted(once(kinds), None)
    head = b""
    if extended:
        head = _chunk(b"VP8X", bytes([extended[0] & _ALPHA, 0, 0, 0]) + extended[4:10])
    body = b"WEBP" + head + alpha + picture
    return Parted(once(kinds), b"RIFF" + struct.pack("<I", len(body)) + body)


def _chunk(name: bytes, payload: bytes) -> bytes:
    return name + struct.pack("<I", len(payload)) + payload + b"\0" * (len(payload) % 2)
