"""Run a few-shot spec; what is finished is kept, and a stopped run goes on to the same bits."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from rdface.bench.benchmark import alone_in
from rdface.bench.few_shot.answers import spread_scores
from rdface.bench.few_shot.run_folder import FewShotFolder
from rdface.bench.few_shot.spec import FewShotSpec
from rdface.bench.few_shot.study import FewShotStudy, open_few_shot_study
from rdface.bench.jobs import Outcome, peak_memory_mb, write_outcome
from rdface.bench.result import Run
from rdface.engines import Engine
from rdface.learners.few_shot import FrozenMethod, TrainedMethod


def run_few_shot(
    spec: FewShotSpec, out: Path, *, engine: Engine | None = None, fresh: bool = False
) -> list[Run]:
    """Run every backbone with every method in every setting, or go on where that was stopped.

    Frozen methods take a fraction of a second each and are worked out in this process; a method
    that trains uses the whole machine by itself, fold after fold.

    Args:
        spec: What to run.
        out: Run folders are made below it, one per backbone, method and setting.
        engine: Where faces are found and embedded; this process if None.
        fresh: Throw away what lies in the run folders.

    Returns:
        The finished runs, in the order of the spec.

    Raises:
        RdfaceError: A cohort, weights, too few patients ...; each says what to do.
    """
    study = open_few_shot_study(spec, engine)
    with alone_in(out):
        folders = [
            FewShotFolder(out, study, backbone, method, setting)
            for backbone in study.spec.backbones
            for method in spec.methods
            for setting in spec.settings.all
        ]
        for folder in folders:
            folder.open(fresh=fresh)
        for folder in folders:
            if not folder.finished:
                _work(study, folder)
                folder.finish()
    return [Run(folder.path) for folder in folders]


def _work(study: FewShotStudy, folder: FewShotFolder) -> None:
    for fold, part in folder.missing_parts().items():
        outcome = _outcome(study, folder, fold)
        write_outcome(part, outcome, f"{folder.path.name}, fold {fold}")
        # A network, its optimiser and its best epoch: gigabytes that nothing needs any more.
        shutil.rmtree(folder.checkpoints(fold), ignore_errors=True)


def _outcome(study: FewShotStudy, folder: FewShotFolder, fold: int) -> Outcome:
    method, manifest = folder.method, folder.manifest
    test, source = manifest.rows(fold, study.cohort.image_ids), study.source(manifest)
    chosen, history = {}, []
    if isinstance(method, TrainedMethod):
        pictures = study.pictures(folder.backbone, method)
        started = time.perf_counter()
        trained = method.train(
            pictures,
            source,
            fold,
            test,
            folder=folder.checkpoints(fold),
            wrong_axes=folder.wrong_axes,
        )
        scores, history = trained.scores, trained.history
        chosen = {folder.backbone: trained.chosen}
    else:
        assert isinstance(method, FrozenMethod)  # noqa: S101 - there are these two kinds
        embeddings = study.embeddings(folder.backbone)
        started = time.perf_counter()
        scores = method.scores(embeddings, test, source.development)
    return Outcome(
        scores=spread_scores(scores, manifest, fold, study.cohort.condition_ids),
        chosen=chosen,
        seconds=time.perf_counter() - started,
        peak_memory_mb=peak_memory_mb(),
        last=None,
        history=history,
    )
