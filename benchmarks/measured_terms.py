"""Fit the describer `measured` on a study population, say what cross-validation says of it.

    python benchmarks/measured_terms.py FOLDER --keep KEPT [--write]
    python benchmarks/measured_truth.py sim103-fresh --study KEPT     # what it is worth elsewhere

FOLDER is a study population (`rdface simulate --population study --size 160 --samples 3`): none of
its patients is in a shipped cohort, and a shipped or evaluation-only cohort is refused. All
pictures are fitted on; what is said of them is said of one picture a patient, by five-fold
cross-validation over patients in which both steps are left out (rdface.phenotype.fitting.validate).
Chosen by it: the limit of "present", which terms are assessable, and by a search before it the two
penalties (among 1, 3, 10, 30 and 10, 40). KEPT holds what is slow to make. --write replaces
src/rdface/phenotype/measured.npz.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rdface.backbones.embed import embed_cohort
from rdface.cohort import Cohort, age_in_years, load_cohort, shipped_cohorts
from rdface.errors import LeakageError
from rdface.faces import FaceTable, locate_faces
from rdface.faces.anthropometry import measuring_fingerprint
from rdface.imaging import read_image
from rdface.phenotype.appearance import appearance, appearance_fingerprint
from rdface.phenotype.fitting import areas, best_threshold, fit, folds_of, validate
from rdface.phenotype.measured_model import (
    LEAST_AUC,
    LEAST_R,
    SHIPPED,
    MeasuredModel,
    read_model,
    save_model,
)
from rdface.phenotype.measured_words import own_measures
from rdface.phenotype.picture_numbers import mesh_z, together
from rdface.phenotype.truth import front_terms, shown_terms
from rdface.progress import bar
from rdface.simulate.head.landmarks import find_landmarks
from rdface.simulate.head.measures import MEASURES
from rdface.simulate.head.mesh import load_head
from rdface.simulate.head.shape import shape_head
from rdface.simulate.people.child import Child
from rdface.simulate.people.plan import make_plan
from rdface.simulate.people.populations import Population, of_population
from rdface.simulate.traits.belonging import UNMEASURED
from rdface.simulate.traits.catalogue import trait_of_term
from rdface.simulate.traits.norms import CHILDREN, measure_shape, unaffected_children
from rdface.weights import where

PACKAGE = Path(__file__).parents[1] / "src" / "rdface" / "phenotype"
RULER_PENALTY, TERM_PENALTY = 3.0, 40.0
EXCLUDED = 0.5
"""A term is called absent at half its rate or below: set before any outcome was looked at."""
FEWEST = 20
"""Patients with a term, without whom nothing is said of it."""
FARTHEST = 6.0
NORM_SEED = 20_260


@dataclass(frozen=True, eq=False)
class Study:
    """What is fitted on, one row a picture with a face."""

    cohort: Cohort
    x: np.ndarray
    measures: np.ndarray
    terms: np.ndarray
    patients: list[str]
    first: np.ndarray
    yaw: np.ndarray


def main() -> None:
    """Fit, print, and write if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--keep", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0, help="Of the population's plan.")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    study = load_study(given.folder, given.keep, given.seed)
    folds = folds_of(study.patients, 0)
    penalties = {"ruler_penalty": RULER_PENALTY, "term_penalty": TERM_PENALTY}
    place = given.keep / "validated.npz"
    if not place.is_file():
        made = validate(study.x, study.measures, study.terms, folds, **penalties)
        np.savez(place, measures=made.measures, probabilities=made.probabilities)
    held = np.load(place)
    model = assembled(study, folds, held["measures"], held["probabilities"], penalties)
    np.savez(
        given.keep / "study.npz",
        probabilities=held["probabilities"][study.first],
        terms=study.terms[study.first],
        measures=held["measures"][study.first],
        truth=study.measures[study.first],
        condition=conditions_of(study)[study.first],
        yaw=study.yaw[study.first],
        fold=folds[study.first],
        patient=np.array(study.patients)[study.first],
        ids=np.array(list(shown_terms())),
        assessable=model.assessable,
        present=model.present,
    )
    out = PACKAGE / SHIPPED if given.write else given.keep / SHIPPED
    save_model(model, out)
    rounded = read_model(out).probabilities(read_model(out).measure(study.x))
    whole = model.probabilities(model.measure(study.x))
    print(f"{out}: {out.stat().st_size} bytes; present from {model.present:.3f} on; ", end="")
    print(f"rounding moves a probability by up to {np.abs(rounded - whole).max():.4f}")
    print(
        f"{len(study.x)} pictures of {int(study.first.sum())} patients; {study.x.shape[1]} numbers"
    )
    print(f"{int(model.assessable.sum())} of {len(model.terms)} terms are assessable")


def conditions_of(study: Study) -> np.ndarray:
    """Condition of each row."""
    own = dict(
        zip(study.cohort.images["patient_id"], study.cohort.images["condition"], strict=True)
    )
    return np.array([own[patient] for patient in study.patients])


def assembled(
    study: Study,
    folds: np.ndarray,
    measured: np.ndarray,
    probabilities: np.ndarray,
    penalties: dict[str, float],
) -> MeasuredModel:
    """The model to ship, with what cross-validation says of each measure and term."""
    ids = tuple(shown_terms())
    names = measure_names()
    one, truth, said = study.first, study.measures[study.first], measured[study.first]
    r = np.nan_to_num([pearson(said[:, k], truth[:, k]) for k in range(len(names))])
    slopes = [np.polyfit(said[:, k], truth[:, k], 1) for k in range(len(names))]
    happened = study.terms[one]
    auc = areas(probabilities[one], happened)
    own = np.array([names.index(own_measures()[term]) for term in ids])
    seen = np.array([shown_terms()[term].view in ("front", "depth") for term in ids])
    enough = happened.sum(axis=0) >= FEWEST
    assessable = seen & enough & (np.nan_to_num(auc) >= LEAST_AUC) & (r[own] >= LEAST_R)
    front = np.isin(ids, front_terms())
    usable = front & assessable
    missed = float(happened[:, front & ~assessable].sum())
    present, score = best_threshold(probabilities[one][:, usable], happened[:, usable], missed)
    print(f"cross-validated micro F1 over {front.sum()} front terms, what is not assessable being")
    print(f"missed: {score:.3f}; the limit was chosen on the same patients")
    images = study.cohort.images
    return MeasuredModel(
        fit(study.x, study.measures, study.terms, folds, **penalties),
        names,
        r,
        np.array([[offset, slope] for slope, offset in slopes]),
        ids,
        np.nan_to_num(auc, nan=0.5),
        happened.mean(axis=0),
        assessable,
        present,
        EXCLUDED,
        {
            "fitted on": f"{len(study.x)} pictures of {int(one.sum())} simulated patients of the "
            "study population, seed 0; none is in a shipped cohort",
            "cohort": study.cohort.info.name,
            "cohort sha256": study.cohort.sha256,
            "command": str((study.cohort.info.model_extra or {}).get("command", "")),
            "patients": f"{images['patient_id'].min()} to {images['patient_id'].max()}",
            "measured by": measuring_fingerprint()[:16],
            "appearance by": appearance_fingerprint()[:16],
            "penalties": penalties,
            "rules": {"auc": LEAST_AUC, "r": LEAST_R, "patients": FEWEST, "excluded": EXCLUDED},
        },
    )


def load_study(folder: Path, keep: Path, seed: int) -> Study:
    """Everything of one folder and of nothing else.

    Raises:
        LeakageError: The folder is a shipped cohort or for evaluation only.
    """
    cohort = load_cohort(folder)
    refuse_shipped(cohort)
    keep.mkdir(parents=True, exist_ok=True)
    faces = locate_faces(cohort)
    images = cohort.images
    found = np.array([faces.face(name) is not None for name in cohort.image_ids])
    mesh = embed_cohort(cohort, "anthropometry", faces).astype(np.float64)
    ages = [age_in_years(age) for age in images["age"]]
    sexes = images["sex"].astype(str).tolist()
    looks = kept_appearance(cohort, faces, keep)
    x = together(looks, mesh_z(mesh, ages, sexes)[found], pick(ages, found), pick(sexes, found))
    measures = np.concatenate([true_measures(cohort, seed, keep), signs_of(cohort)], axis=1)[found]
    recorded = [set(text.split("|")) for text in images["hpo_terms"]]
    terms = np.array([[term in own for term in shown_terms()] for own in recorded], float)[found]
    patients = pick(images["patient_id"].astype(str).tolist(), found)
    first = np.array([patient not in patients[:k] for k, patient in enumerate(patients)])
    yaw = images["yaw"].to_numpy(float)[found]
    return Study(cohort, x, measures, terms, patients, first, yaw)


def refuse_shipped(cohort: Cohort) -> None:
    """Nothing may be fitted to a cohort that anything is tested on."""
    shipped = {load_cohort(name).sha256 for name in shipped_cohorts()}
    if cohort.sha256 in shipped or cohort.info.evaluation_only or not cohort.info.simulated:
        raise LeakageError(
            f"{cohort.info.name} is shipped, for evaluation only, or not simulated: "
            "`measured` must not be fitted on it."
        )


def pick(values: list, rows: np.ndarray) -> list:
    """Those of some rows."""
    return [value for value, yes in zip(values, rows, strict=True) if yes]


def kept_appearance(cohort: Cohort, faces: FaceTable, keep: Path) -> np.ndarray:
    """`[N, D]` of the pictures with a face."""
    place = keep / f"appearance-{appearance_fingerprint()[:12]}-{cohort.sha256[:12]}.npy"
    if not place.is_file():
        rows = []
        with bar("Looking", len(cohort)) as advance:
            for name in cohort.image_ids:
                face = faces.face(name)
                if face is not None:
                    rows.append(appearance(read_image(cohort.path(name)), face))
                advance(1)
        np.save(place, np.array(rows, np.float32))
    return np.load(place).astype(np.float64)


def measure_names() -> tuple[str, ...]:
    """Columns of the measures: those of the head, then the signs that have none."""
    return (*MEASURES, *(f"sign:{name}" for name in UNMEASURED))


def true_measures(cohort: Cohort, seed: int, keep: Path) -> np.ndarray:
    """`[N, M]`: SD from unaffected children of the same age and sex, of the rendered heads."""
    place = keep / f"truth-{cohort.sha256[:12]}.npy"
    if not place.is_file():
        mesh = load_head(where("mpfb2"))
        landmarks = find_landmarks(mesh)

        def of(child: Child) -> np.ndarray:
            return measure_shape(landmarks, shape_head(mesh, child, {}), child)

        healthy = unaffected_children(CHILDREN, NORM_SEED)
        usual = np.stack([of(child) for child in healthy])
        curve = np.linalg.lstsq(growth(healthy), usual, rcond=None)[0]
        sd = (usual - growth(healthy) @ curve).std(axis=0)
        plan = of_population(make_plan(456, 103, seed), Population.STUDY)
        shots = {shot.image_id: shot.child for shot in plan.shots}
        children = [shots[name] for name in cohort.image_ids]
        apart = np.stack([of(child) for child in children]) - growth(children) @ curve
        np.save(place, apart / np.where(sd > 0, sd, 1.0))
    return np.clip(np.load(place), -FARTHEST, FARTHEST)


def growth(children: list[Child]) -> np.ndarray:
    """What the norms of the simulator follow: a cubic in the logarithm of age, and sex."""
    age = np.log([child.years + 1 for child in children])
    male = np.array([float(child.male) for child in children])
    return np.column_stack([np.ones(len(age)), age, age**2, age**3, male])


def signs_of(cohort: Cohort) -> np.ndarray:
    """`[N, S]`: severity of the signs without a measure; 0 where they are not."""
    rows = np.zeros((len(cohort), len(UNMEASURED)))
    column = {name: k for k, name in enumerate(UNMEASURED)}
    for row, text in enumerate(cohort.images["hpo_severity"]):
        for part in filter(None, text.split("|")):
            term, _, severity = part.partition("=")
            trait = trait_of_term()[term].name
            if trait in column:
                rows[row, column[trait]] = max(rows[row, column[trait]], float(severity))
    return rows


def pearson(first: np.ndarray, second: np.ndarray) -> float:
    """0 where one does not vary."""
    if first.std() < 1e-9 or second.std() < 1e-9:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])


if __name__ == "__main__":
    main()
