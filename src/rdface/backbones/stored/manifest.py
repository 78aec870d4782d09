"""What a folder of embeddings says of itself."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from rdface.cohort import CohortInfo

MANIFEST_FILE = "embeddings.json"
NOTICE = (
    "Embeddings of faces are biometric data: keep this folder as closed as the pictures. The terms"
    " of the cohort below bind it, too."
)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StoredPart(_Frozen):
    """The file of one shard.

    Attributes:
        file: Its name in the folder.
        rows: Images in it.
        sha256: Of its bytes.
    """

    file: str = Field(pattern=r"^part-[0-9]{5,}\.parquet$")
    rows: int
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class EmbeddingsManifest(_Frozen):
    """``embeddings.json``; it is written last, so that its presence says "finished".

    Attributes:
        format: Version of the folder format.
        notice: What whoever opens the folder should know.
        rdface: Version that wrote it.
        backbone: Name.
        fingerprint: Of the backbone.
        detector: Name.
        faces: Fingerprint of how faces were found.
        dim: Numbers of an embedding.
        cohort: ``cohort.yaml``, with the terms of all images added.
        cohort_sha256: Hash of the cohort, as :attr:`rdface.cohort.Cohort.sha256` has it.
        conditions: Ids, in the order of ``conditions.csv``.
        statuses: How many pictures had ``one`` face, ``several`` or ``none``.
        parts: In the cohort's order.
    """

    format: Literal[1] = 1
    notice: str = NOTICE
    rdface: str
    backbone: str
    fingerprint: str
    detector: str
    faces: str
    dim: int
    cohort: CohortInfo
    cohort_sha256: str
    conditions: tuple[str, ...]
    statuses: dict[Literal["one", "several", "none"], int]
    parts: tuple[StoredPart, ...]

    def __len__(self) -> int:
        return sum(part.rows for part in self.parts)
