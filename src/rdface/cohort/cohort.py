"""The cohort: a frozen view on one checked folder of conditions, patients and images."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field


class CohortInfo(BaseModel):
    """What ``cohort.yaml`` says; keys that rdface does not know are kept.

    Attributes:
        format: Version of the folder format.
        name: Short name, as it is cited in results.
        version: The cohort's own version.
        title: One line for people.
        licence: SPDX identifier or the name of the agreement.
        simulated: True where no picture shows a real person.
        evaluation_only: Nothing may be trained on the cohort, and nothing chosen by it.
        data_use: GA4GH Data Use Ontology codes (``DUO:0000021``).
        ethics: Approvals, one line each.
        sources: Where the pictures come from, one line each.
        hpo_release: Release date of the Human Phenotype Ontology that the terms refer to.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    format: int = Field(default=1, ge=1, le=1)
    name: str = Field(min_length=1, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    version: str
    title: str = ""
    licence: str = Field(min_length=1)
    simulated: bool = False
    evaluation_only: bool = False
    data_use: tuple[str, ...] = ()
    ethics: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    hpo_release: str = ""

    @property
    def unknown_patients(self) -> str:
        """What is counted in place of patients where they are not known; empty where they are.

        It is the key ``patients`` of ``cohort.yaml``, which an import writes.
        """
        return str((self.model_extra or {}).get("patients", ""))

    @property
    def is_pool(self) -> bool:
        """Whether the folder holds synthetic images alone, whose parents are in another cohort.

        It then has the key ``pool_of`` of ``cohort.yaml``; see :mod:`rdface.synthesis.pool`.
        """
        return bool((self.model_extra or {}).get("pool_of"))

    @property
    def forbids(self) -> tuple[str, ...]:
        """Actions that the cohort forbids in so many words; see :mod:`rdface.cohort.terms`."""
        return tuple((self.model_extra or {}).get("forbids") or ())

    @property
    def permitted_use(self) -> str:
        """What the source's own terms permit, free text."""
        return str((self.model_extra or {}).get("permitted_use") or "")

    @property
    def consent_expires(self) -> str:
        """Last day on which any image may be used, an ISO date; empty where none is stated."""
        return str((self.model_extra or {}).get("consent_expires") or "")


@dataclass(frozen=True, eq=False)
class Cohort:
    """Patients, conditions and images that have passed every check.

    Make one with :func:`rdface.cohort.load_cohort`. The tables hold strings only; an empty
    string means "not known". Do not change them: :attr:`sha256` names what was read.

    Attributes:
        root: The folder.
        info: What ``cohort.yaml`` says.
        images: One row an image, in the order of ``images.csv``.
        conditions: One row a condition, in the order of ``conditions.csv``.
    """

    root: Path
    info: CohortInfo
    images: pd.DataFrame
    conditions: pd.DataFrame

    def __len__(self) -> int:
        return len(self.images)

    @cached_property
    def image_ids(self) -> tuple[str, ...]:
        """Ids of all images, in order."""
        return tuple(self.images["image_id"])

    @cached_property
    def condition_ids(self) -> tuple[str, ...]:
        """Ids of all conditions, in order: the columns of every score table."""
        return tuple(self.conditions["condition"])

    @cached_property
    def condition_names(self) -> Mapping[str, str]:
        """Condition to its name in full; empty where the table has none."""
        return dict(zip(self.conditions["condition"], self.conditions["name"], strict=True))

    @cached_property
    def _files(self) -> dict[str, str]:
        return dict(zip(self.images["image_id"], self.images["file"], strict=True))

    def path(self, image_id: str) -> Path:
        """Where the picture of ``image_id`` lies.

        Raises:
            KeyError: The cohort has no such image.
        """
        return self.root / self._files[image_id]

    @cached_property
    def sha256(self) -> str:
        """Name of this very content: metadata, both tables and, by their hashes, the pictures."""
        digest = hashlib.sha256()
        digest.update(json.dumps(self.info.model_dump(mode="json"), sort_keys=True).encode())
        for table in (self.conditions, self.images):
            digest.update(table.to_csv(index=False, lineterminator="\n").encode())
        return digest.hexdigest()
