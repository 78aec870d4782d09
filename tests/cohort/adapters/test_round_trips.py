"""Export and import lose nothing, for whatever the schema of a cohort allows."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rdface.cohort import Cohort, load_cohort, write_cohort
from rdface.cohort.adapters import EXPORTERS, IMPORTERS, export_cohort, import_cohort
from tests.cohort.adapters.little_cohorts import cohorts, picture

OPTIONS = {"webdataset": {"shard_images": 2}, "parquet": {"shard_images": 2}}
OPTIONS |= {"phenopackets": {"pictures": True}}
WHOLE = ("croissant", "gestaltmatcher", "imagefolder", "parquet", "phenopackets", "webdataset")
"""Layouts that carry everything; `rdface-real` encodes PNG, leaves synthetic images out."""

TOLERANT = settings(
    max_examples=2,
    phases=[
        Phase.explicit,
        Phase.reuse,
        Phase.generate,
    ],  # a fault is told without minutes of shrinking
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def there_and_back(layout: str, folder: Path, data: st.DataObject) -> None:
    cohort = data.draw(cohorts(folder / "cohort"))
    export_cohort(layout, cohort, folder / "out", OPTIONS.get(layout, {}))
    made = import_cohort(layout, folder / "out", folder / "again").cohort
    again = load_cohort(folder / "again")
    assert again.sha256 == made.sha256 == cohort.sha256
    assert again.info == cohort.info
    assert list(again.images.columns) == list(cohort.images.columns)
    assert again.images.to_dict("records") == cohort.images.to_dict("records")
    assert again.conditions.to_dict("records") == cohort.conditions.to_dict("records")
    for image_id in cohort.image_ids:
        assert again.path(image_id).read_bytes() == cohort.path(image_id).read_bytes()
    for file in filter(None, cohort.images.get("original", ())):
        assert (again.root / file).read_bytes() == (cohort.root / file).read_bytes()
    assert (folder / "again").stat().st_mode & 0o077 == 0
    assert (folder / "out").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("layout", WHOLE)
@TOLERANT
@given(data=st.data())
def test_nothing_is_lost(
    layout: str, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Same hash, tables, order, columns, metadata, and bytes of pictures."""
    folder = tmp_path_factory.mktemp("round")
    there_and_back(layout, folder, data)
    shutil.rmtree(folder)


@pytest.mark.parametrize("layout", WHOLE)
def test_originals_of_restored_pictures_go_along(
    layout: str, make_cohort: Callable[..., Cohort], tmp_path: Path
) -> None:
    cohort = make_cohort(conditions=1, patients=2, size=8)
    (cohort.root / "originals").mkdir()
    (cohort.root / "originals" / "a.png").write_bytes(picture("PNG", 1))
    images = cohort.images.assign(restored=["pad", ""], original=["originals/a.png", ""])
    cohort = write_cohort(cohort.root, cohort.info, images, cohort.conditions)
    export_cohort(layout, cohort, tmp_path / "out", OPTIONS.get(layout, {}))
    again = import_cohort(layout, tmp_path / "out", tmp_path / "again").cohort
    assert again.sha256 == cohort.sha256
    assert (again.root / "originals" / "a.png").read_bytes() == picture("PNG", 1)


@pytest.mark.slow
@pytest.mark.parametrize("layout", WHOLE)
@settings(TOLERANT, max_examples=30)
@given(data=st.data())
def test_nothing_is_lost_in_many_more(
    layout: str, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("round")
    there_and_back(layout, folder, data)
    shutil.rmtree(folder)


def test_every_layout_goes_both_ways() -> None:
    assert set(WHOLE) <= set(EXPORTERS.names()) and set(WHOLE) <= set(IMPORTERS.names())
