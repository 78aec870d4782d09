"""Pictures come out upright, RGB and whole, or with a clear error."""

from __future__ import annotations

import io
import json
import subprocess
import sys
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
