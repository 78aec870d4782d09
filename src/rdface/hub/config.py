"""``config.json`` of an exported head: all but the numbers themselves."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from rdface.bench.result import CohortReference, Metric
from rdface.faces import Crop

CONFIG_FILE = "config.json"
TENSORS_FILE = "model.safetensors"
CARD_FILE = "README.md"
NOTICE = (
    "Research software, no medical device: for research use, not a diagnosis. Nothing that this"
    " head says is a finding about any person."
)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StoredBackbone(_Frozen):
    """What the head stands on; its weights are not in the folder.

    Attributes:
        name: As ``rdface pieces`` lists it.
        fingerprint: Hash of weights, preprocessing and engine; another one gives other scores.
        dim: Length of an embedding.
        crop: The picture that it wants.
        licence: Of its weights, where rdface knows it.
    """

    name: str
    fingerprint: str
    dim: int = Field(gt=0)
    crop: Crop
    licence: str = ""


class StoredCondition(_Frozen):
    """A column of the scores.

    Attributes:
        condition: Its id in the cohort.
        name: Its name.
        patients: Patients that the head learnt it from.
        images: Their images.
    """

    condition: str
    name: str
    patients: int
    images: int


class StoredTerms(_Frozen):
    """The terms of the cohort and of all its images, which bind the head, too.

    Attributes:
        data_use: DUO codes.
        ethics: Approvals, one line each.
        forbids: Actions that are forbidden in so many words.
        permitted_use: What the source's own terms permit, free text.
        consent_expires: Last day on which all images may be used; empty where none is stated.
    """

    data_use: tuple[str, ...] = ()
    ethics: tuple[str, ...] = ()
    forbids: tuple[str, ...] = ()
    permitted_use: str = ""
    consent_expires: str = ""


class Tested(_Frozen):
    """The run that says how well heads of this kind do.

    Attributes:
        key: Of the run.
        spec: Name of its spec.
        protocol: Name and options.
        split_sha256: Hash of its folds.
        candidates: Conditions that were ranked; more than the head has where some were left out.
        metrics: By name.
        chance: The same of a random ranking.
    """

    key: str
    spec: str
    protocol: dict[str, Any]
    split_sha256: str
    candidates: int
    metrics: dict[str, Metric]
    chance: dict[str, float]


class HeadConfig(_Frozen):
    """What decides the scores besides the tensors, where they come from, and what binds them.

    Attributes:
        format: Version of the folder format.
        notice: What whoever opens the folder should know.
        library_name: For hubs.
        rdface: Version that wrote it.
        backbone: What the head stands on.
        detector: Name of the face detector.
        learner: Name.
        parameters: The learner's hyper-parameters.
        preparation: What is done to the embeddings first; its statistics are tensors.
        validation_mrr: Mean reciprocal rank on the inner split by which these were chosen; None
            where no condition has two patients. No estimate of anything: it chose.
        conditions: Columns of the scores, in order.
        left_out: Number of conditions of the cohort that the head does not know, for they have
            fewer than ``smallest`` patients.
        smallest: Least number of patients that a condition was learnt from.
        cohort: Which cohort.
        simulated: Whether every picture was simulated.
        licence: Of the cohort.
        terms: What binds whoever uses it.
        tested: The run.
        tensors_sha256: Of the file of tensors.
    """

    format: Literal[1] = 1
    notice: str = NOTICE
    library_name: Literal["rdface"] = "rdface"
    rdface: str
    backbone: StoredBackbone
    detector: str
    learner: str
    parameters: dict[str, float | int]
    preparation: dict[str, bool | int]
    validation_mrr: float | None
    conditions: tuple[StoredCondition, ...] = Field(min_length=2)
    left_out: int
    smallest: int
    cohort: CohortReference
    simulated: bool
    licence: str
    terms: StoredTerms
    tested: Tested
    tensors_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
