"""Import Parquet with pictures inside: ours, and data sets of others on the Hugging Face hub."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rdface.cohort.adapters.adapter import IMPORTERS, Imported
from rdface.cohort.adapters.dataset_card import card_terms
from rdface.cohort.adapters.faults import need_folder, refuse
from rdface.cohort.adapters.folder import check_new
from rdface.cohort.adapters.labelled import labelled_tables
from rdface.cohort.adapters.parquet import IMAGE
from rdface.cohort.adapters.picture_names import LARGEST, suffix_of
from rdface.cohort.adapters.rebuilding import Found, rebuild
from rdface.cohort.adapters.tables import read_tables
from rdface.cohort.check import Problem
from rdface.errors import ImageError

if TYPE_CHECKING:
    import pyarrow as pa

_LARGEST_GROUP = 2 * 1024**3
"""Bytes of a row group, unpacked: more is refused before it is read."""


@dataclass(frozen=True)
class ParquetPictures:
    """A file with pictures inside.

    Attributes:
        path: Where.
        image: Its column of pictures.
        columns: All others.
        names: Of class labels that are numbers; may be none.
    """

    path: Path
    image: str
    columns: tuple[str, ...]
    names: tuple[str, ...]


@IMPORTERS.register("parquet")
def import_parquet(source: Path, out: Path, *, about: Path | None = None) -> Imported:
    """Parquet: files with an image column (bytes, or a struct with bytes) and a label column.

    Class labels of ``datasets`` (numbers with names) are read as their names.

    Args:
        source: The folder of the .parquet files, which may lie in ``data``.
        out: Folder of the new cohort.
        about: A cohort.yaml for files that rdface did not write.

    Raises:
        UsageError: ``out`` is in use.
        CohortError: Faults; all are named: files cut short or altered, rows without a picture,
            pictures that are not inside, ids that stand twice, no label.
    """
    check_new(out, outside=source)
    need_folder(source)
    tables, problems = read_tables(source)
    paths = sorted([*source.glob("*.parquet"), *source.glob("data/*.parquet")])
    if not paths:
        problems.append(Problem(str(source), None, None, "holds no .parquet file"))
    files = []
    for path in paths:
        found = open_pictures(path)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            files.append(found)
    rows: list[dict[str, str]] = []
    if not problems:
        rows, found_problems = _rows(files)
        problems += found_problems
    notes: list[str] = []
    if tables is None and not problems:
        tables, found_problems, notes = labelled_tables(source, about, rows, card_terms(source))
        problems += found_problems
        rows = [{"image_id": one} for one in tables.images["image_id"]] if tables else []
    refuse(source, problems)
    assert tables is not None  # noqa: S101 - or there was a problem
    cohort = rebuild(
        source, out, tables, pictures_of_files(files, [row["image_id"] for row in rows])
    )
    return Imported(cohort, tuple(notes))


def open_pictures(path: Path) -> ParquetPictures | Problem:
    """Look at a file's schema and the sizes of its row groups; no picture is read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            schema = file.schema_arrow
            groups = [file.metadata.row_group(n) for n in range(file.metadata.num_row_groups)]
    except (OSError, pa.ArrowException) as error:
        return Problem(path.name, None, None, f"is no Parquet file, or is cut short: {error}")
    if any(group.total_byte_size > _LARGEST_GROUP for group in groups):
        return Problem(
            path.name, None, None, f"has a row group of more than {_LARGEST_GROUP:,} bytes"
        )
    images = [field.name for field in schema if _is_image(field)]
    if IMAGE in images:
        images = [IMAGE]
    if len(images) != 1:
        reason = f"has {len(images)} columns of pictures, not one: {', '.join(images) or 'none'}"
        return Problem(path.name, None, None, reason)
    columns = tuple(name for name in schema.names if name != images[0])
    return ParquetPictures(path, images[0], columns, _names(schema))


def _is_image(field: pa.Field) -> bool:
    import pyarrow as pa

    kind = field.type
    if pa.types.is_struct(kind):
        return bool(kind.get_field_index("bytes") >= 0)
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _names(schema: pa.Schema) -> tuple[str, ...]:
    """Names of the class labels, where ``datasets`` has written them."""
    import json

    try:
        said = json.loads((schema.metadata or {}).get(b"huggingface", b"{}"))
        return tuple(map(str, said["info"]["features"]["label"]["names"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return ()


def _rows(files: list[ParquetPictures]) -> tuple[list[dict[str, str]], list[Problem]]:
    """All columns but the pictures, as text."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows: list[dict[str, str]] = []
    problems: list[Problem] = []
    for file in files:
        try:
            read = pq.read_table(file.path, columns=list(file.columns), partitioning=None)
        except (OSError, pa.ArrowException) as error:
            problems.append(Problem(file.path.name, None, None, f"cannot be read: {error}"))
            continue
        for row in read.to_pylist():
            told = {str(key): _text(value) for key, value in row.items()}
            if file.names and told.get("label", "").isdecimal():
                number = int(told["label"])
                told["label"] = file.names[number] if number < len(file.names) else ""
            told.setdefault("image_id", f"{file.path.stem}-{len(rows):06d}")
            told.setdefault("file", f"{told['image_id']}.jpg")
            rows.append(told)
    return rows, problems


def _text(value: Any) -> str:  # noqa: ANN401 - whatever Parquet holds
    return "" if value is None else str(value)


def pictures_of_files(files: list[ParquetPictures], ids: list[str]) -> Iterator[Found]:
    """Pictures with their ids, which are in the order of the rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    left = iter(ids)
    for file in files:
        row = 0
        try:
            with pq.ParquetFile(file.path, pre_buffer=False) as opened:
                # A group at a time: batches over a whole file keep all of it in memory.
                for group in range(opened.num_row_groups):
                    read = opened.read_row_group(group, columns=[file.image], use_threads=False)
                    for value in read.column(0):
                        row += 1
                        yield _picture(file, row, next(left), value.as_py())
        except (OSError, pa.ArrowException) as error:
            yield Problem(file.path.name, None, None, f"is damaged after row {row}: {error}")


def _picture(file: ParquetPictures, row: int, image_id: str, value: Any) -> Found:  # noqa: ANN401
    data = value.get("bytes") if isinstance(value, dict) else value
    where = file.path.name
    if not data:
        path = value.get("path") if isinstance(value, dict) else None
        outside = f", which lies outside of the file: {path!r}" if path else ""
        return Problem(where, row, file.image, f"{image_id!r} has no picture{outside}")
    if len(data) > LARGEST:
        return Problem(where, row, file.image, f"has more than {LARGEST:,} bytes")
    try:
        suffix_of(data[:12], repr(image_id))
    except ImageError as error:
        return Problem(where, row, file.image, error.message)
    return image_id, data
