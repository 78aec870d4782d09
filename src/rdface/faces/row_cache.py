"""Rows of numbers by key, on disk: what was worked out once is not worked out again.

Each batch of rows is one small file that is moved into place whole. A process that is killed
loses at most the batch it was working on, two processes can write at once, and a file that the
disk has damaged is dropped and its rows are worked out anew.
"""

from __future__ import annotations

import io
import logging
import shutil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rdface.engines.task import AWAY
from rdface.files import cache_dir, load_arrays, sha256_bytes, write_bytes

log = logging.getLogger(__name__)

FACES, EMBEDDINGS = "faces", "embeddings"
"""Folders of the cache that hold what was measured on people's faces."""


class RowCache:
    """Rows of one kind.

    Args:
        folder: Where the files lie; its name must change whenever the rows would.
        dtype: Of the rows, which come back to the bit.
    """

    def __init__(self, folder: Path, dtype: type[np.floating[Any]]) -> None:
        self._folder = folder
        self._dtype = np.dtype(dtype)

    def load(self) -> dict[str, NDArray[Any]]:
        """All rows by key; those of a file that cannot be read are not among them."""
        rows: dict[str, NDArray[Any]] = {}
        unread: list[OSError] = []
        for path in sorted(self._folder.glob("*.npz")):
            try:
                content = load_arrays(path)
                keys, values = content["keys"], content["rows"]
                if values.dtype != self._dtype or keys.shape != values.shape[:1]:
                    raise ValueError("keys and rows do not fit")
            except FileNotFoundError:  # another process has dropped it
                continue
            except OSError as error:
                unread.append(error)
                continue
            except (ValueError, KeyError) as error:
                log.warning("The cache file %s is damaged (%s); its rows are redone.", path, error)
                path.unlink(missing_ok=True)
                continue
            rows.update(zip(keys.tolist(), values, strict=True))
        if unread:
            log.warning(
                "%d files of the cache %s cannot be read (%s) and stay; their rows are redone.",
                len(unread),
                self._folder,
                unread[0].strerror,
            )
        return rows

    def add(self, keys: list[str], rows: NDArray[Any]) -> None:
        """Keep a batch of rows, ``[n, ...]``."""
        stream = io.BytesIO()
        np.savez(stream, keys=np.array(keys), rows=np.ascontiguousarray(rows, self._dtype))
        data = stream.getvalue()
        write_bytes(self._folder / f"{sha256_bytes(data)[:24]}.npz", data)


def forget_faces() -> None:
    """Remove every embedding and every table of faces from the cache.

    They are biometric data of the people in the pictures. So is what tasks for another machine have
    left here when they were killed. Weights and converted networks stay.
    Tables that were written elsewhere, and runs, are not touched.

    Raises:
        OSError: A file cannot be removed.
    """
    for name in (FACES, EMBEDDINGS, AWAY):
        shutil.rmtree(cache_dir(name))
