"""JPEG: segments between markers (ITU-T T.81, annex B); what decodes the first picture is kept."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import Final

from rdface.cohort.picture_metadata.container import Parted, exif_kinds, once

SOI, EOI, SOS, COM, APP0, APP14 = 0xD8, 0xD9, 0xDA, 0xFE, 0xE0, 0xEE
_BARE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a length."""
_DECODES: Final = frozenset({*range(0xC0, 0xD0), 0xDB, 0xDD, SOS}) - {0xC8}
"""Frames, Huffman and arithmetic tables, quantisation, restarts, scans. Decoders here pass over the
number of lines (DC), which would leave room for words."""
_SCAN_ENDS = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
_JFIF = b"JFIF\0\1\2\0\0\1\0\1\0\0"
"""Version 1.2, no resolution, no thumbnail. With it YCbCr is certain, so it is kept."""
_ADOBE: Final = 12
"""Bytes of Adobe's segment that say how colours are coded; anything more is not read by anyone."""

_APPS: Final = (
    (0xE1, b"http://ns.adobe.com/xap/1.0/\0", "xmp"),
    (0xE1, b"http://ns.adobe.com/xmp/extension/\0", "xmp-extended"),
    (0xE2, b"ICC_PROFILE\0", "icc"),
    (0xE2, b"MPF\0", "mpf"),
    (0xE2, b"FPXR\0", "flashpix"),
    (0xEB, b"JP", "jumbf"),
)


def part(data: bytes) -> Parted:
    """Keep what decodes; see :class:`~rdface.cohort.picture_metadata.container.Parted`."""
    kinds: list[str] = []
    kept = [b"\xff\xd8"]
    jfif = False
    for marker, payload, scan in _segments(data, kinds):
        if marker == APP0 and payload.startswith(b"JFIF\0"):
            if not jfif:
                kept.insert(1, b"\xff\xe0" + struct.pack(">H", len(_JFIF) + 2) + _JFIF)
            jfif = True
            if len(payload) > len(_JFIF):
                kinds.append("jfif-thumbnail")
        elif marker == APP14 and payload.startswith(b"Adobe") and len(payload) >= _ADOBE:
            kept.append(b"\xff\xee" + struct.pack(">H", _ADOBE + 2) + payload[:_ADOBE])
            kinds += ["app14"] if len(payload) > _ADOBE else []
        elif marker in _DECODES:
            kept.append(b"\xff%c" % marker + struct.pack(">H", len(payload) + 2) + payload + scan)
        else:
            kinds += _kinds_of(marker, payload)
    return Parted(once(kinds), b"".join([*kept, b"\xff\xd9"]))


def _segments(data: bytes, kinds: list[str]) -> Iterator[tuple[int, bytes, bytes]]:
    """Marker, payload and the coded scan behind it; what lies between and behind goes to kinds."""
    if data[:2] != b"\xff\xd8":
        raise ValueError("no JPEG")
    at = 2
    while True:
        start = data.index(b"\xff", at)
        if start > at:
            kinds.append("stray-data")
        at = start
        while data[at] == 0xFF:
            at += 1
        marker = data[at]
        at += 1
        if marker == EOI:
            break
        if marker in _BARE or marker in (0x00, SOI):
            continue
        (length,) = struct.unpack_from(">H", data, at)
        if length < 2 or at + length > len(data):
            raise ValueError("a segment is cut short")
        payload, at = data[at + 2 : at + length], at + length
        scan = b""
        if marker == SOS:
            end = _SCAN_ENDS.search(data, at)
            if end is None:
                raise ValueError("a scan is cut short")
            scan, at = data[at : end.start()], end.start()
        yield marker, payload, scan
    behind = data[at:]
    if behind.strip(b"\0"):
        kinds.append("second-image" if b"\xff\xd8\xff" in behind else "trailing-data")
    elif behind:
        kinds.append("trailing-data")


def _kinds_of(marker: int, payload: bytes) -> list[str]:
    if marker == COM:
        return ["comment"]
    if marker == 0xE1 and payload.startswith((b"Exif\0\0", b"Exif\0\xff")):
        return exif_kinds(payload[6:])
    if marker == APP0 and payload.startswith(b"JFXX\0"):
        return ["jfxx-thumbnail"]
    if marker == 0xED and payload.startswith(b"Photoshop 3.0\0"):
        return ["photoshop", *(["iptc"] if b"8BIM\x04\x04" in payload else [])]
    for app, head, kind in _APPS:
        if marker == app and payload.startswith(head):
            return [kind]
    if 0xE0 <= marker <= 0xEF:
        return [f"app{marker - 0xE0}"]
    return [f"segment-{marker:02x}"]
