"""Read a folder of embeddings group by group, however many there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pydantic

from rdface.backbones.backbone import Embeddings
from rdface.backbones.stored.manifest import MANIFEST_FILE, EmbeddingsManifest
from rdface.backbones.stored.part import EMBEDDING, vectors_of
from rdface.errors import EmbeddingsError, first_fault
from rdface.files import sha256_file

if TYPE_CHECKING:
    import pyarrow as pa

_ANEW = "Embed the cohort anew: rdface embed COHORT --out FOLDER"


@dataclass(frozen=True)
class EmbeddingTable:
    """A folder of embeddings; make one with :func:`read_embeddings`.

    Attributes:
        folder: Where.
        manifest: What it says of itself.
    """

    folder: Path
    manifest: EmbeddingsManifest

    def __len__(self) -> int:
        return len(self.manifest)

    def groups(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        """These columns, one row group after the other; only one is in memory at a time.

        Raises:
            EmbeddingsError: A part is damaged.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        for part in self.manifest.parts:
            path = self.folder / part.file
            try:
                with pq.ParquetFile(path, pre_buffer=False) as file:
                    for number in range(file.num_row_groups):
                        yield file.read_row_group(number, list(columns), use_threads=False)
            except (OSError, pa.ArrowException) as error:
                raise EmbeddingsError(f"{path} cannot be read: {error}.", hint=_ANEW) from error

    def vectors(self) -> Iterator[Embeddings]:
        """The embeddings of each group, ``float32 [n, D]``."""
        for group in self.groups([EMBEDDING]):
            yield vectors_of(group.column(0), self.manifest.dim)


def read_embeddings(folder: Path) -> EmbeddingTable:
    """Open a folder of embeddings, after checking the hash of every part.

    Raises:
        EmbeddingsError: It is none, is unfinished, or was altered.
    """
    path = folder / MANIFEST_FILE
    try:
        manifest = EmbeddingsManifest.model_validate_json(path.read_bytes())
    except OSError as error:
        raise EmbeddingsError(
            f"{folder} holds no finished embeddings: {MANIFEST_FILE}: {error.strerror}.",
            hint="Make or finish them: rdface embed COHORT --backbone sface --out FOLDER",
        ) from error
    except pydantic.ValidationError as error:
        raise EmbeddingsError(
            f"{path} is no manifest of this version of rdface: {first_fault(error)}.",
            hint=_ANEW,
        ) from error
    for part in manifest.parts:
        stored = folder / part.file
        if not stored.is_file() or sha256_file(stored) != part.sha256:
            raise EmbeddingsError(f"{stored} is missing or was altered.", hint=_ANEW)
    return EmbeddingTable(folder, manifest)
