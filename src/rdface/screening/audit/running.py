"""Audit a pool: look at its faces, judge them, write down what was found."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from rdface.errors import UsageError
from rdface.screening.audit.copies import (
    FALSE_ALARMS,
    Calibration,
    calibrate,
    measure,
)
from rdface.screening.audit.diversity import judge_diversity
from rdface.screening.audit.fidelity import judge_fidelity
from rdface.screening.audit.images import choose_pairs, count_copies, describe_images
from rdface.screening.audit.looking import Looked, as_known, look_at, mixtures_of
from rdface.screening.audit.measures import measure_sides
from rdface.screening.audit.memory import judge_memory
from rdface.screening.audit.realism import judge_realism
from rdface.screening.audit.schema import Audit, Fidelity, Realism
from rdface.screening.audit.sides import Sides

if TYPE_CHECKING:
    import pandas as pd

    from rdface.cohort import Cohort
    from rdface.faces.norms import Reference

log = logging.getLogger(__name__)

BACKBONES: Final = ("efficientnet_lite0", "sface")
IDENTITY: Final = "sface"

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Audited:
    """What an audit found.

    Attributes:
        record: For ``audit.json``.
        images: One row a generated face, for ``audit.parquet``.
        sides: Who is who.
        closeness: Closeness of the pool's faces with a face, of held-out ones, of training ones
            to other patients, and of mixtures.
    """

    record: Audit
    images: pd.DataFrame
    sides: Sides
    closeness: dict[str, NDArray[np.float64]]


def audit_pool(
    sides: Sides,
    *,
    backbones: Sequence[str] = BACKBONES,
    identity: str = IDENTITY,
    detector: str = "yunet",
    reference: Reference | None = None,
    false_alarms: float = FALSE_ALARMS,
    seed: int = 0,
) -> Audited:
    """Run every part of the audit.

    Args:
        sides: From :func:`rdface.screening.audit.take_sides`.
        backbones: Whose embeddings judge realism and diversity; two different ones.
        identity: A face-recognition backbone that says whose face it is.
        detector: What finds faces.
        reference: Unaffected people, for z-scores; None for raw measures.
        false_alarms: Rate of false alarms that the thresholds for copies allow.
        seed: Of every draw.

    Raises:
        UsageError: No training face, or an unknown backbone.
        WeightsError: Weights that are missing.
    """
    if not 0 < false_alarms < 1:
        raise UsageError("The rate of false alarms lies between 0 and 1.")
    if len(sides.training) < 2:
        raise UsageError("An audit needs two training images at least.")
    seconds: dict[str, float] = {}

    def timed(name: str, work: Callable[[], T]) -> T:
        started = time.perf_counter()
        result = work()
        seconds[name] = round(time.perf_counter() - started, 2)
        return result

    names = tuple(dict.fromkeys((*backbones, identity)))
    looked = timed(
        "looking at faces",
        lambda: [
            look_at(side, names, identity, detector)
            for side in (sides.synthetic, sides.training, sides.held_out)
        ],
    )
    synthetic, training, held_out = looked
    compared = np.flatnonzero(synthetic.found & ~synthetic.blank)
    notes = _notes(sides, synthetic, training, held_out)
    embeddings = [{name: each.embeddings[name] for name in backbones} for each in looked]
    realism = timed("realism", lambda: judge_realism(sides, *embeddings, seed=seed))
    diversity = timed(
        "diversity", lambda: judge_diversity(sides, embeddings[0], embeddings[1], seed=seed)
    )
    measured = timed("measuring", lambda: measure_sides(sides, detector, reference))
    fidelity = timed("fidelity", lambda: judge_fidelity(sides, measured, seed=seed))
    started = time.perf_counter()
    known = [
        as_known(side, each, identity)
        for side, each in ((sides.training, training), (sides.held_out, held_out))
    ]
    ours = synthetic.faces.of(compared)
    to_training, to_held_out = (measure(ours, each) for each in known)
    among, across = (measure(each.faces, known[0]) for each in (training, held_out))
    mixed = measure(mixtures_of(sides.training, training, identity, seed), known[0])
    calibration = calibrate(
        among, across, mixed, sides.training.patients, false_alarms=false_alarms
    )
    memorisation = [
        line
        for view in ("identity", "pixels")
        for line in judge_memory(
            view,
            sides,
            compared,
            *(getattr(each, view) for each in (to_training, to_held_out, among, across)),
            seed=seed,
        )
    ]
    images = describe_images(
        sides, synthetic, compared, to_training, to_held_out, among, calibration
    )
    seconds["memorisation"] = round(time.perf_counter() - started, 2)
    notes += _more_notes(realism, fidelity, measured.z_scores, calibration)
    record = Audit(
        pool=_about_pool(sides.synthetic.cohort),
        real=_about_real(sides.real),
        settings={
            "backbones": list(backbones),
            "identity": identity,
            "detector": detector,
            "reference": None if reference is None else dict(reference.provenance),
            "false_alarms": false_alarms,
            "seed": seed,
        },
        counts=_counts(sides, synthetic),
        notes=tuple(notes),
        realism=tuple(realism),
        diversity=tuple(diversity),
        fidelity=tuple(fidelity),
        memorisation=tuple(memorisation),
        copies=count_copies(sides, images, calibration) if len(compared) else None,
        pairs=choose_pairs(images),
        seconds=seconds,
        versions=_versions(),
    )
    pool = images["closeness"].to_numpy(float)
    closeness = {
        "synthetic": pool[np.isfinite(pool)],
        "held-out": calibration.held_out,
        "training": calibration.training,
        "mixtures": calibration.mixtures,
    }
    return Audited(record, images, sides, closeness)


def _notes(sides: Sides, synthetic: Looked, training: Looked, held_out: Looked) -> list[str]:
    """What a reader has to know before any number."""
    notes = []
    blank, faceless = int(synthetic.blank.sum()), int((~synthetic.found).sum())
    if blank or faceless:
        notes.append(
            f"Of {len(sides.synthetic)} generated images {blank} are blank and in {faceless} no"
            " face was found. They count in realism and diversity, as parts of the pool, and are"
            " left out of fidelity and memorisation."
        )
    if not len(sides.held_out):
        notes.append(
            "Every patient of the cohort taught the generator: there is nobody to compare with,"
            " so realism is judged against training faces and most of memorisation cannot be."
        )
    lost = int((~training.found).sum()), int((~held_out.found).sum())
    if any(lost):
        notes.append(
            f"No face was found in {lost[0]} training and {lost[1]} held-out images; they are"
            " compared whole."
        )
    conditions = len(set(sides.synthetic.conditions))
    if conditions < 3:
        notes.append(
            f"The pool has {conditions} condition(s): fidelity needs others to compare with and"
            " is left out."
        )
    return notes


def _more_notes(
    realism: Sequence[Realism],
    fidelity: Sequence[Fidelity],
    z_scores: bool,
    calibration: Calibration,
) -> list[str]:
    notes = []
    if not realism:
        notes.append("There are too few faces for any measure of realism.")
    if fidelity and not z_scores:
        notes.append(
            "No reference of unaffected people fits these photographs: profiles are of raw"
            " measures, and HPO terms are left out. Give one with --reference."
        )
    if not np.isfinite(calibration.near):
        notes.append(
            "There are too few real faces to allow for that rate of false alarms: no face is"
            " called a copy, which does not mean that none is one."
        )
    return notes


def _counts(sides: Sides, synthetic: Looked) -> dict[str, int]:
    return {
        "synthetic": len(sides.synthetic),
        "synthetic_without_face": int((~synthetic.found).sum()),
        "synthetic_several_faces": int((synthetic.table.frame["status"] == "several").sum()),
        "synthetic_blank": int(synthetic.blank.sum()),
        "conditions": len(set(sides.synthetic.conditions)),
        "training": len(sides.training),
        "training_patients": len(set(sides.training.patients)),
        "held_out": len(sides.held_out),
        "held_out_patients": len(set(sides.held_out.patients)),
        "held_out_conditions": len(set(sides.held_out.conditions)),
    }


def _about_pool(pool: Cohort) -> dict[str, Any]:
    about = pool.info.model_extra or {}
    named = ("generator", "generator_options", "generator_licence", "generator_sha256")
    return {
        "name": pool.info.name,
        "sha256": pool.sha256,
        "simulated": pool.info.simulated,
        **{key: about.get(key) for key in (*named, "generator_seed", "training_sha256")},
    }


def _about_real(real: Cohort) -> dict[str, Any]:
    info = real.info
    return {
        "name": info.name,
        "version": info.version,
        "sha256": real.sha256,
        "simulated": info.simulated,
        "licence": info.licence,
    }


def _versions() -> dict[str, str]:
    from importlib.metadata import version

    packages = ("rdface", "numpy", "opencv-python-headless", "ai-edge-litert")
    return {package: version(package) for package in packages}
