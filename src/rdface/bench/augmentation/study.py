"""Run the study: parts in processes of their own; a stopped study goes on."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, NamedTuple

import pandas as pd

from rdface.bench.augmentation.deciding import deciding_code, given_weights
from rdface.bench.augmentation.part import Material, run_generator, run_real
from rdface.bench.augmentation.plan import HEAD, AugmentationPlan, GeneratorPlan, Regime
from rdface.bench.benchmark import alone_in
from rdface.bench.opened import check_detector, open_cohort
from rdface.bench.study_folder import claim
from rdface.cohort import Cohort
from rdface.engines import Engine, Here, Local, check_private
from rdface.engines.parcel import Parcel, unpack
from rdface.errors import CohortError, UsageError
from rdface.files import atomic_path, write_json
from rdface.learners.tuning.device_there import device_type_there
from rdface.progress import bar

PARTS, POOLS = "parts", "pools"
MEMORY: Final = "memory.json"


class Job(NamedTuple):
    """One part.

    Attributes:
        regime: Real images of each condition.
        fold: From 0.
        generator: None for the arms without synthetic images.
    """

    regime: Regime
    fold: int
    generator: GeneratorPlan | None

    @property
    def name(self) -> str:
        """Of its file and of its pool's folder."""
        of = "real" if self.generator is None else f"with-{self.generator.called}"
        return f"{self.regime}-fold{self.fold}-{of}"


def run_augmentation(
    plan: AugmentationPlan, out: Path, *, engine: Engine | None = None
) -> pd.DataFrame:
    """Run what is missing, and read everything.

    Args:
        plan: The plan.
        out: A part's ranks are kept here as soon as they are there; so are the pools.
        engine: Where parts are done; processes on the cores of this machine if None.

    Returns:
        A row per model and test image: the columns of :class:`~.part.Arm`, of the image, the rank
        of the truth, the criterion on validation and the updates.

    Raises:
        RunError: ``out`` holds another study, another process is at work there, or workers die.
        UsageError: An unknown name, or a missing extra.
        CohortError: A cohort is not sound.
        LeakageError: The split leaks.
        TermsError: Patients would cross a network in the clear.
    """
    material = open_material(plan)
    check_private(engine, simulated=material.cohort.info.simulated)
    with alone_in(out):
        claim(out, _about(plan, material, engine))
        jobs = jobs_of(plan)
        missing = [job for job in jobs if _read(out, job) is None]
        with bar("Parts of the study", len(jobs)) as advance:
            advance(len(jobs) - len(missing))
            given = (material, out.absolute())
            for number, done in (engine or Local()).run(_do, missing, given):
                _keep(out, missing[number], done)
                advance(1)
        tables = [_read(out, job) for job in jobs]
    return pd.concat([table for table in tables if table is not None], ignore_index=True)


def jobs_of(plan: AugmentationPlan) -> list[Job]:
    """All parts, those without generators first."""
    parts = {part for one in plan.generators for part in plan.parts(one)}
    real = sorted(parts, key=lambda part: (plan.regimes.index(part[0]), part[1]))
    jobs = [Job(regime, fold, None) for regime, fold in real]
    return jobs + [
        Job(regime, fold, one) for one in plan.generators for regime, fold in plan.parts(one)
    ]


def open_material(plan: AugmentationPlan) -> Material:
    """Open and check all that the plan names, the cheap things first."""
    from rdface.backbones import embed_all, load_backbone
    from rdface.faces import locate_faces
    from rdface.learners import LEARNERS
    from rdface.learners.tuning import TRAINERS
    from rdface.protocols import PROTOCOLS, check_leakage
    from rdface.screening.scorer import column
    from rdface.synthesis import make_generator

    for learner in plan.learners:
        if learner == HEAD:
            TRAINERS.get(HEAD).check(plan.head)
        else:
            LEARNERS.get(learner)
    for one in plan.generators:
        if not make_generator(one.name, one.options).knows_conditions:
            raise UsageError(
                f"The generator {one.called!r} knows no conditions: a study needs n of each.",
                hint="Say `options: {conditional: true}`; for labels given afterwards take"
                " specs/augmentation-paper.yaml.",
            )
        for name in one.select:
            column(name)
    check_detector(plan.detector)
    backbones = tuple(dict.fromkeys((*plan.backbones, plan.identity)))
    loaded = [load_backbone(name) for name in backbones]
    cohort = open_cohort(plan.cohort)
    split = PROTOCOLS.get("strict")(
        cohort.images,
        seed=plan.seed,
        cohort_sha256=cohort.sha256,
        repeats=1,
        folds=plan.folds,
        inner_folds=plan.inner_folds,
    )
    check_leakage(split, cohort.images)
    made = embed_all(cohort, loaded, locate_faces(cohort, plan.detector))
    features = dict(zip(backbones, made, strict=True))
    controls, unaffected = None, {}
    if plan.controls is not None:
        controls = open_cohort(plan.controls)
        made = embed_all(controls, loaded, locate_faces(controls, plan.detector))
        unaffected = dict(zip(backbones, made, strict=True))
    return Material(plan, cohort, controls, split, features, unaffected)


def read_memory(out: Path) -> pd.DataFrame:
    """What the pools of a study remember, a row per regime, fold and generator."""
    rows = []
    for path in sorted((out / PARTS).glob(f"*.{MEMORY}")):
        rows.append(json.loads(path.read_text(encoding="utf-8")))
    table = pd.DataFrame(rows)
    known = [name for name in ("auc", "auc_low", "auc_high", "nearer") if name in table]
    return table.astype(dict.fromkeys(known, float))


def _about(plan: AugmentationPlan, material: Material, engine: Engine | None) -> dict[str, Any]:
    from rdface.backbones import load_backbone
    from rdface.faces import load_detector

    backbones = sorted({*plan.backbones, plan.identity})
    return {
        "plan": plan.model_dump(mode="json"),
        "cohort": material.cohort.sha256,
        "controls": None if material.controls is None else material.controls.sha256,
        "split": material.split.sha256,
        "n_conditions": len(material.cohort.condition_ids),
        "simulated": material.cohort.info.simulated,
        "detector": load_detector(plan.detector).fingerprint,
        "backbones": {name: load_backbone(name).fingerprint for name in backbones},
        "weights": given_weights(plan.generators),
        "code": deciding_code(),
        "device": device_type_there(engine) if find_spec("torch") else None,
    }


def _part(out: Path, job: Job) -> Path:
    return out / PARTS / f"{job.name}.parquet"


def _read(out: Path, job: Job) -> pd.DataFrame | None:
    try:
        return pd.read_parquet(_part(out, job))
    except (OSError, ValueError):
        return None


Done = tuple[pd.DataFrame, dict[str, Any] | None, Parcel]
"""Ranks, what a pool remembers, and the pool where it was made on another machine."""


def _do(given: tuple[Material, Path], job: Job, here: Here) -> Done:
    material, out = given
    if not here.local:
        material = _opened_there(material)
    return do_job(material, job, out, here)


def do_job(material: Material, job: Job, out: Path, here: Here) -> Done:
    """Do one part.

    Args:
        material: Of the study.
        job: Which part.
        out: Of the study; pools lie there.
        here: Where it is done.
    """
    if job.generator is None:
        return run_real(material, job.regime, job.fold), None, {}
    with here.workplace(out / POOLS / job.name) as folder:
        table, memory = run_generator(material, job.generator, job.regime, job.fold, folder)
        about = {"regime": str(job.regime), "fold": job.fold, "generator": job.generator.called}
        said = {key: None if one != one else one for key, one in asdict(memory).items()}  # no NaN
        return table, about | said, here.pack(folder)


def _keep(out: Path, job: Job, done: Done) -> None:
    """Write a part; the ranks last, for they say that it is whole."""
    table, memory, pool = done
    unpack(pool, out / POOLS / job.name)
    if memory is not None:
        write_json(out / PARTS / f"{job.name}.{MEMORY}", memory)
    with atomic_path(_part(out, job)) as path:
        table.to_parquet(path, index=False)


def _opened_there(material: Material) -> Material:
    """The same with the cohorts as they lie on this machine: pictures do not travel.

    Raises:
        CohortError: They are others.
    """
    plan = material.plan
    cohort = _same(open_cohort(plan.cohort), material.cohort)
    if plan.controls is None or material.controls is None:
        return replace(material, cohort=cohort)
    controls = _same(open_cohort(plan.controls), material.controls)
    return replace(material, cohort=cohort, controls=controls)


def _same(there: Cohort, wanted: Cohort) -> Cohort:
    if there.sha256 != wanted.sha256:
        raise CohortError(
            f"A machine of the cluster has another {wanted.info.name} than the one that asks.",
            hint="Put the same cohort at the same place on every machine.",
        )
    return there
