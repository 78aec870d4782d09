"""Whether a file names a patient, also where its bytes are compressed."""

from __future__ import annotations

import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from rdface.curation.withdrawal.text_tables import read_records
from rdface.curation.withdrawal.traces import Traces

if TYPE_CHECKING:
    import pandas as pd

TABLES: Final = frozenset({".csv", ".tsv", ".parquet"})
PICTURES: Final = frozenset({".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".gif"})
PACKED: Final = frozenset({".tar", ".tgz", ".gz", ".zip", ".xz", ".bz2", ".7z", ".zst"})
NUMBERS: Final = frozenset(
    {".npy", ".npz", ".pt", ".pth", ".ckpt", ".safetensors", ".onnx", ".pkl", ".joblib", ".bin"}
)
"""What a model has learnt, or features; nothing says of whom."""


def mentions(path: Path, traces: Traces) -> bool:
    """Whether a file, its name included, names any of the traces.

    Tables, Parquet, NumPy's archives, the words in PNG pictures and the names and words in tar and
    zip archives are opened; of anything else the bytes are searched.

    Raises:
        OSError: It cannot be read.
    """
    if traces.in_text(path.name.encode()):
        return True
    suffix = path.suffix.lower()
    try:
        if suffix in TABLES:
            return table_mentions(read_table(path), traces) or traces.in_text(path.read_bytes())
        if suffix == ".npz":
            return traces.in_text(_words_of_arrays(path))
        if suffix == ".png":
            return traces.in_text(path.read_bytes()) or traces.in_text(_words_of_png(path))
        if suffix in {".tar", ".tgz"} or path.name.endswith(".tar.gz"):
            return _tar_mentions(path, traces)
        if suffix == ".zip":
            return _zip_mentions(path, traces)
    except OSError:
        raise
    except Exception:  # damaged, or not what its name says: its bytes are searched
        return traces.in_text(path.read_bytes())
    return traces.in_text(path.read_bytes())


def read_table(path: Path) -> pd.DataFrame:
    """A CSV, TSV or Parquet file as it is, cells of text files as strings.

    Text may be parted by commas, semicolons, tabs or bars, in UTF-8, UTF-16 or Windows-1252.

    Raises:
        OSError: It cannot be read.
        ValueError: It is no table.
    """
    import pandas as pd

    if path.suffix.lower() == ".parquet":
        return pd.read_parquet(path)
    cells = read_records(path).cells
    width = max(map(len, cells), default=0)
    rows = [[*row, *[""] * (width - len(row))] for row in cells]
    heads = [f"{head} ({place})" for place, head in enumerate(rows[0])] if rows else []
    return pd.DataFrame(rows[1:], columns=heads, dtype=str)


def rows_of_patient(table: pd.DataFrame, traces: Traces) -> np.ndarray:
    """``bool [N]``: which rows name the patient in any cell of text."""
    found = np.zeros(len(table), bool)
    for column in table.columns:
        values = table[column]
        if values.dtype.kind in "OUT" or str(values.dtype) in {"str", "string", "category"}:
            known = {value: traces.in_cell(value) for value in set(map(str, values))}
            found |= np.array([known[str(value)] for value in values], bool)
    return found


def rows_of_files(table: pd.DataFrame, names: frozenset[str]) -> np.ndarray:
    """``bool [N]``: which rows have one of these file names, or a path to one, in a cell."""
    found = np.zeros(len(table), bool)
    for column in table.columns:
        if table[column].dtype.kind not in "biufc":
            found |= np.array(
                [str(cell).rpartition("/")[2] in names for cell in table[column]], bool
            )
    return found


def table_mentions(table: pd.DataFrame, traces: Traces) -> bool:
    """Whether a row or a column's name does."""
    heads = " ".join(map(str, table.columns)).encode()
    return (
        traces.in_text(heads)
        or bool(rows_of_patient(table, traces).any())
        or _names_whole(table, traces)
    )


def _names_whole(table: pd.DataFrame, traces: Traces) -> bool:
    """Whether a cell names a cohort that the patient was part of."""
    return any(
        not traces.wholes.isdisjoint(set(map(str, table[column])))
        for column in table.columns
        if table[column].dtype.kind not in "biufc"
    )


def _words_of_arrays(path: Path) -> bytes:
    words = []
    with np.load(path, allow_pickle=False) as content:
        for name in content.files:
            words.append(name)
            array = content[name]
            if array.dtype.kind in "US":
                words += [str(each) for each in np.atleast_1d(array).ravel().tolist()]
            elif array.dtype == np.uint8 and array.ndim == 1:  # JSON as bytes
                words.append(array.tobytes().decode("utf-8", "replace"))
    return "\n".join(words).encode()


def _words_of_png(path: Path) -> bytes:
    from PIL import Image

    with Image.open(path) as picture:
        return "\n".join(str(value) for value in picture.info.values()).encode()


def _tar_mentions(path: Path, traces: Traces) -> bool:
    with tarfile.open(path) as archive:
        for member in archive:
            if traces.in_text(member.name.encode()):
                return True
            file = archive.extractfile(member) if member.isfile() else None
            if file is not None and traces.in_text(file.read()):
                return True
    return False


def _zip_mentions(path: Path, traces: Traces) -> bool:
    with zipfile.ZipFile(path) as archive:
        return any(
            traces.in_text(name.encode()) or traces.in_text(archive.read(name))
            for name in archive.namelist()
        )
