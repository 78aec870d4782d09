"""Frozen embeddings of a cohort, and what models on them come to on test images."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from rdface.backbones import embed_all
from rdface.cohort import Cohort, load_cohort
from rdface.faces import FaceTable, locate_faces
from rdface.metrics import Difference, Estimate, Outcomes, compare, summarise

Arrays = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True, eq=False)
class Frozen:
    """A cohort as matrices, in its own order.

    Attributes:
        cohort: The cohort.
        faces: Boxes and points.
        features: Backbone -> ``float32 [N, D]``.
        labels: ``intp [N]``, condition.
        patients: ``intp [N]``, number of the patient.
    """

    cohort: Cohort
    faces: FaceTable
    features: dict[str, np.ndarray]
    labels: np.ndarray
    patients: np.ndarray

    @property
    def n_conditions(self) -> int:
        """C."""
        return len(self.cohort.conditions)

    @property
    def real(self) -> np.ndarray:
        """``bool [N]``: no synthetic image."""
        return (self.cohort.images["synthetic_of"] == "").to_numpy()


def open_frozen(backbones: Iterable[str] = (), cohort: Cohort | None = None) -> Frozen:
    """`sim103` (or another cohort) with embeddings, from the cache where they are there."""
    cohort = cohort or load_cohort("sim103")
    faces = locate_faces(cohort)
    names = list(backbones)
    features = dict(zip(names, embed_all(cohort, names, faces), strict=True))
    column = {name: index for index, name in enumerate(cohort.conditions["condition"])}
    labels = np.array([column[name] for name in cohort.images["condition"]], dtype=np.intp)
    patients = np.unique(cohort.images["patient_id"].to_numpy(str), return_inverse=True)[1]
    return Frozen(cohort, faces, features, labels, patients.astype(np.intp))


@dataclass
class Answers:
    """Scores of test images, gathered over splits and folds."""

    data: Frozen
    _parts: list[Arrays] = field(default_factory=list)

    def add(
        self,
        scores: np.ndarray,
        test: np.ndarray,
        training: np.ndarray,
        keep: np.ndarray | None = None,
    ) -> None:
        """Take the scores ``[n, C]`` of the rows ``test``, of a model of the rows ``training``.

        Args:
            scores: Higher is likelier.
            test: Rows of the cohort.
            training: Rows that the model was fitted on.
            keep: ``bool [n]``: which of them count; all if None.
        """
        keep = np.ones(len(test), dtype=bool) if keep is None else keep
        counts = np.bincount(self.data.labels[training], minlength=self.data.n_conditions)
        truth = self.data.labels[test]
        columns = scores.astype(np.float32), truth, test, self.data.patients[test], counts[truth]
        self._parts.append(tuple(column[keep] for column in columns))

    @property
    def arrays(self) -> Arrays:
        """As :func:`rdface.metrics.summarise` takes them."""
        scores, truth, image, patient, count = zip(*self._parts, strict=True)
        return (
            np.concatenate(scores),
            np.concatenate(truth),
            np.concatenate(image),
            np.concatenate(patient),
            np.concatenate(count),
        )

    def estimates(self) -> dict[str, Estimate]:
        """All metrics, with intervals over patients."""
        return summarise(*self.arrays, band_edges=None)


def paired(flawed: Answers, sound: Answers) -> tuple[dict[str, Estimate], ...]:
    """Estimates of both, on the images that both tested."""
    return tuple(summarise(*part, band_edges=None) for part in _common(flawed, sound))


def difference(flawed: Answers, sound: Answers) -> dict[str, Difference]:
    """With the flaw minus without it, on the images that both tested, resampling patients."""
    a, b = (Outcomes.from_scores(*part) for part in _common(flawed, sound))
    return compare(a, b)


def _common(*runs: Answers) -> Sequence[Arrays]:
    arrays = [run.arrays for run in runs]
    images = set.intersection(*[set(part[2].tolist()) for part in arrays])
    kept = np.array(sorted(images))
    return [
        tuple(column[np.isin(part[2], kept)] for column in part)  # type: ignore[misc]
        for part in arrays
    ]
