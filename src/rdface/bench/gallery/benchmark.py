"""Run a gallery spec; what is finished is kept, and a stopped run goes on to the same bits."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from rdface.bench.benchmark import alone_in
from rdface.bench.gallery.run_folder import GalleryFolder
from rdface.bench.gallery.spec import GallerySpec
from rdface.bench.gallery.study import GalleryStudy, open_gallery_study
from rdface.bench.jobs import Outcome, peak_memory_mb, write_outcome
from rdface.bench.result import Run
from rdface.engines import Engine
from rdface.learners.gallery import answer_fold
from rdface.progress import bar


def run_gallery(
    spec: GallerySpec, out: Path, *, engine: Engine | None = None, fresh: bool = False
) -> list[Run]:
    """Run every backbone with every metric, or go on where that was stopped.

    A fold takes seconds at most; all of them are worked out in this process.

    Args:
        spec: What to run.
        out: Run folders are made below it, one per backbone and metric.
        engine: Where faces are found and embedded; this process if None.
        fresh: Throw away what lies in the run folders.

    Returns:
        The finished runs, in the order of the spec.

    Raises:
        RdfaceError: A cohort, weights, too few patients ...; each says what to do.
    """
    study = open_gallery_study(spec, engine)
    with alone_in(out):
        folders = [
            GalleryFolder(out, study, backbone, metric)
            for backbone in study.spec.backbones
            for metric in spec.metrics
        ]
        for folder in folders:
            folder.open(fresh=fresh)
        for folder in folders:
            if not folder.finished:
                _work(study, folder)
                folder.finish()
    return [Run(folder.path) for folder in folders]


def _work(study: GalleryStudy, folder: GalleryFolder) -> None:
    missing = folder.missing_parts()
    if not missing:
        return
    study.embeddings(folder.backbone)  # before the bar: it has one of its own
    with bar(f"Searching ({folder.path.name})", len(missing)) as advance:
        for fold, part in missing.items():
            write_outcome(part, _outcome(study, folder, fold), f"{folder.path.name}, fold {fold}")
            advance(1)


def _outcome(study: GalleryStudy, folder: GalleryFolder, fold: int) -> Outcome:
    started = time.perf_counter()
    answer = answer_fold(
        folder.metric,
        study.embeddings(folder.backbone),
        study.labels,
        study.patients,
        study.fold_rows[fold],
        len(study.cohort.condition_ids),
    )
    chosen = {
        name: value
        for name, value in answer.metric.chosen.items()
        if not name.startswith("validation")
    }
    return Outcome(
        scores=answer.scores.astype(np.float32),
        chosen={folder.backbone: chosen},
        seconds=time.perf_counter() - started,
        peak_memory_mb=peak_memory_mb(),
    )
