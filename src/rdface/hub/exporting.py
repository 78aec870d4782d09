"""From a finished run to a head that is fitted on everybody, in a folder of its own."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rdface import __version__
from rdface.backbones import Backbone, embed_cohort, load_backbone
from rdface.bench import CohortReference, Run
from rdface.bench.fairness import CLOSED_SET
from rdface.bench.jobs import ENSEMBLE
from rdface.bench.tested import tested_cohort
from rdface.cohort import Cohort, CohortInfo
from rdface.cohort.adapters.tables import stated
from rdface.cohort.disclosure import SMALLEST
from rdface.cohort.terms import check_allowed
from rdface.engines.threads import one_blas_thread
from rdface.errors import RunError, UsageError
from rdface.faces import locate_faces
from rdface.files import atomic_path, sha256_bytes, write_bytes, write_json, write_text
from rdface.hub.card import write_card
from rdface.hub.config import (
    CARD_FILE,
    CONFIG_FILE,
    TENSORS_FILE,
    HeadConfig,
    StoredBackbone,
    StoredCondition,
    StoredTerms,
    Tested,
)
from rdface.hub.head import Head, pack, preparation_of, safetensors_of_numpy, tensors_of
from rdface.learners import LEARNERS
from rdface.learners.model import Model, choose_model, fit_model
from rdface.protocols.dealing import deal_patients
from rdface.weights import manifest

KEEPS_EVERYBODY = frozenset({"knn"})
"""Learners that hold the embedding of every training image."""

INNER_FOLDS = 4
"""One part in so many of the patients chooses hyper-parameters, as in the protocol ``strict``."""


def export_head(
    run: Run, out: Path, *, cohort: str | Path | None = None, smallest: int | None = None
) -> Head:
    """Fit the run's learner on all real images of its cohort and write it as a hub has models.

    The run says how well such heads do on patients whom they have not seen; the head that is
    written has seen everybody and cannot be tested on this cohort any more.

    Args:
        run: A finished run of one backbone and one learner, under a protocol that leaks nothing.
        out: The folder to write; it must not be there yet.
        cohort: The run's cohort, if it was moved.
        smallest: Leave out conditions of fewer patients: what is learnt from one patient is close
            to that patient's embedding. 5 if not given, at least 2; 1 for a simulated cohort.

    Raises:
        TermsError: The terms of the cohort forbid it.
        UsageError: The run has no such head, the folder is there, or nothing is left to learn.
        RunError: The run's numbers are no honest ones, or it is about another cohort.
    """
    safetensors_of_numpy()  # told of before any work
    _refuse(run)
    if out.exists():
        raise UsageError(f"{out} is there already.", hint="Give another --out, or remove it.")
    tested = tested_cohort(run, cohort)
    check_allowed(tested, "methods")
    check_allowed(tested, "redistribution")
    result = run.result
    if result.learner in KEEPS_EVERYBODY and not tested.info.simulated:
        raise UsageError(
            f"A head of {result.learner} holds the embedding of every patient's picture: biometric"
            " data, whatever the terms.",
            hint="Export a run of another learner: prototype, logistic or lda.",
        )
    fewest = smallest or (1 if tested.info.simulated else SMALLEST)
    if fewest < 2 and not tested.info.simulated:
        raise UsageError(
            "What is learnt from one patient is that patient's embedding, or close to it:"
            " biometric data, whatever the terms.",
            hint=f"Give --smallest 2 or more; {SMALLEST} if it is not given.",
        )
    rows, known = _kept(tested, fewest)
    backbone = load_backbone(result.backbone)
    if {backbone.name: backbone.fingerprint} != result.fingerprints:
        raise RunError(
            f"The backbone {backbone.name!r} here is not the one that the run tested.",
            hint="Run its spec again with this version, into another folder or with --fresh.",
        )
    faces = locate_faces(tested, result.detection.detector)
    model, criterion = _fit(
        embed_cohort(tested, backbone, faces)[rows], tested, rows, known, result.learner, run
    )
    data = pack(tensors_of(model))
    config = HeadConfig(
        rdface=__version__,
        backbone=_stored(backbone),
        detector=result.detection.detector,
        learner=result.learner,
        parameters=dict(model.parameters),
        preparation=preparation_of(model),
        validation_mrr=criterion,
        conditions=known,
        left_out=len(tested.condition_ids) - len(known),
        smallest=fewest,
        cohort=CohortReference.of(tested),
        simulated=tested.info.simulated,
        licence=tested.info.licence,
        terms=_terms(stated(tested)),
        tested=_tested(run),
        tensors_sha256=sha256_bytes(data),
    )
    with atomic_path(out) as part:
        part.mkdir()
        write_bytes(part / TENSORS_FILE, data)
        write_json(part / CONFIG_FILE, config.model_dump(mode="json"))
        write_text(part / CARD_FILE, write_card(config))
    return Head(config, model)


def _refuse(run: Run) -> None:
    result = run.result
    if result.task != CLOSED_SET or result.learner not in LEARNERS.names():
        raise UsageError(
            f"{run.folder} has no head to export: it is {result.task} with {result.learner}.",
            hint="Give a run of closed-set recognition with prototype, knn, logistic or lda, such"
            " as runs/demo/sface__lda.",
        )
    if ENSEMBLE in result.backbone:
        raise UsageError(
            f"{run.folder} is an ensemble of several heads.",
            hint="Export the run of each of its backbones.",
        )
    if result.quirks or result.tolerated_leaks:
        raise RunError(
            f"The numbers of {run.folder} come from a protocol that leaks"
            f" ({', '.join(result.quirks) or ', '.join(result.tolerated_leaks)}); a card would"
            " repeat them.",
            hint="Export a run under the protocol strict.",
        )
    if result.protocol.get("synthetic") == "train":
        raise UsageError(
            f"{run.folder} was trained with synthetic images, too; only heads that were fitted on"
            " real ones alone are exported.",
            hint="Export a run without `synthetic: train`.",
        )


def _kept(cohort: Cohort, smallest: int) -> tuple[NDArray[np.intp], tuple[StoredCondition, ...]]:
    """Rows that are learnt from, and the conditions that have enough patients."""
    images = cohort.images
    real = images[images["synthetic_of"] == ""]
    patients = real.groupby("condition")["patient_id"].nunique().to_dict()
    counts = Counter(real["condition"])
    names = cohort.condition_names
    known = tuple(
        StoredCondition(condition=one, name=names[one], patients=patients[one], images=counts[one])
        for one in cohort.condition_ids
        if patients.get(one, 0) >= smallest
    )
    if len(known) < 2:
        raise UsageError(
            f"{len(known)} condition(s) of {cohort.info.name} have {smallest} patients or more;"
            " a head needs two.",
            hint="Give a smaller --smallest, if the patients' privacy allows it.",
        )
    wanted = (images["synthetic_of"] == "") & images["condition"].isin(
        [one.condition for one in known]
    )
    return np.flatnonzero(wanted.to_numpy(bool)), known


def _fit(
    x: NDArray[np.float32],
    cohort: Cohort,
    rows: NDArray[np.intp],
    known: tuple[StoredCondition, ...],
    learner: str,
    run: Run,
) -> tuple[Model, float | None]:
    """Choose on an inner split of patients, as each fold did, then fit on all rows."""
    table = cohort.images.iloc[rows]
    column = {one.condition: index for index, one in enumerate(known)}
    labels = np.array([column[name] for name in table["condition"]], dtype=np.intp)
    by_condition = table.groupby("condition")["patient_id"].unique()
    divisible = {str(name): list(ids) for name, ids in by_condition.items() if len(ids) > 1}
    part_of = deal_patients(divisible, INNER_FOLDS, run.result.seed, "export-inner")
    validates = np.array([part_of.get(patient) == 0 for patient in table["patient_id"]])
    floats = np.asarray(x, dtype=np.float64)
    kind = LEARNERS.get(learner)
    with one_blas_thread():  # the result does not depend on the number of cores
        chosen, criterion = choose_model(
            kind,
            floats[~validates],
            labels[~validates],
            floats[validates],
            labels[validates],
            n_conditions=len(known),
        )
        model = fit_model(
            kind,
            floats,
            labels,
            n_conditions=len(known),
            preparation=chosen.preparation.preparation,
            parameters=chosen.parameters,
        )
    return model, criterion if validates.any() else None


def _stored(backbone: Backbone) -> StoredBackbone:
    weight = manifest().get(backbone.name)
    return StoredBackbone(
        name=backbone.name,
        fingerprint=backbone.fingerprint,
        dim=backbone.dim,
        crop=backbone.crop,
        licence="" if weight is None else weight.licence,
    )


def _terms(info: CohortInfo) -> StoredTerms:
    return StoredTerms(
        data_use=info.data_use,
        ethics=info.ethics,
        forbids=tuple(info.forbids),
        permitted_use=info.permitted_use,
        consent_expires=info.consent_expires,
    )


def _tested(run: Run) -> Tested:
    result = run.result
    return Tested(
        key=result.key,
        spec=result.name,
        protocol=result.protocol,
        split_sha256=result.split_sha256,
        candidates=len(run.predictions.conditions),
        metrics=result.metrics,
        chance=result.chance,
    )
