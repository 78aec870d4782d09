"""Nothing that an explanation says of a picture follows from other pictures of its patient.

The canary: the pictures of the probe's patient become another child's. Nothing but the probe's own
row may matter. A leaky twin below proves that the canary can sing.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rdface.cohort import Cohort
from rdface.explain.cases import Neighbours, find_neighbours
from rdface.explain.deviations import reference_without
from rdface.explain.probe import Probe, find_probe
from rdface.explain.target import choose_target
from rdface.faces.anthropometry import NAMES
from rdface.faces.norms import Reference
from tests.explain.small import small_cohort
from tests.explain.toys import faces_of


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    return small_cohort(tmp_path_factory.mktemp("small"))


@pytest.fixture
def embeddings(cohort: Cohort) -> np.ndarray:
    return np.random.default_rng(3).normal(size=(len(cohort), 16))


def several(cohort: Cohort) -> int:
    """Row of an image whose patient has others."""
    return int(np.flatnonzero(cohort.images["patient_id"].duplicated(keep=False))[0])


def said(probe: Probe, cohort: Cohort, embeddings: np.ndarray, own: np.ndarray) -> tuple:
    """Everything that follows from the gallery."""
    near: Neighbours = find_neighbours(probe, own, cohort, embeddings, shown=100)
    directions = [
        choose_target(name, probe, near, cohort, embeddings).direction.tobytes()
        for name in ("case", "margin")
    ]
    return (near.cases, near.conditions, near.same_pairs, near.different_pairs, *directions)


def moves(probe: Probe, cohort: Cohort, embeddings: np.ndarray) -> bool:
    """Whether anything changes with the embeddings of the probe's patient."""
    own = embeddings[probe.row].copy()
    changed = embeddings.copy()
    patient = cohort.images["patient_id"].to_numpy() == probe.patient
    changed[patient] = np.random.default_rng(9).normal(size=(int(patient.sum()), 16)) ** 3
    return said(probe, cohort, embeddings, own) != said(probe, cohort, changed, own)


def test_cases_conditions_shares_and_targets_do_not_know_the_patient(
    cohort: Cohort, embeddings: np.ndarray
) -> None:
    row = several(cohort)
    probe = find_probe(cohort.image_ids[row], cohort, faces_of(cohort))
    assert probe.left_out.sum() > 1
    assert not moves(probe, cohort, embeddings)


def test_control_leaving_out_the_image_alone_is_caught(
    cohort: Cohort, embeddings: np.ndarray
) -> None:
    """The leak that a reader would not see: another picture of the same child as nearest case."""
    row = several(cohort)
    probe = find_probe(cohort.image_ids[row], cohort, faces_of(cohort))
    alone = np.arange(len(cohort)) == row
    assert moves(replace(probe, left_out=alone), cohort, embeddings)


def a_reference(provenance: dict[str, str]) -> Reference:
    rng = np.random.default_rng(0)
    people = rng.normal(1, 0.1, (60, len(NAMES)))
    ages = rng.uniform(1, 15, 60)
    return Reference.fit(people, ages, ["male", "female"] * 30, provenance=provenance)


def test_the_norms_are_fitted_anew_without_the_patient_if_they_know_the_cohort(
    cohort: Cohort, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are fitted to all of the cohort but this patient; other norms stay as they are."""
    from rdface.faces import survey

    asked: list[Cohort] = []
    anew = a_reference({})
    monkeypatch.setattr(survey, "reference_of", lambda rest, *_: (asked.append(rest), anew)[1])
    probe = find_probe(cohort.image_ids[several(cohort)], cohort, faces_of(cohort))
    own = a_reference({"cohort": f"small 1, sha256 {cohort.sha256}"})
    assert reference_without(probe, cohort, own) is anew
    assert probe.patient not in set(asked[0].images["patient_id"])
    assert len(asked[0]) == len(cohort) - int(probe.left_out.sum())
    other = a_reference({"cohort": "another 1, sha256 " + "0" * 64})
    assert reference_without(probe, cohort, other) is other


@pytest.mark.weights
@pytest.mark.slow
def test_the_shipped_norms_are_refitted_for_a_control_that_is_in_them() -> None:
    """Measured anew from 102 of the 103 controls, and close to those of all."""
    from rdface.cohort import load_cohort
    from rdface.faces import locate_faces
    from rdface.faces.norms_table import shipped_reference

    controls = load_cohort("sim103-controls")
    shipped = shipped_reference()
    probe = find_probe(controls.image_ids[0], controls, locate_faces(controls))
    refitted = reference_without(probe, controls, shipped)
    assert refitted.provenance["fitted on"].startswith("102 simulated people")
    assert shipped.provenance["fitted on"].startswith("103 simulated people")


def test_a_cohort_folder_elsewhere_is_the_same_cohort(cohort: Cohort, tmp_path: Path) -> None:
    """Norms are known by the cohort's hash and not by where it lies."""
    moved = replace(cohort, root=tmp_path)
    assert moved.sha256 == cohort.sha256
