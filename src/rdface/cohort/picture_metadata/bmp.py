"""BMP: headers, a palette and rows; anything else is written away."""

from __future__ import annotations

import struct

from rdface.cohort.picture_metadata.container import Parted, once

_V5 = 124


def part(data: bytes) -> Parted:
    """Name what lies beside the rows; the file is written anew where there is anything."""
    if data[:2] != b"BM":
        raise ValueError("no BMP")
    offset, header = struct.unpack_from("<II", data, 10)
    if header == 12:
        width, height, _, bits = struct.unpack_from("<HHHH", data, 18)
        coding, size, colours, entry = 0, 0, 0, 3
    else:
        width, height, _, bits, coding, size = struct.unpack_from("<iiHHII", data, 18)
        (colours,) = struct.unpack_from("<I", data, 46)
        entry = 4
    palette = (colours or (1 << bits if bits <= 8 else 0)) * entry
    masks = {3: 12, 6: 16}.get(coding, 0) if header == 40 else 0
    kinds = []
    if offset > 14 + header + palette + masks:
        kinds.append("stray-data")
    if header >= _V5 and any(struct.unpack_from("<II", data, 14 + 112)):
        kinds.append("icc")
    rows = size if coding in (1, 2) else (width * bits + 31) // 32 * 4 * abs(height)
    if any(struct.unpack_from("<HH", data, 6)):
        kinds.append("stray-data")
    if len(data) > offset + rows and data[offset + rows :].strip(b"\0"):
        kinds.append("trailing-data")
    return Parted(once(kinds), None)
