"""What a plan runs, and what it refuses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rdface.bench.restoration import RestorationPlan
from rdface.errors import UsageError


def test_slow_arms_have_fewer_children_and_fewest_on_whole_pictures() -> None:
    cells = {(damage, arm): n for damage, arm, n in RestorationPlan().cells()}
    assert cells["face48", "bicubic"] == 120 and cells["face48", "realesrgan_x4plus"] == 20
    assert cells["none", "realesrgan_x4plus"] == 6 and cells["none", "realesr_animevideov3"] == 120
    assert ("none", "bicubic") not in cells


@pytest.mark.parametrize(
    "change",
    [{"damages": ("facce48",)}, {"arms": ("realesrgan_x4plus",)}, {"images": 3}],
)
def test_what_cannot_be_studied_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        replace(RestorationPlan(), **change).check()  # type: ignore[arg-type]


def test_quick_is_smaller() -> None:
    quick = RestorationPlan().quick()
    assert quick.images == 30 and len(quick.cells()) == 8
    quick.check()
