"""Parquet with pictures: read by datasets, bounded in memory, and of others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rdface.cohort import Cohort
from rdface.cohort.adapters import export_cohort, import_cohort, parquet
from rdface.errors import CohortError
from tests.cohort.adapters.hugging_face import check_loads
from tests.cohort.adapters.little_cohorts import picture

MakeCohort = Callable[..., Cohort]


@pytest.mark.slow
def test_datasets_loads_it(make_cohort: MakeCohort, tmp_path: Path) -> None:
    cohort = make_cohort(conditions=2, patients=2, size=8)
    export_cohort("parquet", cohort, tmp_path / "out", {"shard_images": 3})
    check_loads(tmp_path / "out", cohort, tmp_path / "cache")


def test_row_groups_are_small(
    make_cohort: MakeCohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A group ends before it holds more pictures than are to be in memory."""
    cohort = make_cohort(conditions=2, patients=3, size=16)
    size = cohort.path(cohort.image_ids[0]).stat().st_size
    monkeypatch.setattr(parquet, "GROUP_BYTES", int(size * 2.5))
    export_cohort("parquet", cohort, tmp_path / "out")
    (file,) = (tmp_path / "out" / "data").iterdir()
    metadata = pq.ParquetFile(file).metadata
    assert [metadata.row_group(n).num_rows for n in range(metadata.num_row_groups)] == [2, 2, 2]
    terms = json.loads(pq.read_schema(file).metadata[b"rdface"])
    assert terms["licence"] == "CC0-1.0"


def test_files_of_others(tmp_path: Path) -> None:
    """Class labels by number, plain bytes, numbers as text; what is missing is said."""
    features = {"label": {"_type": "ClassLabel", "names": ["Noonan syndrome", "unaffected"]}}
    schema = pa.schema(
        {"picture": pa.binary(), "label": pa.int64(), "subject": pa.string(), "years": pa.int64()},
        metadata={"huggingface": json.dumps({"info": {"features": features}})},
    )
    columns = [[picture("PNG", 0), picture("JPEG", 1)], [1, 0], ["p", "q"], [3, None]]
    (tmp_path / "in").mkdir()
    pq.write_table(pa.table(columns, schema=schema), tmp_path / "in" / "x.parquet")
    (tmp_path / "in" / "README.md").write_text("---\nlicense: cc-by-nc-4.0\n---\n# Faces\n")
    made = import_cohort("parquet", tmp_path / "in", tmp_path / "out")
    images = made.cohort.images
    assert list(images["condition"]) == ["unaffected", "Noonan-syndrome"]
    assert list(made.cohort.conditions["name"]) == ["unaffected", "Noonan syndrome"]
    assert (list(images["patient_id"]), list(images["years"])) == (["p", "q"], ["3", ""])
    assert made.cohort.info.licence == "CC-BY-NC-4.0" and not made.notes


def test_faults_are_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "cut.parquet").write_bytes(b"PAR1 and no more")
    pq.write_table(pa.table({"label": ["a"]}), tmp_path / "in" / "none.parquet")
    two = pa.table({"one": [b"x"], "two": [b"y"], "label": ["a"]})
    pq.write_table(two, tmp_path / "in" / "two.parquet")
    with pytest.raises(CohortError) as refused:
        import_cohort("parquet", tmp_path / "in", tmp_path / "out")
    for words in ("cut.parquet: is no Parquet file", "none.parquet: has 0 columns", "one, two"):
        assert words in refused.value.message
    for file in (tmp_path / "in").iterdir():
        file.unlink()
    values = [{"bytes": None, "path": "../../etc/passwd"}, {"bytes": b"no picture", "path": None}]
    pq.write_table(pa.table({"image": values, "label": ["a", "b"]}), tmp_path / "in" / "x.parquet")
    with pytest.raises(CohortError) as refused:
        import_cohort("parquet", tmp_path / "in", tmp_path / "out")
    assert "lies outside of the file: '../../etc/passwd'" in refused.value.message
    assert "is no image that rdface can open" in refused.value.message
    assert not (tmp_path / "out").exists()


def test_an_exchanged_picture_is_refused(make_cohort: MakeCohort, tmp_path: Path) -> None:
    cohort = make_cohort(conditions=1, patients=2, size=8)
    export_cohort("parquet", cohort, tmp_path / "in")
    (file,) = (tmp_path / "in" / "data").iterdir()
    table = pq.read_table(file)
    swapped = pa.array(reversed(table["image"].to_pylist()), type=table.schema.field("image").type)
    pq.write_table(table.set_column(0, "image", swapped), file)
    with pytest.raises(CohortError, match="altered or exchanged"):
        import_cohort("parquet", tmp_path / "in", tmp_path / "out")
