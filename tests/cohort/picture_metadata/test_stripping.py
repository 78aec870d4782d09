"""Whatever was planted in a picture file is gone, by byte search, and its pixels are the same."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from rdface.cohort.picture_metadata import find_metadata, strip_metadata
from rdface.errors import ImageError
from rdface.imaging import decode_image, encode_jpeg
from tests.cohort.picture_metadata.planting import FORMATS, Planted

Plant = Callable[..., Planted]
EACH = pytest.mark.parametrize("plant", FORMATS.values(), ids=FORMATS)


def picture(height: int = 24, width: int = 32) -> np.ndarray:
    """Smooth, so that a JPEG of it is close; no two corners alike."""
    down, across = np.mgrid[0:height, 0:width]
    return np.stack([down * 8, across * 7, (down + across) * 4], axis=2).astype(np.uint8)


def saved(kind: str, mode: str = "RGB", **options: object) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(picture()).convert(mode).save(stream, kind, **options)
    return stream.getvalue()


@EACH
def test_twelve_kinds_are_planted_and_none_is_left(plant: Plant) -> None:
    """Sixteen or more in each format; a search finds every canary before and none after."""
    planted = plant(picture())
    assert len(planted.canaries) >= 12
    for kind, canary in planted.canaries.items():
        assert canary in planted.data, kind
    found = find_metadata(planted.data)
    assert {"exif", "gps", "xmp", "icc"} <= set(found)

    stripped = strip_metadata(planted.data, "planted")

    left = [kind for kind, canary in planted.canaries.items() if canary in stripped.data]
    assert left == []
    assert b"CANARY" not in stripped.data
    assert find_metadata(stripped.data) == ()
    assert stripped.removed == found
    assert not stripped.turned
    np.testing.assert_array_equal(decode_image(stripped.data), decode_image(planted.data))


@EACH
def test_pillow_sees_nothing_after(plant: Plant) -> None:
    """A reader that is not ours agrees."""
    data = strip_metadata(plant(picture()).data, "planted").data
    with Image.open(io.BytesIO(data)) as opened:
        opened.load()
        tags = dict(opened.getexif())
        silent = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "compression", "loop"}
        words = (
            set(opened.info) - silent - {"dpi", "resolution", "timestamp", "duration", "background"}
        )
        assert opened.format == Image.open(io.BytesIO(plant(picture()).data)).format.replace(
            "MPO", "JPEG"
        )
        assert getattr(opened, "n_frames", 1) == 1
        assert words == set()
        assert not {270, 271, 305, 315, 33432, 34665, 34853} & set(tags)


@EACH
@pytest.mark.parametrize("orientation", range(2, 9))
def test_the_orientation_is_baked_in(plant: Plant, orientation: int) -> None:
    """The tag is gone and the picture is upright; without loss in all formats but JPEG."""
    planted = plant(picture(), orientation)
    before = decode_image(planted.data)
    stripped = strip_metadata(planted.data, "turned")
    after = decode_image(stripped.data)
    assert stripped.turned
    assert after.shape == before.shape
    assert find_metadata(stripped.data) == ()
    assert b"CANARY" not in stripped.data
    away = np.abs(after.astype(int) - before)
    assert away.max() == 0 or (plant is FORMATS["JPEG"] and away.mean() < 1.5)


@settings(max_examples=25)
@given(
    kind=st.sampled_from(["JPEG", "PNG", "WEBP", "TIFF"]),
    pixels=st.tuples(st.integers(2, 20), st.integers(2, 20)).flatmap(
        lambda size: arrays(np.uint8, (*size, 3))
    ),
)
def test_pixels_stay_whatever_the_picture(kind: str, pixels: np.ndarray) -> None:
    """decode_image(strip(x)) == decode_image(x), and stripping twice is stripping once."""
    data = FORMATS[kind](pixels).data
    once = strip_metadata(data, "x").data
    np.testing.assert_array_equal(decode_image(once), decode_image(data))
    assert strip_metadata(once, "x").data == once


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("JPEG", "L"),
        ("JPEG", "CMYK"),
        ("PNG", "P"),
        ("PNG", "LA"),
        ("PNG", "I;16"),
        ("PNG", "1"),
        ("TIFF", "CMYK"),
        ("TIFF", "I;16"),
        ("TIFF", "P"),
        ("TIFF", "1"),
        ("TIFF", "RGBA"),
        ("WEBP", "RGBA"),
    ],
)
def test_depth_and_colours_stay(kind: str, mode: str) -> None:
    """16 bits, palettes, transparency and four inks come through."""
    source = Image.fromarray(picture()).convert("L" if mode == "I;16" else mode)
    if mode == "I;16":
        source = Image.fromarray(np.asarray(source).astype(np.uint16) * 251)
    if mode == "RGBA":
        source.putalpha(Image.fromarray(picture()[..., 0]))
    tags = Image.Exif()
    tags[270] = "CANARY"
    stream = io.BytesIO()
    source.save(stream, kind, exif=tags)
    stripped = strip_metadata(stream.getvalue(), "x")
    assert "CANARY" in str(stream.getvalue())
    assert b"CANARY" not in stripped.data
    with Image.open(io.BytesIO(stripped.data)) as opened:
        assert opened.mode == mode
        np.testing.assert_array_equal(np.asarray(opened), np.asarray(Image.open(stream)))


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF"])
def test_only_the_first_picture_stays(kind: str) -> None:
    """Further frames and pages are pictures of somebody, too."""
    first, second = Image.fromarray(picture()), Image.fromarray(255 - picture())
    stream = io.BytesIO()
    first.save(stream, kind, save_all=True, append_images=[second])
    stripped = strip_metadata(stream.getvalue(), "x")
    assert set(stripped.removed) & {"animation", "second-image"}
    with Image.open(io.BytesIO(stripped.data)) as opened:
        assert getattr(opened, "n_frames", 1) == 1
    np.testing.assert_array_equal(decode_image(stripped.data), decode_image(stream.getvalue()))


def test_gif_comments_and_what_lies_behind_a_bitmap() -> None:
    gif = saved("GIF", comment=b"CANARY") + b"CANARY"
    bitmap = saved("BMP") + b"CANARY"
    for data, kind in ((gif, "comment"), (bitmap, "trailing-data")):
        stripped = strip_metadata(data, "x")
        assert kind in stripped.removed
        assert b"CANARY" not in stripped.data
        np.testing.assert_array_equal(decode_image(stripped.data), decode_image(data))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP"])
def test_a_file_without_metadata_is_left_alone(kind: str) -> None:
    """To the byte, so that its hash stays."""
    data = saved(kind)
    assert find_metadata(data) == ()
    assert strip_metadata(data, "x").data == data


def test_rdface_writes_pictures_without_metadata() -> None:
    assert find_metadata(encode_jpeg(picture())) == ()


@EACH
@settings(max_examples=20)
@given(share=st.floats(0.0, 0.999), noise=st.integers(0, 255))
def test_damage_is_an_error_in_words_or_cleaned(plant: Plant, share: float, noise: int) -> None:
    """Cut anywhere or with a byte altered, a file is refused or comes out clean."""
    whole = plant(picture()).data
    at = int(share * len(whole))
    for data in (whole[:at], whole[:at] + bytes([noise]) + whole[at + 1 :]):
        try:
            stripped = strip_metadata(data, "damaged")
        except ImageError:
            continue
        assert b"CANARY" not in stripped.data
        if not stripped.turned:
            np.testing.assert_array_equal(decode_image(stripped.data), decode_image(data))


@pytest.mark.parametrize("place", [2, -2])
def test_number_of_lines_of_a_jpeg_holds_no_words(place: int) -> None:
    """Decoders pass over the segment, whatever it holds."""
    data = saved("JPEG")
    segment = b"\xff\xdc\x00\x08CANARY"
    planted = data[:place] + segment + data[place:]
    stripped = strip_metadata(planted, "planted")
    assert stripped.removed == ("segment-dc",)
    assert b"CANARY" not in stripped.data
    np.testing.assert_array_equal(decode_image(stripped.data), decode_image(data))


def test_jpeg_inside_of_a_tiff_is_looked_into() -> None:
    """A strip may be a file with comments of its own; so may the tables beside it."""
    data = saved("TIFF", compression="jpeg")
    assert find_metadata(data) == ()
    (start,) = struct.unpack("<I", _value(data, 273))
    (size,) = struct.unpack("<I", _value(data, 279))
    strip = data[start : start + size]
    assert strip.startswith(b"\xff\xd8")
    longer = strip[:2] + b"\xff\xfe\x00\x08CANARY" + strip[2:]
    planted = bytearray(data + longer)
    for tag, value in ((273, len(data)), (279, len(longer))):
        at = _entry(data, tag)
        planted[at : at + 12] = struct.pack("<HHII", tag, 4, 1, value)
    assert "comment" in find_metadata(bytes(planted))
    stripped = strip_metadata(bytes(planted), "planted")
    assert b"CANARY" not in stripped.data
    np.testing.assert_array_equal(decode_image(stripped.data), decode_image(bytes(planted)))


def _entry(data: bytes, tag: int) -> int:
    (at,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, at)
    places = (at + 2 + 12 * number for number in range(count))
    return next(one for one in places if struct.unpack_from("<H", data, one)[0] == tag)


def _value(data: bytes, tag: int) -> bytes:
    at = _entry(data, tag)
    (kind,) = struct.unpack_from("<H", data, at + 2)
    return data[at + 8 : at + 12] if kind == 4 else data[at + 8 : at + 10] + b"\0\0"
