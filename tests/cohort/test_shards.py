"""A cohort read shard by shard is the cohort; what an import would refuse is refused."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.cohort import Cohort
from rdface.cohort.adapters import export_cohort
from rdface.cohort.shards import open_shards
from rdface.cohort.terms import find_faults
from rdface.errors import CohortError
from tests.cohort.adapters.little_cohorts import cohorts

MakeCohort = Callable[..., Cohort]


def read(place: Path) -> tuple[list[dict[str, str]], list[tuple[str, bytes]], str]:
    sharded = open_shards(place)
    rows, pictures = [], []
    for shard in sharded.shards():
        rows += shard.cohort.images.to_dict("records")
        pictures += list(shard.pictures())
    assert len(sharded) == len(rows)
    return rows, pictures, sharded.sha256


@pytest.mark.slow
@settings(max_examples=15)
@given(data=st.data(), size=st.integers(1, 4), kind=st.sampled_from(["parquet", "webdataset"]))
def test_shards_are_the_cohort(data: st.DataObject, size: int, kind: str) -> None:
    """Any rows, ids, columns and formats: rows, order, bytes and hash of the cohort itself."""
    with TemporaryDirectory() as folder:
        cohort = data.draw(cohorts(Path(folder) / "cohort"))
        export_cohort(kind, cohort, Path(folder) / "out", {"shard_images": size})
        rows, pictures, sha256 = read(Path(folder) / "out")
        assert rows == cohort.images.to_dict("records")
        expected = [(one, cohort.path(one).read_bytes()) for one in cohort.image_ids]
        assert pictures == expected
        assert sha256 == cohort.sha256
        assert read(cohort.root) == (rows, pictures, sha256)


@pytest.mark.parametrize("kind", ["parquet", "webdataset"])
def test_shards_of_a_plain_cohort(kind: str, make_cohort: MakeCohort, tmp_path: Path) -> None:
    cohort = make_cohort(conditions=2, patients=2, size=8)
    export_cohort(kind, cohort, tmp_path / "out", {"shard_images": 3})
    rows, pictures, sha256 = read(tmp_path / "out")
    assert rows == cohort.images.to_dict("records")
    assert [name for name, _ in pictures] == list(cohort.image_ids)
    assert sha256 == cohort.sha256


@pytest.fixture
def exported(make_cohort: MakeCohort, tmp_path: Path) -> Path:
    cohort = make_cohort(conditions=2, patients=2, size=8)
    export_cohort("webdataset", cohort, tmp_path / "out", {"shard_images": 3})
    return tmp_path / "out"


def test_an_exchanged_picture_is_refused(exported: Path) -> None:
    """One byte within a picture, which leaves the tar file sound."""
    shard = exported / "shard-000000.tar"
    data = bytearray(shard.read_bytes())
    data[512 + 300] ^= 1
    shard.write_bytes(data)
    with pytest.raises(CohortError, match="'C0_P0_0' has another SHA-256"):
        read(exported)


def test_rows_and_pictures_must_be_of_one_number(exported: Path) -> None:
    table = exported / "rdface" / "images.csv"
    lines = table.read_text().splitlines()
    table.write_text("\n".join(lines[:-1]) + "\n")
    with pytest.raises(CohortError, match="more pictures than are left"):
        read(exported)
    table.write_text("\n".join([*lines, lines[-1].replace("C1_P1_0", "C1_P1_1")]) + "\n")
    with pytest.raises(CohortError, match="rows without pictures"):
        read(exported)


def test_a_shard_that_is_missing_is_named(exported: Path) -> None:
    (exported / "shard-000001.tar").unlink()
    with pytest.raises(CohortError, match=r"shard-000001\.tar"):
        open_shards(exported)


def test_a_row_that_is_not_sound_is_named_by_its_line(exported: Path) -> None:
    table = exported / "rdface" / "images.csv"
    images = pd.read_csv(table, dtype=str, keep_default_na=False)
    images.loc[3, "age"] = "six"
    images.to_csv(table, index=False)
    with pytest.raises(CohortError, match=r"images\.csv, row 5, column age"):
        read(exported)


def test_shards_of_others_are_to_be_imported(tmp_path: Path) -> None:
    pd.DataFrame({"label": ["a"]}).to_parquet(tmp_path / "train.parquet")
    with pytest.raises(CohortError, match="no folder rdface"):
        open_shards(tmp_path)


def test_terms_of_an_image_bind_all_shards_after_it(exported: Path) -> None:
    """As they bind the whole of a cohort."""
    table = exported / "rdface" / "images.csv"
    images = pd.read_csv(table, dtype=str, keep_default_na=False)
    images["data_use"] = ["DUO:0000015", "", "", ""]
    images.to_csv(table, index=False)
    for shard in open_shards(exported).shards():
        info = dataclasses.replace(
            shard.cohort, info=shard.cohort.info.model_copy(update={"simulated": False})
        )
        last = [fault.term for fault in find_faults(info, "methods")]
        assert last == ["DUO:0000015 (no general methods research)"]
