"""The paper's readings of a run: spread over folds, and top-k of another epoch."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.bench import Predictions, measure
from rdface.bench.measure import spread_over_folds


def predictions(ranks: list[list[int]], n_conditions: int = 40) -> Predictions:
    """One row per fold and image; the true condition, 0, gets the rank that is asked for."""
    scores = []
    for fold in ranks:
        for rank in fold:
            row = np.arange(n_conditions, 0, -1.0) * 2
            row[0] = 0
            row = np.sort(row)[::-1].copy()
            order = [*range(1, rank), 0, *range(rank, n_conditions)]
            placed = np.empty(n_conditions)
            placed[order] = row
            scores.append(placed)
    n_images = len(ranks[0])
    total = n_images * len(ranks)
    ids = np.array([f"i{image}" for _ in ranks for image in range(n_images)], dtype=object)
    return Predictions(
        image_ids=ids,
        patient_ids=ids,
        truth=np.array(["c0"] * total, dtype=object),
        repeat=np.zeros(total, np.int64),
        fold=np.repeat(np.arange(len(ranks)), n_images),
        training_count=np.ones(total, np.int64),
        conditions=tuple(f"c{i}" for i in range(n_conditions)),
        scores=np.array(scores, np.float32),
    )


def test_the_spread_is_mean_and_sample_deviation_of_the_folds() -> None:
    """Top-1 is 1/4, 2/4 and 3/4; the SD has n - 1 below."""
    made = predictions([[1, 2, 9, 40], [1, 1, 9, 40], [1, 1, 1, 31]])
    spread = spread_over_folds(made)
    assert spread["top1_micro"].mean == pytest.approx(0.5)
    assert spread["top1_micro"].sd == pytest.approx(0.25)
    assert spread["top1_micro"].folds == 3
    assert spread["top5_micro"].mean == pytest.approx(7 / 12)
    assert spread["top30_micro"].mean == pytest.approx(9 / 12)


def test_one_fold_has_no_spread() -> None:
    assert spread_over_folds(predictions([[1, 2]]))["top1_micro"].sd == 0


def test_top_five_of_another_epoch_stands_beside_top_one_of_the_best() -> None:
    """F5: whatever is no top-1 comes from the last epoch; MRR stays with the checkpoint."""
    best, last = predictions([[1, 1, 1, 40]]), predictions([[2, 2, 2, 2]])
    mixed, sound = measure(best, last), measure(best)
    assert mixed["top1_micro"].value == sound["top1_micro"].value == pytest.approx(0.75)
    assert mixed["top5_micro"].value == pytest.approx(1.0)
    assert sound["top5_micro"].value == pytest.approx(0.75)
    assert mixed["top10_micro"].value == pytest.approx(1.0)
    assert mixed["mrr_micro"].value == sound["mrr_micro"].value
    assert spread_over_folds(best, last)["top5_micro"].mean == pytest.approx(1.0)
    assert spread_over_folds(best, last)["top1_micro"].mean == pytest.approx(0.75)
