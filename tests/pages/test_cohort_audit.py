"""The page shows pairs side by side, what differs between their rows, and the whole picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rdface.curation.quality import CohortAudit, Finding
from rdface.curation.quality.running import judge
from rdface.files import write_bytes
from rdface.imaging import encode_jpeg
from rdface.pages.cohort_audit import render_review, squared
from tests.curation.quality.world import evidence, tell


def audit(tmp_path: Path, **columns: list[object]) -> CohortAudit:
    seen = evidence(4, **columns)
    object.__setattr__(seen.cohort, "root", tmp_path)
    for name in seen.ids:
        picture = np.full((30, 20, 3), 90, np.uint8)
        write_bytes(tmp_path / "images" / f"{name}.jpg", encode_jpeg(picture))
    tell(seen, "sharpness", 2, -9.0)
    judged = judge(seen)
    pair = Finding("near-duplicate", ("i0", "i1"), 0.99, 0.94, "They agree <so>.", 0.99)
    return CohortAudit(seen, (("F00001", pair), *judged.findings), judged.summary)


def test_a_pair_stands_side_by_side_with_what_differs(tmp_path: Path) -> None:
    page = render_review(audit(tmp_path, country=["DE", "DE", "KE", "KE"]))
    card = page[page.index("F00001") : page.index("Equal:")]
    assert card.count("data:image/jpeg") == 2 and "They agree &lt;so&gt;." in card
    assert "<td>p0</td><td>p1</td>" in card and "<td>female</td><td>male</td>" in card
    assert ">country<" not in card and "country DE" in page
    assert "Every face on this page is simulated" in page and "diagnos" not in page


def test_pictures_can_be_left_out_and_equal_audits_give_equal_pages(tmp_path: Path) -> None:
    told = audit(tmp_path)
    assert "data:image" not in render_review(told, pictures=False)
    assert render_review(told) == render_review(audit(tmp_path))


def test_the_whole_picture_is_above_the_mark() -> None:
    picture = np.full((100, 60, 3), 10, np.uint8)
    square = squared(picture)
    assert square.shape[0] == square.shape[1] and (square == 10).all(axis=2).sum() == 6000
    assert (square[round(square.shape[0] * 215 / 240) :] == 233).all()
