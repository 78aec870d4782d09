"""The folder of a gallery: written whole or not at all, closed to others, checked when read."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pydantic
from numpy.typing import NDArray

from rdface.errors import GalleryError, first_fault
from rdface.files import atomic_path, sha256_bytes, sha256_file, write_json
from rdface.learners.gallery.cases.manifest import MANIFEST_FILE, GalleryManifest, StoredFile
from rdface.learners.gallery.metric import Projection

COLUMNS = ("image_id", "patient_id", "condition", "name", "cohort", "sha256")
Vectors = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Gallery:
    """A gallery that was read; make one with :func:`read_gallery`.

    Attributes:
        folder: Where.
        manifest: What it says of itself.
    """

    folder: Path
    manifest: GalleryManifest

    @cached_property
    def cases(self) -> pd.DataFrame:
        """One row a case: :data:`COLUMNS`, all strings."""
        return pd.read_parquet(_checked(self.folder, self.manifest.cases))

    @cached_property
    def vectors(self) -> Vectors:
        """``float32 [n_cases, dim]``, unit vectors, read from the disk as they are needed."""
        path = _checked(self.folder, self.manifest.embeddings)
        vectors: Vectors = np.load(path, mmap_mode="r", allow_pickle=False)
        if vectors.shape != (self.manifest.n_cases, self.manifest.dim):
            raise GalleryError(
                f"{path} has the shape {list(vectors.shape)}, not that of its cases."
            )
        return vectors

    @cached_property
    def projection(self) -> Projection:
        """The metric."""
        path = _checked(self.folder, self.manifest.projection)
        with np.load(path, allow_pickle=False) as content:
            basis = content["basis"] if "basis" in content else None
            return Projection(content["mean"], basis)


def read_gallery(folder: Path) -> Gallery:
    """Read what a gallery says of itself; each file is checked against its SHA-256 when used.

    Raises:
        GalleryError: It is no gallery, or was altered.
    """
    path = folder / MANIFEST_FILE
    try:
        manifest = GalleryManifest.model_validate_json(path.read_bytes())
    except OSError as error:
        raise GalleryError(
            f"{folder} is no gallery: {MANIFEST_FILE} cannot be read ({error.strerror}).",
            hint="Make one: rdface gallery make COHORT --backbone sface --out GALLERY",
        ) from error
    except pydantic.ValidationError as error:
        raise GalleryError(
            f"{path} is no manifest of this version of rdface: {first_fault(error)}.",
            hint="Make the gallery anew.",
        ) from error
    return Gallery(folder, manifest)


def _checked(folder: Path, file: StoredFile) -> Path:
    path = folder / file.name
    if not path.is_file() or sha256_file(path) != file.sha256:
        raise GalleryError(
            f"{path} is missing or was altered: its SHA-256 is not that of {MANIFEST_FILE}.",
            hint="Put the original back, or make the gallery anew.",
        )
    return path


def store_cases(folder: Path, cases: pd.DataFrame) -> StoredFile:
    """Write the table of cases."""
    stream = io.BytesIO()
    cases[list(COLUMNS)].to_parquet(stream, index=False)
    return _store(folder, "cases", "parquet", stream.getvalue())


def store_vectors(folder: Path, vectors: Vectors) -> StoredFile:
    """Write unit vectors ``[n, dim]``."""
    stream = io.BytesIO()
    np.save(stream, np.ascontiguousarray(vectors, dtype=np.float32), allow_pickle=False)
    return _store(folder, "embeddings", "npy", stream.getvalue())


def store_projection(folder: Path, projection: Projection) -> StoredFile:
    """Write the arrays of a metric."""
    stream = io.BytesIO()
    arrays = {"mean": projection.mean}
    if projection.basis is not None:
        arrays["basis"] = projection.basis
    np.savez(stream, **arrays)  # type: ignore[arg-type]
    return _store(folder, "projection", "npz", stream.getvalue())


def _store(folder: Path, kind: str, suffix: str, data: bytes) -> StoredFile:
    digest = sha256_bytes(data)
    file = StoredFile(name=f"{kind}-{digest[:12]}.{suffix}", sha256=digest)
    with atomic_path(folder / file.name) as part:
        part.touch(mode=0o600)
        part.write_bytes(data)
    return file


def store_manifest(folder: Path, manifest: GalleryManifest) -> None:
    """Point the gallery at its files, in one move, and remove those that it no longer names."""
    write_json(folder / MANIFEST_FILE, manifest.model_dump(mode="json"))
    (folder / MANIFEST_FILE).chmod(0o600)
    named = {manifest.cases.name, manifest.embeddings.name, manifest.projection.name}
    for kind in ("cases", "embeddings", "projection"):
        for path in folder.glob(f"{kind}-*"):
            if path.name not in named:
                path.unlink()


@contextmanager
def alone_at(folder: Path) -> Iterator[None]:
    """Hold a gallery while it is changed.

    Raises:
        GalleryError: Another process changes it.
    """
    from filelock import FileLock, Timeout

    try:
        with FileLock(folder / ".lock", timeout=0):
            yield
    except Timeout as error:
        raise GalleryError(
            f"Another process is changing {folder}.", hint="Wait for it; nothing was changed here."
        ) from error
