"""TIFF: tags in directories (TIFF 6.0, BigTIFF); the file is written anew from its first picture.

Its parts lie anywhere and point to each other, so that nothing can be cut out: pixels alone are
taken over. :func:`part` finds what is there beside those, also where nothing points to it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rdface.cohort.picture_metadata import jpeg
from rdface.cohort.picture_metadata.container import Parted, once

_SIZES: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
_SIZES_BIG: Final = {**_SIZES, 13: 4, 16: 8, 17: 8, 18: 8}
_DRAWS: Final = frozenset(
    {254, 255, 256, 257, 258, 259, 262, 263, 266, 273, 277, 278, 279, 282, 283, 284, 292, 293, 296}
    | {317, 318, 319, 320, 322, 323, 324, 325, 338, 339, 347, 512, 513, 514, 529, 530, 531, 532}
)
"""Size, coding, place and colour of the picture, and its resolution."""
_ORIENTATION: Final = 274
_COMPRESSION: Final = 259
_JPEG: Final = frozenset({(6,), (7,)})
_KINDS: Final = {
    **dict.fromkeys((269, 270, 271, 272, 285, 305, 306, 315, 316, 33432, 337), "text"),
    330: "second-image",
    700: "xmp",
    33723: "iptc",
    34377: "photoshop",
    34665: "exif",
    34675: "icc",
    34853: "gps",
    37500: "maker-note",
    37724: "photoshop",
    40965: "exif",
}
_MOST: Final = 4096
"""Tags in a directory, and directories: a file with more is damaged."""


@dataclass(frozen=True)
class _Tag:
    number: int
    values: tuple[int, ...]
    start: int
    end: int


class _File:
    """Directories of a file, and which bytes they speak for."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._order = {b"II": "<", b"MM": ">"}[data[:2]]
        version = self._read("H", 2)
        self._big = version == 43
        if version not in (42, 43):
            raise ValueError("no TIFF")
        self.spoken_for = [(0, 16 if self._big else 8)]
        self.first = self._read("Q" if self._big else "I", 8 if self._big else 4)

    def _read(self, code: str, at: int) -> int:
        return int(struct.unpack_from(self._order + code, self._data, at)[0])

    def directory(self, at: int) -> tuple[list[_Tag], int]:
        """Its tags, and where the next one lies."""
        count = self._read("Q" if self._big else "H", at)
        if count > _MOST:
            raise ValueError("a directory is damaged")
        head, entry, pointer = (8, 20, "Q") if self._big else (2, 12, "I")
        tags = [self._tag(at + head + entry * k) for k in range(count)]
        end = at + head + entry * count
        width = 8 if self._big else 4
        self.spoken_for.append((at, end + width))
        self.spoken_for += [(tag.start, tag.end) for tag in tags]
        return tags, self._read(pointer, end)

    def _tag(self, at: int) -> _Tag:
        number, kind = self._read("H", at), self._read("H", at + 2)
        count = self._read("Q" if self._big else "I", at + 4)
        size = (_SIZES_BIG if self._big else {**_SIZES, 13: 4}).get(kind, 1) * count
        inside, place = (8, at + 12) if self._big else (4, at + 8)
        start = place if size <= inside else self._read("Q" if self._big else "I", place)
        if start + size > len(self._data):
            raise ValueError("a tag is cut short")
        code = {1: "B", 3: "H", 4: "I", 7: "B", 16: "Q"}.get(kind)
        values: tuple[int, ...] = ()
        if code:
            values = struct.unpack_from(f"{self._order}{count}{code}", self._data, start)
        return _Tag(number, values, start, start + size)

    def unspoken(self) -> Iterator[bytes]:
        """Runs of bytes that no directory speaks for."""
        reached = 0
        for start, end in sorted(self.spoken_for):
            if start > reached:
                yield self._data[reached:start]
            reached = max(reached, end)
        yield self._data[reached:]


def part(data: bytes) -> Parted:
    """Name what lies beside the first picture."""
    try:
        file = _File(data)
    except KeyError as error:
        raise ValueError("no TIFF") from error
    tags, following = file.directory(file.first)
    kinds = ["second-image"] if following else []
    found = {tag.number: tag.values for tag in tags}
    for tag in tags:
        if tag.number == _ORIENTATION:
            kinds += ["orientation"] if tag.values != (1,) else []
        elif tag.number not in _DRAWS:
            kinds.append(_KINDS.get(tag.number, "other-tag"))
    tables = found.get(347, ())
    if found.get(_COMPRESSION) in _JPEG and tables:
        kinds += _inside_jpeg(bytes(tables) if max(tables) < 256 else b"")
    for places, sizes in ((273, 279), (324, 325), (513, 514)):
        for start, size in zip(found.get(places, ()), found.get(sizes, ()), strict=False):
            file.spoken_for.append((start, start + size))
            if found.get(_COMPRESSION) in _JPEG:
                kinds += _inside_jpeg(data[start : start + size])
    if not kinds and any(run.strip(b"\0") for run in file.unspoken()):
        kinds.append("stray-data")
    return Parted(once(kinds), None)


def _inside_jpeg(stream: bytes) -> tuple[str, ...]:
    """What a strip that is a JPEG file of its own carries; what cannot be read has to go, too."""
    if not stream.startswith(b"\xff\xd8"):
        return ()  # a bare scan, as of old
    try:
        return jpeg.part(stream).kinds
    except (ValueError, IndexError, struct.error):
        return ("stray-data",)
