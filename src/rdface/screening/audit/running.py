"""Audit a pool: look at its faces, judge them, write down what was found."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rdface.backbones import load_backbone
from rdface.backbones.recognition import need_recognition
from rdface.errors import UsageError
from rdface.screening.audit.controls import search_controls
from rdface.screening.audit.copies import Calibration, calibrate, measure
from rdface.screening.audit.diversity import judge_diversity
from rdface.screening.audit.fidelity import judge_fidelity
from rdface.screening.audit.framing import frame, portraits_folder, size_of
from rdface.screening.audit.images import choose_pairs, count_training_copies, describe_images
from rdface.screening.audit.looking import Looked, as_known, look_at, mixtures_of
from rdface.screening.audit.measures import measure_sides
from rdface.screening.audit.memory import judge_memory
from rdface.screening.audit.notes import notes_on_faces, notes_on_findings
from rdface.screening.audit.perceptual_pairs import SPACES, judge_perceptual, load_space
from rdface.screening.audit.realism import judge_realism
from rdface.screening.audit.schema import Audit, Memory
from rdface.screening.audit.settings import Settings
from rdface.screening.audit.sides import Sides

if TYPE_CHECKING:
    import pandas as pd

    from rdface.cohort import Cohort
    from rdface.screening.perceptual.space import PerceptualSpace


@dataclass(frozen=True, eq=False)
class Audited:
    """What an audit found.

    Attributes:
        record: For ``audit.json``.
        images: One row a generated face, for ``audit.parquet``.
        sides: Who is who.
        closeness: Of the pool's faces with a face (``synthetic``), of ``held-out`` and of
            ``training`` ones to other patients, and of ``mixtures``.
    """

    record: Audit
    images: pd.DataFrame
    sides: Sides
    closeness: dict[str, NDArray[np.float64]]


class _Clock:
    """Seconds of each part."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, part: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.seconds[part] = round(time.perf_counter() - started, 2)


def audit_pool(sides: Sides, settings: Settings | None = None) -> Audited:
    """Run every part of the audit; what is missing for one is said before any work is done.

    Args:
        sides: From :func:`rdface.screening.audit.take_sides`.
        settings: How; the defaults if None.

    Raises:
        UsageError: Too few training faces, an impossible rate, an unknown backbone, or an identity
            that is no face-recognition network.
        WeightsError: Weights that are missing.
    """
    how = settings or Settings()
    if how.perceptual not in SPACES:
        raise UsageError(f"There is no perceptual distance {how.perceptual!r}.")
    if not 0 < how.false_alarms < 1:
        raise UsageError("The rate of false alarms lies between 0 and 1.")
    if len(sides.training) < 2:
        raise UsageError("An audit needs two training images at least.")
    need_recognition(how.identity)
    for name in dict.fromkeys((*how.backbones, how.identity)):
        load_backbone(name)
    space = None if how.perceptual == "none" else load_space(how.perceptual)
    clock = _Clock()
    with portraits_folder() as place:
        with clock("framing"):
            size = size_of(sides.synthetic.cohort)
            framed = frame(sides, size, how.detector, place)
        return _audit(sides, framed, size, how, space, clock)


def _audit(
    sides: Sides,
    framed: Sides,
    size: int,
    how: Settings,
    space: PerceptualSpace | None,
    clock: _Clock,
) -> Audited:
    names = tuple(dict.fromkeys((*how.backbones, how.identity)))
    with clock("embedding"):
        looked = [
            look_at(side, names, how.identity, how.detector)
            for side in (framed.synthetic, framed.training, framed.held_out)
        ]
    embedded = [{name: each.embeddings[name] for name in how.backbones} for each in looked]
    with clock("realism"):
        realism = judge_realism(framed, *embedded, seed=how.seed)
    with clock("diversity"):
        diversity = judge_diversity(framed, embedded[0], embedded[1], seed=how.seed)
        if space is not None:
            tables = looked[0].table, looked[1].table
            diversity += judge_perceptual(framed, tables, space, seed=how.seed)
    with clock("measuring"):
        measured = measure_sides(framed, how.detector, how.reference)
    with clock("fidelity"):
        fidelity = judge_fidelity(framed, measured, seed=how.seed)
    with clock("memorisation"):
        calibration, memorisation, images = remember(framed, looked, how)
        of_controls = None
        if framed.controls is not None:
            of_controls = search_controls(framed.controls, looked[0], looked[2], images, how)
    notes = [
        *notes_on_faces(framed, *looked),
        *notes_on_findings(realism, fidelity, measured.z_scores, calibration),
    ]
    known = images["closeness"].notna()
    record = Audit(
        pool=_about_pool(sides.synthetic.cohort),
        real=_about_real(sides.real),
        settings={
            "backbones": list(how.backbones),
            "identity": how.identity,
            "detector": how.detector,
            "reference": None if how.reference is None else dict(how.reference.provenance),
            "false_alarms": how.false_alarms,
            "size": size,
            "perceptual": how.perceptual,
            "seed": how.seed,
        },
        counts=_counts(sides, looked[0]),
        notes=tuple(notes),
        realism=tuple(realism),
        diversity=tuple(diversity),
        fidelity=tuple(fidelity),
        memorisation=tuple(memorisation),
        copies=count_training_copies(sides, images, calibration) if known.any() else None,
        control_copies=of_controls,
        pairs=choose_pairs(images),
        seconds=clock.seconds,
        versions=_versions(),
    )
    closeness = {
        "synthetic": images.loc[known, "closeness"].to_numpy(float),
        "held-out": calibration.held_out,
        "training": calibration.training,
        "mixtures": calibration.mixtures,
    }
    return Audited(record, images, sides, closeness)


def remember(
    sides: Sides, looked: Sequence[Looked], how: Settings
) -> tuple[Calibration, list[Memory], pd.DataFrame]:
    """Distances in both views; thresholds from real faces; what they say of the pool."""
    synthetic, training, held_out = looked
    compared = np.flatnonzero(synthetic.found & ~synthetic.blank)
    ours = synthetic.faces.of(compared)
    known = [
        as_known(side, each, how.identity)
        for side, each in ((sides.training, training), (sides.held_out, held_out))
    ]
    to_training, to_held_out = (measure(ours, each) for each in known)
    among, across = (measure(each.faces, known[0]) for each in (training, held_out))
    mixed = measure(mixtures_of(sides.training, training, how.identity, how.seed), known[0])
    calibration = calibrate(
        among, across, mixed, sides.training.patients, false_alarms=how.false_alarms
    )
    memorisation = [
        line
        for view in ("identity", "pixels")
        for line in judge_memory(
            view,
            sides,
            compared,
            *(getattr(each, view) for each in (to_training, to_held_out, among, across)),
            seed=how.seed,
        )
    ]
    images = describe_images(
        sides, synthetic, compared, to_training, to_held_out, among, calibration
    )
    return calibration, memorisation, images


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
        "controls": 0 if sides.controls is None else len(sides.controls),
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
