"""A few simulated children with faces, copied out of the shipped cohorts."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rdface.cohort import Cohort, load_cohort, write_cohort


def part_of(name: str, conditions: int, images: int, root: Path) -> Cohort:
    """The first images of the first conditions of a shipped cohort, as a cohort of its own."""
    whole = load_cohort(name)
    wanted = list(dict.fromkeys(whole.images["condition"]))[:conditions]
    table = whole.images[whole.images["condition"].isin(wanted)].groupby("condition").head(images)
    for image_id, file in zip(table["image_id"], table["file"], strict=True):
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(whole.path(image_id), root / file)
    listed = whole.conditions[whole.conditions["condition"].isin(wanted)]
    info = whole.info.model_copy(update={"name": f"small-{name}"})
    return write_cohort(root, info, table.reset_index(drop=True), listed)


@pytest.fixture(scope="session")
def children(tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    """Three conditions with three pictures each."""
    return part_of("sim103", 3, 3, tmp_path_factory.mktemp("children"))


@pytest.fixture(scope="session")
def unaffected(tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    """Four unaffected children."""
    return part_of("sim103-controls", 1, 4, tmp_path_factory.mktemp("unaffected"))
