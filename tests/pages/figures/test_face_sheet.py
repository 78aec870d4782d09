"""A face stands where it was put, its text below it, in either format."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rdface.files import write_bytes
from rdface.imaging import encode_jpeg, read_image
from rdface.pages.figures.face_sheet import ACROSS, FOOT, PAPER, FaceSheet


def test_a_face_is_put_into_its_column_and_marked(tmp_path: Path) -> None:
    write_bytes(tmp_path / "face.jpg", encode_jpeg(np.full((48, 48, 3), 200, np.uint8)))
    sheet = FaceSheet(20 + 32 + FOOT, 32, 13)
    sheet.heading("SYNTHETIC", 10)
    sheet.face(tmp_path / "face.jpg", "synthetic", 2, 20)
    for name in ("sheet.png", "sheet.jpg"):
        sheet.write(tmp_path / name)
        drawn = read_image(tmp_path / name).astype(int)
        assert drawn.shape == (20 + 32 + FOOT, ACROSS * 32, 3)
        assert np.abs(drawn[24:48, 68:92] - 200).max() < 12
        assert np.abs(drawn[24:48, 100:] - PAPER).max() < 12
        assert drawn[:20].max() > 150 and drawn[52:, 64:96].max() > 150
