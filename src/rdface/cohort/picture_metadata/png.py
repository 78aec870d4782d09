"""PNG: chunks (ISO/IEC 15948); header, palette, transparency and picture data are kept."""

from __future__ import annotations

import struct
import zlib
from typing import Final

from rdface.cohort.picture_metadata.container import Parted, exif_kinds, once

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEPT: Final = {
    b"IHDR": (13,),
    b"PLTE": tuple(range(3, 769, 3)),
    b"tRNS": tuple(range(1, 257)),
    b"gAMA": (4,),
    b"cHRM": (32,),
    b"sRGB": (1,),
    b"sBIT": (1, 2, 3, 4),
    b"bKGD": (1, 2, 6),
    b"pHYs": (9,),
}
"""Chunk -> the lengths that it may have; numbers of the whole picture, without room for words."""

_KINDS: Final = {
    b"tEXt": "text",
    b"zTXt": "text",
    b"iTXt": "text",
    b"tIME": "time",
    b"iCCP": "icc",
    b"acTL": "animation",
    b"fcTL": "animation",
    b"fdAT": "animation",
    b"caBX": "jumbf",
}
_STEP: Final = 1 << 20


def part(data: bytes) -> Parted:
    """Keep what decodes; see :class:`~rdface.cohort.picture_metadata.container.Parted`."""
    if not data.startswith(SIGNATURE):
        raise ValueError("no PNG")
    kinds: list[str] = []
    kept: list[bytes] = [SIGNATURE]
    pixels: list[bytes] = []
    place, at, name = 0, len(SIGNATURE), b""
    while name != b"IEND":
        (length,) = struct.unpack_from(">I", data, at)
        name, payload = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        if len(payload) < length or len(name) < 4:
            raise ValueError("a chunk is cut short")
        at += 12 + length
        if name == b"IDAT":
            place = place or len(kept)
            pixels.append(payload)
        elif name == b"IEND":
            kinds += ["other-chunk"] if payload else []
        elif len(payload) in _KEPT.get(name, ()):
            kept.append(_chunk(name, payload))
        elif name == b"eXIf":
            kinds += exif_kinds(payload)
        elif name == b"iTXt" and payload.startswith(b"XML:com.adobe.xmp\0"):
            kinds.append("xmp")
        else:
            kinds.append(_KINDS.get(name, "other-chunk"))
    if len(data) > at:
        kinds.append("trailing-data")
    coded = b"".join(pixels)
    behind = _behind_stream(coded)
    if behind:
        kinds.append("trailing-data")
        pixels = [coded[:-behind]]
    kept[place:place] = [_chunk(b"IDAT", each) for each in pixels]
    return Parted(once(kinds), b"".join([*kept, _chunk(b"IEND", b"")]))


def _chunk(name: bytes, payload: bytes) -> bytes:
    crc = zlib.crc32(name + payload)
    return struct.pack(">I", len(payload)) + name + payload + struct.pack(">I", crc)


def _behind_stream(coded: bytes) -> int:
    """Bytes behind the end of the compressed stream, where no decoder looks."""
    stream = zlib.decompressobj()
    rest = coded
    try:
        while rest and not stream.eof:
            stream.decompress(rest, _STEP)
            rest = stream.unconsumed_tail
    except zlib.error as error:
        raise ValueError(str(error)) from error
    return len(stream.unused_data)
