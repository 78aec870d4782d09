"""Make a gallery of a cohort, and let another cohort's images join it without training."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rdface import __version__
from rdface.backbones import Backbone, embed_cohort, load_backbone
from rdface.cohort.terms import check_allowed
from rdface.errors import GalleryError, UsageError
from rdface.faces import locate_faces
from rdface.files import atomic_path
from rdface.learners.gallery.cases.folder import (
    COLUMNS,
    Gallery,
    alone_at,
    read_gallery,
    store_cases,
    store_manifest,
    store_projection,
    store_vectors,
)
from rdface.learners.gallery.cases.manifest import GalleryManifest, StoredCohort, StoredMetric
from rdface.learners.gallery.choice import LearntMetric, learn_metric
from rdface.learners.gallery.metric import make_metric
from rdface.protocols.gallery import FREQUENT_FROM, divide_for_metric
from rdface.protocols.patients import patients_by_condition, subjects_of

if TYPE_CHECKING:
    from rdface.cohort import Cohort

LEARNS_NOTHING = "cosine"


@dataclass(frozen=True)
class Joined:
    """What joining came to.

    Attributes:
        cases: Images that joined.
        conditions: Conditions that are new to the gallery, sorted.
        known: Images that were there already, by their SHA-256.
        synthetic: Images left out because they were made from others.
        without_face: Images that joined whole, for no face was found in them.
    """

    cases: int
    conditions: tuple[str, ...]
    known: int
    synthetic: int
    without_face: tuple[str, ...]


def make_gallery(
    cohort: Cohort,
    folder: Path,
    *,
    backbone: str,
    metric: str = LEARNS_NOTHING,
    detector: str = "yunet",
    frequent_from: int = FREQUENT_FROM,
    seed: int = 0,
) -> tuple[Gallery, Joined]:
    """File every image of a cohort, after learning a metric on its frequent conditions, if asked.

    Args:
        cohort: Whose images.
        folder: Must not be there yet; closed to other users.
        backbone: Name.
        metric: Name of the metric learner.
        detector: Name of the face detector.
        frequent_from: Patients from which on a condition trains the metric.
        seed: Which frequent conditions choose the metric's hyper-parameters.

    Raises:
        TermsError: The cohort's terms forbid it.
        UsageError: The folder is there, an unknown name, a cohort for evaluation only, or too few
            frequent conditions.
        CohortError: An image without patient or condition, or a patient with two conditions.
        WeightsError: Weights are missing.
    """
    if folder.exists():
        raise UsageError(f"{folder} is there already.", hint="Give another --out, or move it away.")
    learner = make_metric(metric)
    loaded = load_backbone(backbone)
    images = _real_images(cohort)
    division: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    if metric != LEARNS_NOTHING:
        division = divide_for_metric(cohort.images, seed=seed, frequent_from=frequent_from)
    embeddings, faces, without_face = _embedded(cohort, loaded, detector)
    row = {image_id: number for number, image_id in enumerate(cohort.image_ids)}
    train, validation = (np.array([row[i] for i in part], dtype=np.intp) for part in division)
    conditions, patients = (
        np.unique(cohort.images[name].to_numpy(dtype=str), return_inverse=True)[1].astype(np.intp)
        for name in ("condition", "patient_id")
    )
    learnt: LearntMetric = learn_metric(
        learner, embeddings, conditions, patients, train=train, validation=validation
    )
    fitted = np.concatenate([train, validation])
    kept = np.array([row[image] for image in images["image_id"]], dtype=np.intp)
    vectors = learnt.projection.apply(embeddings[kept]).astype(np.float32)
    with atomic_path(folder) as part:
        part.mkdir(mode=0o700)
        manifest = GalleryManifest(
            rdface=__version__,
            backbone=loaded.name,
            fingerprint=loaded.fingerprint,
            detector=detector,
            faces=faces,
            metric=StoredMetric(
                name=metric,
                options=learner.model_dump(mode="json"),
                chosen=learnt.chosen,
                cohort_sha256=cohort.sha256 if len(fitted) else "",
                frequent_from=frequent_from,
                conditions=tuple(sorted(set(cohort.images["condition"].iloc[fitted]))),
            ),
            cohorts=(_stored(cohort, len(kept)),),
            n_cases=len(kept),
            dim=vectors.shape[1],
            cases=store_cases(part, _table(cohort, images)),
            embeddings=store_vectors(part, vectors),
            projection=store_projection(part, learnt.projection),
        )
        store_manifest(part, manifest)
    new = tuple(sorted(set(images["condition"])))
    joined = Joined(len(kept), new, 0, len(cohort) - len(kept), without_face)
    return read_gallery(folder), joined


def add_cohort(folder: Path, cohort: Cohort) -> Joined:
    """Let a cohort's images join: they are embedded and mapped by the metric as it is.

    A picture that is there already, by its SHA-256, stays as it is.

    Raises:
        GalleryError: The gallery is missing or altered; the backbone or the way faces are found
            is not the one that it was made with; a picture is there under another condition.
        TermsError: The cohort's terms forbid it.
        UsageError: The cohort is for evaluation only.
        CohortError: An image without patient or condition, or a patient with two conditions.
    """
    gallery = read_gallery(folder)
    with alone_at(folder):
        gallery = read_gallery(folder)
        manifest = gallery.manifest
        images = _real_images(cohort)
        backbone = same_backbone(manifest)
        new = _table(cohort, images)
        fresh = ~new["sha256"].isin(set(gallery.cases["sha256"])).to_numpy(bool)
        _refuse_contradictions(gallery.cases, new)
        embeddings, faces, without_face = _embedded(cohort, backbone, manifest.detector)
        check_faces(manifest, faces)
        row = {image_id: number for number, image_id in enumerate(cohort.image_ids)}
        kept = np.array([row[i] for i in images["image_id"][fresh]], dtype=np.intp)
        joined = Joined(
            cases=len(kept),
            conditions=tuple(
                sorted(set(new["condition"][fresh]) - set(gallery.cases["condition"]))
            ),
            known=int((~fresh).sum()),
            synthetic=len(cohort) - len(images),
            without_face=without_face,
        )
        if not len(kept):
            return joined
        vectors = gallery.projection.apply(embeddings[kept]).astype(np.float32)
        store_manifest(
            folder,
            manifest.model_copy(
                update={
                    "rdface": __version__,
                    "cohorts": (*manifest.cohorts, _stored(cohort, len(kept))),
                    "n_cases": manifest.n_cases + len(kept),
                    "cases": store_cases(
                        folder, pd.concat([gallery.cases, new[fresh]], ignore_index=True)
                    ),
                    "embeddings": store_vectors(
                        folder, np.concatenate([np.asarray(gallery.vectors), vectors])
                    ),
                }
            ),
        )
    return joined


def same_backbone(manifest: GalleryManifest) -> Backbone:
    """The backbone that a gallery was made with.

    Raises:
        GalleryError: What has its name here is another one.
    """
    backbone = load_backbone(manifest.backbone)
    if backbone.fingerprint != manifest.fingerprint:
        raise GalleryError(
            f"The gallery was made with another {manifest.backbone}: its fingerprint is"
            f" {manifest.fingerprint[:16]}, the one here has {backbone.fingerprint[:16]}.",
            hint="Weights, crop or engine differ, and with them every similarity. Use the version"
            " of rdface and the weights that made the gallery, or make it anew.",
        )
    return backbone


def check_faces(manifest: GalleryManifest, faces: str) -> None:
    """Make sure that faces are found as when the gallery was made.

    Raises:
        GalleryError: They are not.
    """
    if faces != manifest.faces:
        raise GalleryError(
            f"The gallery's faces were found in another way than {manifest.detector} does here.",
            hint="Use the version of rdface that made the gallery, or make it anew.",
        )


def _real_images(cohort: Cohort) -> pd.DataFrame:
    check_allowed(cohort, "methods")
    if cohort.info.evaluation_only:
        raise UsageError(
            f"The cohort {cohort.info.name} is for evaluation only; nobody may be filed by it.",
            hint="Use another cohort, such as sim103.",
        )
    images = cohort.images[cohort.images["synthetic_of"] == ""]
    patients_by_condition(subjects_of(images))
    return images


def _embedded(
    cohort: Cohort, backbone: Backbone, detector: str
) -> tuple[NDArray[np.float32], str, tuple[str, ...]]:
    faces = locate_faces(cohort, detector)
    embeddings = embed_cohort(cohort, backbone, faces)
    return embeddings, faces.detector, tuple(faces.without_face())


def _table(cohort: Cohort, images: pd.DataFrame) -> pd.DataFrame:
    names = cohort.condition_names
    table = pd.DataFrame(
        {
            "image_id": images["image_id"].astype(str),
            "patient_id": images["patient_id"].astype(str),
            "condition": images["condition"].astype(str),
            "name": [str(names[condition]) for condition in images["condition"]],
            "cohort": cohort.info.name,
            "sha256": images["sha256"].astype(str),
        }
    )
    return table[list(COLUMNS)].reset_index(drop=True)


def _stored(cohort: Cohort, cases: int) -> StoredCohort:
    info = cohort.info
    return StoredCohort(
        name=info.name,
        version=info.version,
        sha256=cohort.sha256,
        licence=info.licence,
        data_use=info.data_use,
        simulated=info.simulated,
        unknown_patients=info.unknown_patients,
        cases=cases,
    )


def _refuse_contradictions(known: pd.DataFrame, new: pd.DataFrame) -> None:
    filed = dict(zip(known["sha256"], known["condition"], strict=True))
    for image, digest, condition in zip(
        new["image_id"], new["sha256"], new["condition"], strict=True
    ):
        if filed.get(digest, condition) != condition:
            raise GalleryError(
                f"{image} is in the gallery already, under {filed[digest]} and not {condition}.",
                hint="Mend the cohort; one picture cannot stand for two conditions.",
            )
    names = dict(zip(known["condition"], known["name"], strict=True))
    for condition, name in zip(new["condition"], new["name"], strict=True):
        if names.get(condition, name).casefold() != name.casefold():
            raise GalleryError(
                f"{condition} is {names[condition]!r} in the gallery and {name!r} in the cohort.",
                hint="Give two conditions two ids, or one condition one name.",
            )
