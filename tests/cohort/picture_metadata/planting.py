"""Plant metadata in picture files, each kind with a canary of its own that a byte search finds."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass, field

import numpy as np
from PIL import Image
from PIL.ImageCms import ImageCmsProfile, createProfile

Pixels = np.ndarray


@dataclass
class Planted:
    """A file, and the canaries that lie in it."""

    data: bytes = b""
    canaries: dict[str, bytes] = field(default_factory=dict)

    def canary(self, kind: str) -> bytes:
        """A new one; letters that no compression makes and no test picture has."""
        self.canaries[kind] = b"CANARY<" + kind.upper().encode() + b">YRANAC"
        return self.canaries[kind]


def ascii_tag(text: bytes) -> tuple[int, bytes]:
    return 2, text + b"\0"


def shorts(*values: int) -> tuple[int, bytes]:
    return 3, struct.pack(f"<{len(values)}H", *values)


def longs(*values: int) -> tuple[int, bytes]:
    return 4, struct.pack(f"<{len(values)}I", *values)


def tiff(*directories: dict[int, object], strip: bytes = b"") -> bytes:
    """A little-endian TIFF of chained directories; a dict as a value is a directory of its own.

    The strip lies at byte 8.
    """
    out = bytearray(b"II*\0\0\0\0\0" + strip + b"\0" * (len(strip) % 2))
    point = 4
    for directory in directories:
        struct.pack_into("<I", out, point, len(out))
        point = write_directory(out, directory)
    return bytes(out)


def write_directory(out: bytearray, directory: dict[int, object]) -> int:
    """Append it with all it points to; where its pointer to the next one lies."""
    at = len(out)
    out += bytes(2 + 12 * len(directory) + 4)
    struct.pack_into("<H", out, at, len(directory))
    for row, (number, value) in enumerate(sorted(directory.items())):
        if isinstance(value, dict):
            where = len(out)
            write_directory(out, value)
            value = longs(where)
        assert isinstance(value, tuple)
        kind, content = value
        count = len(content) // {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1}[kind]
        entry = at + 2 + 12 * row
        struct.pack_into("<HHI", out, entry, number, kind, count)
        if len(content) <= 4:
            out[entry + 8 : entry + 8 + len(content)] = content
        else:
            struct.pack_into("<I", out, entry + 8, len(out))
            out += content + b"\0" * (len(content) % 2)
    return at + 2 + 12 * len(directory)


def exif_directories(planted: Planted, orientation: int = 1) -> list[dict[int, object]]:
    """IFD0 with Exif and GPS below it, and IFD1 with a thumbnail."""
    c = planted.canary
    thumbnail = b"\xff\xd8\xff\xfe\0\x40" + c("thumbnail").ljust(62) + b"\xff\xd9"
    zero = {
        270: ascii_tag(c("image-description")),
        271: ascii_tag(c("camera-make")),
        305: ascii_tag(c("software")),
        315: ascii_tag(c("artist")),
        274: shorts(orientation),
        33432: ascii_tag(c("copyright")),
        40092: (1, c("windows-comment")),
        34665: {
            36867: ascii_tag(c("date-taken")),
            37500: (7, c("maker-note")),
            37510: (7, b"ASCII\0\0\0" + c("user-comment")),
            42033: ascii_tag(c("serial-number")),
        },
        34853: {
            1: ascii_tag(b"N"),
            2: (5, struct.pack("<6I", 51, 1, 29, 1, 0, 1)),
            27: (7, c("gps")),
        },
    }
    one = {513: longs(8), 514: longs(len(thumbnail))}
    planted.data = thumbnail  # for the strip
    return [zero, one]


def exif(planted: Planted, orientation: int = 1) -> bytes:
    directories = exif_directories(planted, orientation)
    return tiff(*directories, strip=planted.data)


def icc(planted: Planted) -> bytes:
    """A true sRGB profile with a canary in its text."""
    whole = bytearray(ImageCmsProfile(createProfile("sRGB")).tobytes())
    text = planted.canary("icc-text")
    whole += text
    struct.pack_into(">I", whole, 0, len(whole))
    return bytes(whole)


def xmp(planted: Planted, kind: str = "xmp") -> bytes:
    return b"<x:xmpmeta><dc:creator>" + planted.canary(kind) + b"</dc:creator></x:xmpmeta>"


def photoshop(planted: Planted) -> bytes:
    def block(number: int, content: bytes) -> bytes:
        size = struct.pack(">I", len(content))
        return (
            b"8BIM"
            + struct.pack(">H", number)
            + b"\0\0"
            + size
            + content
            + b"\0" * (len(content) % 2)
        )

    name = planted.canary("iptc-caption")
    iptc = b"\x1c\x02\x78" + struct.pack(">H", len(name)) + name
    return block(0x0404, iptc) + block(0x040C, planted.canary("photoshop-thumbnail"))


def jpeg(pixels: Pixels, orientation: int = 1) -> Planted:
    planted = Planted()
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=90)
    plain = stream.getvalue()
    c = planted.canary

    def segment(marker: int, payload: bytes) -> bytes:
        return b"\xff%c" % marker + struct.pack(">H", len(payload) + 2) + payload

    tiny = c("jfif-thumbnail").ljust(48)[:48]
    jfif = b"JFIF\0\1\2\1\0\x48\0\x48" + bytes([4, 4]) + tiny
    head = (
        segment(0xE0, jfif)
        + segment(0xE0, b"JFXX\0\x10" + c("jfxx-thumbnail"))
        + segment(0xE1, b"Exif\0\0" + exif(planted, orientation))
        + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp(planted))
        + segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + c("xmp-extended"))
        + segment(0xE2, b"ICC_PROFILE\0\1\1" + icc(planted))
        + segment(0xE2, b"FPXR\0" + c("flashpix"))
        + segment(0xEB, b"JP\0\1" + c("c2pa-jumbf"))
        + segment(0xED, b"Photoshop 3.0\0" + photoshop(planted))
        + segment(0xE7, c("unknown-app"))
        + segment(0xFE, c("comment"))
        + c("between-segments")
    )
    second = plain[:2] + segment(0xFE, c("second-image")) + plain[2:]
    assert plain[2:4] == b"\xff\xe0"
    planted.data = plain[:2] + head + plain[20:] + second + c("trailing-data")
    return planted


def png(pixels: Pixels, orientation: int = 1) -> Planted:
    planted = Planted()
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    plain = stream.getvalue()
    c = planted.canary

    def chunk(name: bytes, payload: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(name + payload))
        return struct.pack(">I", len(payload)) + name + payload + crc

    at = plain.index(b"IDAT") - 4
    (length,) = struct.unpack_from(">I", plain, at)
    coded, end = plain[at + 8 : at + 8 + length], plain[at + 12 + length :]
    head = (
        chunk(b"eXIf", exif(planted, orientation))
        + chunk(b"tEXt", b"Comment\0" + c("text"))
        + chunk(b"tEXt", c("keyword")[:79] + b"\0x")
        + chunk(b"iTXt", b"Author\0\0\0\0\0" + c("international-text"))
        + chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp(planted))
        + chunk(b"iCCP", b"ICC\0\0" + zlib.compress(icc(planted), 0))
        + chunk(b"prVt", c("private-chunk"))
        + chunk(b"caBX", c("c2pa"))
        + chunk(b"sPLT", c("palette-name") + b"\0\x08")
        + chunk(b"tIME", b"\x07\xea\5\2\x0c\0\0")
    )
    late = chunk(b"tEXt", b"Raw profile type exif\0" + c("late-text"))
    zipped = chunk(b"zTXt", b"Note\0\0" + zlib.compress(c("compressed-text"), 0))
    pixels_chunk = chunk(b"IDAT", coded + c("behind-the-stream"))
    planted.data = plain[:at] + head + pixels_chunk + late + zipped + end + c("trailing-data")
    return planted


def webp(pixels: Pixels, orientation: int = 1) -> Planted:
    planted = Planted()
    stream = io.BytesIO()
    Image.fromarray(pixels).save(
        stream,
        "WEBP",
        quality=90,
        exif=b"Exif\0\0" + exif(planted, orientation),
        xmp=xmp(planted),
        icc_profile=icc(planted),
    )
    body = stream.getvalue()[8:]

    def chunk(name: bytes, payload: bytes) -> bytes:
        return name + struct.pack("<I", len(payload)) + payload + b"\0" * (len(payload) % 2)

    body += chunk(b"C2PA", planted.canary("c2pa")) + chunk(b"abcd", planted.canary("unknown-chunk"))
    planted.data = b"RIFF" + struct.pack("<I", len(body)) + body + planted.canary("trailing-data")
    return planted


def tif(pixels: Pixels, orientation: int = 1) -> Planted:
    planted = Planted()
    height, width = pixels.shape[:2]
    zero, _ = exif_directories(planted, orientation)
    hidden = planted.canary("nothing-points-to-it")
    del planted.canaries["thumbnail"]
    strip = pixels.tobytes()
    picture: dict[int, object] = {
        256: longs(width),
        257: longs(height),
        258: shorts(8, 8, 8),
        259: shorts(1),
        262: shorts(2),
        273: longs(8),
        277: shorts(3),
        278: longs(height),
        279: longs(len(strip)),
    }
    first = (
        zero
        | picture
        | {
            700: (1, xmp(planted)),
            330: picture | {270: ascii_tag(planted.canary("sub-image"))},
            33723: (7, planted.canary("iptc")),
            34377: (1, photoshop(planted)),
            34675: (7, icc(planted)),
            50000: ascii_tag(planted.canary("private-tag")),
        }
    )
    second = picture | {269: ascii_tag(planted.canary("second-page"))}
    planted.data = tiff(first, second, strip=strip + b"\0" * (len(strip) % 2) + hidden)
    planted.data += planted.canary("trailing-data")
    return planted


FORMATS = {"JPEG": jpeg, "PNG": png, "WEBP": webp, "TIFF": tif}
