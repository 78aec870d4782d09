"""What a gallery says of itself."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

MANIFEST_FILE = "manifest.json"
NOTICE = (
    "Research software, no medical device. Similarity of faces is no finding about any person."
    " Embeddings are biometric data: keep this folder as closed as the pictures."
)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StoredFile(_Frozen):
    """A file of the gallery, named by its content.

    Attributes:
        name: In the folder.
        sha256: Of its bytes.
    """

    name: str = Field(pattern=r"^[a-z]+-[0-9a-f]{12}\.[a-z]+$")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class StoredMetric(_Frozen):
    """The metric; it is fitted once, when the gallery is made, and never again.

    Attributes:
        name: Of the metric learner.
        options: Its options.
        chosen: What its inner split chose.
        cohort_sha256: The cohort that it was fitted on; "" where nothing is fitted.
        frequent_from: Patients from which on a condition trained it.
        conditions: Those that trained it, sorted.
    """

    name: str
    options: dict[str, Any]
    chosen: dict[str, Any]
    cohort_sha256: str
    frequent_from: int
    conditions: tuple[str, ...]


class StoredCohort(_Frozen):
    """A cohort whose images joined.

    Attributes:
        name: Its name.
        version: Its version.
        sha256: Its hash.
        licence: Its licence.
        data_use: Its DUO codes, which bind the gallery, too.
        simulated: Whether no picture shows a person.
        unknown_patients: What counts as a patient where patients are not known.
        cases: How many of its images joined.
    """

    name: str
    version: str
    sha256: str
    licence: str
    data_use: tuple[str, ...]
    simulated: bool
    unknown_patients: str
    cases: int


class GalleryManifest(_Frozen):
    """``manifest.json``; it names all other files, and is written last.

    Attributes:
        format: Version of the folder format.
        notice: What whoever opens the folder should know.
        rdface: Version that wrote it.
        backbone: Name.
        fingerprint: Of the backbone; a case or probe of another one is refused.
        detector: Name.
        faces: Fingerprint of how faces are found.
        metric: Which.
        cohorts: In the order in which they joined.
        n_cases: Images.
        dim: Length of the stored vectors.
        cases: Table: ``image_id, patient_id, condition, name, cohort, sha256``, one row a case.
        embeddings: ``float32 [n_cases, dim]``, unit vectors in the metric, rows as in the table.
        projection: The metric's arrays.
    """

    format: Literal[1] = 1
    notice: str = NOTICE
    rdface: str
    backbone: str
    fingerprint: str
    detector: str
    faces: str
    metric: StoredMetric
    cohorts: tuple[StoredCohort, ...]
    n_cases: int
    dim: int
    cases: StoredFile
    embeddings: StoredFile
    projection: StoredFile

    @property
    def simulated(self) -> bool:
        """Whether any picture in it is a simulated one."""
        return any(cohort.simulated for cohort in self.cohorts)
