"""A cohort's pictures lose their metadata; its tables and pixels stay."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from rdface.cohort import Cohort, load_cohort, write_cohort
from rdface.cohort.strip import carried_metadata, strip_cohort
from rdface.imaging import read_image
from tests.cohort.picture_metadata.planting import jpeg


def planted(make_cohort: Callable[..., Cohort]) -> Cohort:
    """The first photograph carries metadata, and so does a synthetic one, which needs it."""
    cohort = make_cohort(conditions=1, patients=3)
    images = cohort.images.copy()
    images.loc[2, "synthetic_of"] = images["image_id"][0]
    for row in (0, 2):
        path = cohort.root / images["file"][row]
        path.write_bytes(jpeg(read_image(path)).data)
    return write_cohort(cohort.root, cohort.info, images, cohort.conditions)


def test_a_copy_has_the_same_pixels_and_no_metadata(
    make_cohort: Callable[..., Cohort], tmp_path: Path
) -> None:
    cohort = planted(make_cohort)
    assert carried_metadata(cohort)["gps"] == 1
    done = strip_cohort(cohort, tmp_path / "copy")
    copy = load_cohort(tmp_path / "copy")
    assert carried_metadata(copy) == {}
    assert done.removed["gps"] == 1 and done.turned == ()
    assert done.cohort.sha256 == copy.sha256
    columns = [name for name in copy.images if name != "sha256"]
    pd.testing.assert_frame_equal(copy.images[columns], cohort.images[columns])
    for image_id in cohort.image_ids:
        before, after = read_image(cohort.path(image_id)), read_image(copy.path(image_id))
        np.testing.assert_array_equal(before, after)
    assert (
        copy.path(cohort.image_ids[1]).read_bytes() == cohort.path(cohort.image_ids[1]).read_bytes()
    )


def test_check_says_so_without_failing(make_cohort: Callable[..., Cohort], tmp_path: Path) -> None:
    cohort = planted(make_cohort)

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from rdface.cli.main import main; main()", "cohort"]
        return subprocess.run(
            [*command, *map(str, arguments)], capture_output=True, text=True, check=False
        )

    checked = run("check", cohort.root)
    assert checked.returncode == 0
    assert "gps in 1" in checked.stderr and "rdface cohort strip" in checked.stderr
    stripped = run("strip", cohort.root, "--out", tmp_path / "copy")
    assert stripped.returncode == 0, stripped.stderr
    assert "out of 1 picture(s)" in stripped.stdout
    assert run("check", tmp_path / "copy").stderr == ""
