"""Pictures come out upright, RGB and whole, or with a clear error."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from rdface.errors import ImageError
from rdface.imaging import decode_image, encode_jpeg, read_image


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def test_the_exif_tag_turns_the_picture_upright() -> None:
    picture = Image.new("RGB", (4, 2))
    picture.putpixel((0, 0), (255, 255, 255))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned by 90 degrees
    image = decode_image(encoded(picture, "PNG", exif=exif))
    assert image.shape == (4, 2, 3)
    assert image[0, 1].tolist() == [255, 255, 255]


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "I;16", "LA", "1"])
def test_every_mode_becomes_rgb(mode: str) -> None:
    kind = "TIFF" if mode in ("CMYK", "I;16") else "PNG"
    image = decode_image(encoded(Image.new(mode, (3, 2)), kind))
    assert image.shape == (2, 3, 3)
    assert image.dtype == np.uint8


def test_transparent_pixels_become_black() -> None:
    image = decode_image(encoded(Image.new("RGBA", (2, 2), (255, 0, 0, 0)), "PNG"))
    assert image.max() == 0


def test_a_16_bit_grey_picture_keeps_its_brightness() -> None:
    picture = Image.fromarray(np.full((2, 2), 128 << 8, dtype=np.uint16))
    assert decode_image(encoded(picture, "PNG"))[0, 0].tolist() == [128, 128, 128]


@pytest.mark.parametrize("kind", [np.uint16, ">u2"])
def test_a_16_bit_tiff_keeps_its_brightness(kind: str) -> None:
    picture = Image.fromarray(np.full((2, 2), 128 << 8, dtype=kind))
    assert decode_image(encoded(picture, "TIFF"))[0, 0].tolist() == [128, 128, 128]


@pytest.mark.parametrize("mode", ["I", "F"])
def test_a_picture_of_32_bits_is_refused_and_not_made_white(mode: str) -> None:
    """Whether 1, 255, 65535 or more is white, nothing says."""
    picture = Image.new(mode, (2, 2), 30_000)
    with pytest.raises(ImageError, match="x has 32 bits a pixel") as raised:
        decode_image(encoded(picture, "TIFF"), "x")
    assert "8 or 16 bits" in str(raised.value.hint)


@given(data=st.binary(max_size=200))
def test_no_bytes_raise_anything_but_an_image_error(data: bytes) -> None:
    with pytest.raises(ImageError):
        decode_image(data)


@given(
    cut=st.integers(1, 600), flips=st.lists(st.tuples(st.integers(20, 700), st.integers(0, 255)))
)
def test_damaged_pictures_raise_an_image_error_or_decode(
    cut: int, flips: list[tuple[int, int]]
) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (16, 16, 3)).astype(np.uint8)
    data = bytearray(encode_jpeg(picture))
    for position, value in flips:
        data[position % len(data)] = value
    try:
        assert decode_image(bytes(data[: len(data) - cut])).ndim == 3
    except ImageError:
        pass


def test_damaged_exif_tags_do_not_cost_the_picture() -> None:
    data = encoded(Image.new("RGB", (4, 2)), "JPEG", exif=b"Exif\x00\x00MM\x00*damaged")
    assert decode_image(data).shape == (2, 4, 3)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"nothing\.jpg cannot be read"):
        read_image(tmp_path / "nothing.jpg")


def test_jpeg_bytes_are_reproducible() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (8, 8, 3)).astype(np.uint8)
    assert encode_jpeg(picture) == encode_jpeg(picture)


@pytest.mark.slow
def test_five_thousand_mutated_pictures_do_no_harm() -> None:
    """Every one is opened or refused in words, in five seconds and 1.5 GB of address space.

    In a process of its own, which a crash of a decoder would end.
    """
    program = Path(__file__).parent / "fuzz_decoder.py"
    ran = subprocess.run(
        [sys.executable, str(program), "5000"], capture_output=True, text=True, timeout=300
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    told = json.loads(ran.stdout)
    assert told["opened"] + told["refused"] == 5000
    assert told["opened"] > 500 and told["refused"] > 500
    assert {name.split()[0] for name in told["by_format"]} == {
        "JPEG",
        "PNG",
        "WEBP",
        "TIFF",
        "BMP",
        "GIF",
    }


def test_the_limit_of_pixels_is_the_caller_s() -> None:
    data = encoded(Image.new("L", (40, 30)), "PNG")
    assert decode_image(data, max_pixels=1200).shape == (30, 40, 3)
    with pytest.raises(ImageError, match="more than 1,199 pixels"):
        decode_image(data, max_pixels=1199)


def _jpeg_with(piece: bytes, times: int) -> bytes:
    data = encoded(Image.new("L", (8, 8)), "JPEG")
    return data[:2] + piece * times + data[2:]


def test_a_jpeg_of_many_parts_is_refused_before_it_keeps_a_decoder_busy() -> None:
    """A minute of work in 140 kB of scans; 10 MB of small EXIF segments cost as much."""
    data = encoded(Image.new("L", (64, 64)), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    scan = data[last:-2]
    assert decode_image(data[:last] + scan * 20 + b"\xff\xd9").shape == (64, 64, 3)
    with pytest.raises(ImageError, match="too many parts"):
        decode_image(data[:last] + scan * 200 + b"\xff\xd9")
    segment = b"\xff\xe1\x00\x12Exif\0\0" + b"x" * 10
    assert decode_image(_jpeg_with(segment, 100)).shape == (8, 8, 3)
    with pytest.raises(ImageError, match="too many parts"):
        decode_image(_jpeg_with(segment, 3000))


def test_what_looks_like_a_scan_but_is_none_does_not_count() -> None:
    """In a segment's bytes, and behind the end, where telephones append a film."""
    hidden = b"\xff\xec\x02\x02" + b"\xff\xda" * 256
    assert decode_image(_jpeg_with(hidden, 3) + b"\xff\xda" * 300).shape == (8, 8, 3)


def test_the_tile_of_a_tiff_counts_and_not_what_of_it_is_shown() -> None:
    """900 MB were decoded for 64 x 64 pixels."""

    def tiff(side: int) -> bytes:
        pixels = zlib.compress(bytes(side * side))
        tags = [(256, 64), (257, 64), (258, 8), (259, 8), (262, 1), (277, 1), (322, side)]
        tags += [(323, side), (324, 8), (325, len(pixels))]
        table = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
        head = b"II*\0" + struct.pack("<I", 8 + len(pixels)) + pixels
        return head + struct.pack("<H", len(tags)) + table + bytes(4)

    assert decode_image(tiff(64), max_pixels=10_000).shape == (64, 64, 3)
    with pytest.raises(ImageError, match="more than 10,000 pixels"):
        decode_image(tiff(512), max_pixels=10_000)
