"""Export as Parquet with the pictures inside, as Hugging Face ``datasets`` and pandas read it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rdface.cohort.adapters.adapter import EXPORTERS, Exported
from rdface.cohort.adapters.dataset_card import CARD, dataset_card
from rdface.cohort.adapters.exporting import Picture, pictures_of, told_columns
from rdface.cohort.adapters.folder import new_folder
from rdface.cohort.adapters.tables import stated, write_tables
from rdface.cohort.cohort import Cohort
from rdface.errors import UsageError
from rdface.files import write_text

if TYPE_CHECKING:
    import pyarrow as pa

DATA = "data"
IMAGE, LABEL = "image", "label"
GROUP_BYTES = 8 * 1024 * 1024
"""Pictures of a row group: what is in memory at a time, but for one picture."""

_OURS = "cohort_"


@EXPORTERS.register("parquet")
def export_parquet(cohort: Cohort, out: Path, *, shard_images: int = 10000) -> Exported:
    """Parquet: data/train-00000-of-00001.parquet ... with pictures as bytes, and README.md.

    Columns: ``image`` (a struct of bytes and path, the ``Image`` feature of ``datasets``),
    ``label`` (the condition), every column of images.csv as text and those of its condition. A row
    group ends before it holds more than 8 MiB of pictures (a larger picture has its own).

    Args:
        cohort: It is only read.
        out: New folder; it appears whole or not at all.
        shard_images: Pictures in a file.

    Raises:
        UsageError: ``out`` is in use, or a file would hold nothing.
    """
    if shard_images < 1:
        raise UsageError("A file must hold at least one picture: --set shard_images=10000.")
    import pyarrow.parquet as pq

    pictures = pictures_of(cohort)
    shards = -(-len(cohort) // shard_images)
    schema, columns = _schema(cohort)
    with new_folder(out, outside=cohort.root) as part:
        (part / DATA).mkdir()
        for number in range(shards):
            name = f"train-{number:05d}-of-{shards:05d}.parquet"
            # Pictures are compressed already; the ids in dictionaries are small as they are.
            with pq.ParquetWriter(part / DATA / name, schema, compression="none") as writer:
                for group in _groups(islice(pictures, shard_images)):
                    writer.write_table(_table(group, schema, columns), row_group_size=len(group))
        next(pictures, None)  # ends the progress bar
        features: list[dict[str, Any]] = [{"name": IMAGE, "dtype": "image"}]
        features += [{"name": field, "dtype": "string"} for field in schema.names[1:]]
        write_text(part / CARD, dataset_card(cohort, f"{DATA}/*.parquet", features))
        write_tables(cohort, part)
    return Exported(out, len(cohort))


def column_name(column: str) -> str:
    """A column of the cohort under a name that the format does not use itself."""
    return f"{_OURS}{column}" if column in (IMAGE, LABEL) or column.startswith(_OURS) else column


def _schema(cohort: Cohort) -> tuple[pa.Schema, list[str]]:
    """The schema, and the cohort's names of the columns after image and label."""
    import pyarrow as pa

    columns = told_columns(cohort)
    kinds = {IMAGE: {"_type": "Image"}} | {
        name: {"dtype": "string", "_type": "Value"} for name in (LABEL, *map(column_name, columns))
    }
    image = pa.struct({"bytes": pa.binary(), "path": pa.string()})
    fields = [pa.field(IMAGE, image)]
    fields += [pa.field(name, pa.string()) for name in (LABEL, *map(column_name, columns))]
    about = {"info": {"features": kinds}}
    terms = stated(cohort).model_dump(mode="json")
    metadata = {"huggingface": json.dumps(about), "rdface": json.dumps(terms)}
    return pa.schema(fields, metadata=metadata), columns


def _groups(pictures: Iterator[Picture]) -> Iterator[list[Picture]]:
    group: list[Picture] = []
    size = 0
    for picture in pictures:
        if group and size + len(picture.data) > GROUP_BYTES:
            yield group
            group, size = [], 0
        group.append(picture)
        size += len(picture.data)
    if group:
        yield group


def _table(group: list[Picture], schema: pa.Schema, columns: list[str]) -> pa.Table:
    import pyarrow as pa

    arrays = [
        pa.array(
            [{"bytes": one.data, "path": f"{one.row['image_id']}.{one.suffix}"} for one in group],
            type=schema.field(IMAGE).type,
        ),
        pa.array([one.row["condition"] for one in group], type=pa.string()),
    ]
    arrays += [pa.array([one.told[name] for one in group], type=pa.string()) for name in columns]
    return pa.Table.from_arrays(arrays, schema=schema)
