"""Suffixes by the first bytes of what rdface opens."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from rdface.cohort.adapters.picture_names import MEDIA_TYPES, suffix_of
from rdface.imaging import FORMATS, decode_image


@pytest.mark.parametrize("kind", [*FORMATS, "BigTIFF"])
def test_what_is_opened_has_a_suffix(kind: str) -> None:
    stream = io.BytesIO()
    big = {"big_tiff": True} if kind == "BigTIFF" else {}
    Image.new("RGB", (8, 8)).save(stream, kind.removeprefix("Big"), **big)
    data = stream.getvalue()
    assert decode_image(data).shape == (8, 8, 3)
    assert MEDIA_TYPES[suffix_of(data, "it")] == f"image/{kind.removeprefix('Big').lower()}"
