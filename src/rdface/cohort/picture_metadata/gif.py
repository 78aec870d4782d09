"""GIF: blocks (GIF89a specification); the first picture and what draws it are kept."""

from __future__ import annotations

from rdface.cohort.picture_metadata.container import Parted, once

_EXTENSIONS = {0xFE: "comment", 0x01: "text"}
_GRAPHIC = 0xF9


def part(data: bytes) -> Parted:
    """Keep what decodes; see :class:`~rdface.cohort.picture_metadata.container.Parted`."""
    if data[:6] not in (b"GIF87a", b"GIF89a"):
        raise ValueError("no GIF")
    at = 13 + _table(data[10])
    kept, kinds = [data[:at]], list[str]()
    graphic, drawn = b"", False
    while data[at] != 0x3B:
        start = at
        if data[at] == 0x21:
            label = data[at + 1]
            at = _after_blocks(data, at + 2)
            if label == _GRAPHIC and at - start == 8:
                graphic = data[start:at]
            elif label == 0xFF:
                kinds.append("xmp" if data[start + 3 : start + 14] == b"XMP DataXMP" else "app")
            else:
                kinds.append(_EXTENSIONS.get(label, "other-block"))
        elif data[at] == 0x2C:
            at = _after_blocks(data, at + 11 + _table(data[at + 9]))
            if drawn:
                kinds.append("animation")
            else:
                kept += [graphic, data[start:at]]
            drawn, graphic = True, b""
        else:
            raise ValueError("a block of no kind")
    if len(data) > at + 1:
        kinds.append("trailing-data")
    return Parted(once(kinds), b"".join([*kept, b"\x3b"]))


def _table(flags: int) -> int:
    """Bytes of a colour table."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    while data[at]:
        at += 1 + data[at]
    return at + 1
