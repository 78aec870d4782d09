"""Recognise spoilt and restored pictures with models that were trained on untouched ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rdface.bench.opened import Opened
from rdface.learners.fold import fit_fold
from rdface.metrics.ranking import true_ranks
from rdface.protocols import FoldRows, Split

LEARNER: Final = "prototype"


def rank_probes(
    opened: Opened,
    split: Split,
    gallery: NDArray[np.float32],
    probes: Sequence[Mapping[str, NDArray[np.float32]]],
) -> list[dict[str, int]]:
    """Rank of the true condition for each probe, by the model of its fold.

    A fold's model is fitted once, on untouched pictures of its development patients; every
    version of a test picture is scored by that same model.

    Args:
        opened: The cohort.
        split: Of ``strict``, one repeat: every image is tested once at most.
        gallery: ``[N, D]``, embeddings of the untouched cohort, in its order.
        probes: Versions: image id -> ``[D]``.

    Returns:
        For each version: image id -> rank, 1 to C; images that are not tested are left out.
    """
    cohort = opened.cohort
    column = {name: place for place, name in enumerate(cohort.condition_ids)}
    labels = np.array([column[name] for name in cohort.images["condition"]], np.intp)
    truth = dict(zip(cohort.image_ids, labels, strict=True))
    ranks: list[dict[str, int]] = [{} for _ in probes]
    for fold in split.folds:
        tested = set(fold.test)
        asked = [
            (k, name) for k, version in enumerate(probes) for name in version if name in tested
        ]
        if not asked:
            continue
        extra = np.stack([probes[k][name] for k, name in asked])
        own = np.array([truth[name] for _, name in asked], np.intp)
        rows = fold.rows(cohort.image_ids)
        # Labels of test rows are never read; they stand there to keep the lengths.
        scored = fit_fold(
            {"": np.concatenate([gallery, extra])},
            np.concatenate([labels, np.zeros(len(asked), np.intp)]),
            FoldRows(rows.train, rows.validation, np.arange(len(extra)) + len(gallery)),
            learner=LEARNER,
            n_conditions=len(column),
            refit=split.refit,
        )
        for (k, name), rank in zip(asked, true_ranks(scored.scores, own), strict=True):
            ranks[k][name] = int(rank)
    return ranks


def rank_table(
    ranks: Sequence[dict[str, int]], cells: Sequence[tuple[str, str]], backbone: str
) -> pd.DataFrame:
    """One row per probe: damage, arm, backbone, image_id, rank."""
    rows = [
        (damage, arm, backbone, name, rank)
        for (damage, arm), own in zip(cells, ranks, strict=True)
        for name, rank in own.items()
    ]
    return pd.DataFrame(rows, columns=["damage", "arm", "backbone", "image_id", "rank"])
