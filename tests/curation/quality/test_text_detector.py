"""Text is found where it stands, on the face or beside it, and a picture without any has none."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from rdface.curation.quality.text_detector import TextDetector
from rdface.faces import Face

FACE = Face(
    np.array([70, 60, 120, 150], np.float32),
    np.array([[105, 115], [155, 115], [130, 145], [112, 175], [148, 175]], np.float32),
    0.9,
)


@pytest.mark.weights
def test_where_text_stands() -> None:
    detector = TextDetector()
    plain = Image.new("RGB", (256, 256), (150, 120, 110))
    assert detector.look(np.asarray(plain), FACE) == (0, 0)
    font = ImageFont.load_default(size=22)
    on_face, below = plain.copy(), plain.copy()
    ImageDraw.Draw(on_face).text((130, 130), "J. Example", "white", font, anchor="mm")
    ImageDraw.Draw(below).text((128, 236), "12/04/2017", "black", font, anchor="mm")
    over, under = (detector.look(np.asarray(each), FACE) for each in (on_face, below))
    assert over.on_face > 0.8 and over.anywhere == over.on_face
    assert under.on_face == 0 and under.anywhere > 0.8
    assert detector.look(np.asarray(below), None).anywhere > 0.8
