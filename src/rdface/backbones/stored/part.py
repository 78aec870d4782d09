"""One Parquet file of embeddings: a row an image, in groups that are read one at a time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rdface.backbones.backbone import Embeddings
from rdface.files import atomic_path

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

COLUMNS = ("image_id", "patient_id", "condition", "sha256", "synthetic_of", "face")
"""Text; ``face`` is the status of the table of faces: one, several or none."""
EMBEDDING = "embedding"
"""``float32 [D]``, a list of fixed size."""
GROUP_ROWS = 8192
"""Images of a row group: 16 MB of embeddings of 512 numbers."""

_KEY = b"rdface_key"


def write_part(path: Path, images: pd.DataFrame, embeddings: Embeddings, key: str) -> None:
    """Write a part, whole or not at all, closed to other users.

    Args:
        path: Where.
        images: With :data:`COLUMNS`.
        embeddings: ``float32 [N, D]``, rows as in ``images``.
        key: Hash of all that decides what is in the file.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    flat = pa.array(np.ascontiguousarray(embeddings, np.float32).ravel())
    dim = embeddings.shape[1]
    kind = pa.list_(pa.field("element", pa.float32(), nullable=False), dim)
    arrays = [pa.array(images[name].astype(str), pa.string()) for name in COLUMNS]
    arrays.append(pa.FixedSizeListArray.from_arrays(flat, type=kind))
    fields = [pa.field(name, pa.string(), nullable=False) for name in COLUMNS]
    fields.append(pa.field(EMBEDDING, kind, nullable=False))
    table = pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata={_KEY: key}))
    with atomic_path(path) as part:
        part.touch(mode=0o600)
        # Numbers of a network do not compress; ids do, as dictionaries where they repeat.
        pq.write_table(
            table,
            part,
            row_group_size=GROUP_ROWS,
            use_dictionary=list(COLUMNS),
            compression={name: "zstd" for name in COLUMNS} | {f"{EMBEDDING}.list.element": "none"},
            write_statistics=False,
        )


def key_of_part(path: Path) -> str | None:
    """The key that a part was written with; None where the file is no part, or is cut short."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        metadata = pq.read_schema(path).metadata or {}
    except (OSError, pa.ArrowException):
        return None
    return metadata[_KEY].decode() if _KEY in metadata else None


def vectors_of(column: pa.ChunkedArray, dim: int) -> Embeddings:
    """The embeddings of a row group, ``float32 [n, D]``."""
    chunks = [chunk.flatten().to_numpy(zero_copy_only=True) for chunk in column.chunks]
    flat = chunks[0] if len(chunks) == 1 else np.concatenate([*chunks, np.empty(0, np.float32)])
    return np.asarray(flat, np.float32).reshape(-1, dim)
