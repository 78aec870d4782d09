"""The population of the study: who its patients are, and embeddings of their pictures.

Pictures are rendered once and not shipped. Embeddings are kept in half precision: a component
then differs by 1 part in 2,000 at most, which changes no cosine by more than 0.0005.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rdface.cohort import Cohort
from rdface.cohort.terms import check_allowed
from rdface.errors import CohortError
from rdface.files import atomic_path, sha256_file, write_json

BACKBONES: Final = ("sface", "facenet", "anthropometry")
"""Of the shipped population: two networks trained on faces, and what a ruler measures."""

_SHIPPED = Path(__file__).parent / "population"
_CARD, _IMAGES, _EMBEDDINGS = "population.json", "images.csv", "embeddings.npz"
_COLUMNS = ("image_id", "patient_id", "condition", "sex", "age", "ancestry", "country")


@dataclass(frozen=True, eq=False)
class StudyPopulation:
    """Patients and embeddings.

    Attributes:
        images: The table of images, as protocols read it, ordered by condition and patient.
        features: Backbone to ``float32 [N, D]``, rows in the table's order.
        card: Where it comes from: cohort, command, backbones' fingerprints, hashes.
    """

    images: pd.DataFrame
    features: Mapping[str, NDArray[np.float32]]
    card: Mapping[str, Any]

    @cached_property
    def conditions(self) -> tuple[str, ...]:
        """All conditions, in order of appearance."""
        return tuple(dict.fromkeys(self.images["condition"]))

    @cached_property
    def labels(self) -> NDArray[np.intp]:
        """``intp [N]``: condition of each image."""
        column = {name: index for index, name in enumerate(self.conditions)}
        return np.array([column[name] for name in self.images["condition"]], dtype=np.intp)

    @cached_property
    def patients(self) -> NDArray[np.intp]:
        """``intp [N]``: number of each image's patient."""
        return np.unique(self.images["patient_id"].astype(str), return_inverse=True)[1]

    @property
    def sha256(self) -> str:
        """Hash of the embeddings' file."""
        return str(self.card["embeddings_sha256"])


def write_population(cohort: Cohort, folder: Path) -> None:
    """Embed a cohort, usually of `rdface simulate --population study`, and keep no picture of it.

    Args:
        cohort: Patients enough to draw cohorts from.
        folder: Where to write; what lies there is replaced.

    Raises:
        TermsError: The cohort's terms forbid it.
    """
    check_allowed(cohort, "methods")
    from rdface.backbones import embed_all, load_backbone
    from rdface.faces import locate_faces

    loaded = [load_backbone(name) for name in BACKBONES]
    matrices = embed_all(cohort, loaded, locate_faces(cohort, "yunet"))
    folder.mkdir(parents=True, exist_ok=True)
    with atomic_path(folder / _EMBEDDINGS) as part, part.open("wb") as stream:
        halves: dict[str, Any] = {
            name: matrix.astype(np.float16)
            for name, matrix in zip(BACKBONES, matrices, strict=True)
        }
        np.savez_compressed(stream, **halves)
    with atomic_path(folder / _IMAGES) as part:
        cohort.images[list(_COLUMNS)].to_csv(part, index=False, lineterminator="\n")
    write_json(
        folder / _CARD,
        {
            "cohort": cohort.info.name,
            "cohort_sha256": cohort.sha256,
            "simulated": cohort.info.simulated,
            "licence": cohort.info.licence,
            "command": str((cohort.info.model_extra or {}).get("command", "")),
            "backbones": {backbone.name: backbone.fingerprint for backbone in loaded},
            "images_sha256": sha256_file(folder / _IMAGES),
            "embeddings_sha256": sha256_file(folder / _EMBEDDINGS),
        },
    )


def read_card(folder: Path | None = None) -> dict[str, Any]:
    """Where a population comes from, without its embeddings.

    Raises:
        CohortError: There is none.
    """
    folder = _SHIPPED if folder is None else folder
    try:
        return dict(json.loads((folder / _CARD).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise _none(folder, error) from error


def _none(folder: Path, error: Exception) -> CohortError:
    return CohortError(
        f"{folder} holds no population for a study: {error}",
        hint="Make one: rdface study population COHORT --out FOLDER",
    )


def read_population(folder: Path | None = None) -> StudyPopulation:
    """Read a population; the shipped one if no folder is given.

    Raises:
        CohortError: There is none, or its files are not those that its card names.
    """
    folder, card = _SHIPPED if folder is None else folder, read_card(folder)
    try:
        found = {
            "images_sha256": sha256_file(folder / _IMAGES),
            "embeddings_sha256": sha256_file(folder / _EMBEDDINGS),
        }
        wrong = [name for name, value in found.items() if card[name] != value]
    except (OSError, KeyError, TypeError) as error:
        raise _none(folder, error) from error
    if wrong:
        raise CohortError(
            f"{folder} is damaged: {wrong[0]} is not what {_CARD} says.",
            hint="Make it anew: rdface study population COHORT --out FOLDER",
        )
    images = pd.read_csv(folder / _IMAGES, dtype=str, keep_default_na=False)
    images["sha256"] = images["image_id"]  # every picture is rendered by itself: no two are equal
    images["synthetic_of"] = ""
    with np.load(folder / _EMBEDDINGS, allow_pickle=False) as content:
        features = {name: content[name].astype(np.float32) for name in content.files}
    return StudyPopulation(images, features, card)
