"""From the answers to episodes to the table of predictions, and from that to numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from rdface.bench.predictions import Predictions
from rdface.bench.result import Metric
from rdface.cohort import Cohort
from rdface.learners.preparation import Floats
from rdface.metrics import episode_accuracy, interval_over_episodes, true_ranks
from rdface.metrics.ranking import Bools
from rdface.protocols.few_shot import Manifest, Setting

ACCURACY = "accuracy"
OVER_EPISODES = "accuracy_over_episodes"


def spread_scores(
    scores: Floats, manifest: Manifest, fold: int, conditions: Sequence[str]
) -> NDArray[np.float32]:
    """Put the scores of each episode's conditions in their columns, ``-inf`` elsewhere.

    Args:
        scores: ``[E, way, query, way]``.
        manifest: Whose episodes of ``fold`` they answer.
        fold: Number.
        conditions: The C conditions of the cohort, in order.

    Returns:
        ``float32 [E * way * query, C]``.
    """
    column = {condition: place for place, condition in enumerate(conditions)}
    places = np.array(
        [[column[name] for name in each.conditions] for each in manifest.episodes_of(fold)]
    )
    count, way, asked, _ = scores.shape
    spread = np.full((count, way * asked, len(conditions)), -np.inf, dtype=np.float32)
    where = np.broadcast_to(places[:, None, :], (count, way * asked, way))
    rows = scores.reshape(count, way * asked, way).astype(np.float32)
    np.put_along_axis(spread, where, rows, axis=2)
    return spread.reshape(count * way * asked, len(conditions))


def predictions_of(
    manifest: Manifest, cohort: Cohort, scores: Sequence[NDArray[np.float32]]
) -> Predictions:
    """The table: one row per query, episode and fold; ``repeat`` is the number of the episode.

    Args:
        manifest: The episodes.
        cohort: Whose images.
        scores: Per fold, from :func:`spread_scores`.
    """
    patient = dict(zip(cohort.images["image_id"], cohort.images["patient_id"], strict=True))
    rows = [
        (image, patient[image], condition, number, fold)
        for fold in range(len(scores))
        for number, episode in enumerate(manifest.episodes_of(fold))
        for condition, asked in zip(episode.conditions, episode.query, strict=True)
        for image in asked
    ]
    images, patients, truths, episodes, folds = zip(*rows, strict=True)
    return Predictions(
        image_ids=np.array(images, dtype=object),
        patient_ids=np.array(patients, dtype=object),
        truth=np.array(truths, dtype=object),
        repeat=np.array(episodes, dtype=np.int64),
        fold=np.array(folds, dtype=np.int64),
        training_count=np.full(len(rows), manifest.setting.shot, dtype=np.int64),
        conditions=cohort.condition_ids,
        scores=np.concatenate(scores),
    )


def measure_episodes(
    predictions: Predictions, manifest: Manifest, cohort: Cohort
) -> dict[str, Metric]:
    """The accuracy with its interval over patients, and with the one over episodes.

    Args:
        predictions: From :func:`predictions_of`, or read back from its file.
        manifest: The episodes, which know who was shown.
        cohort: Whose patients.
    """
    hits, image, asked, shown = answers(predictions, manifest, cohort)
    found = episode_accuracy(hits, image, asked, shown)
    low, high = interval_over_episodes(hits)
    usual = {**found.to_dict(), "low": low, "high": high, "method": "normal, over episodes"}
    return {ACCURACY: Metric(**found.to_dict()), OVER_EPISODES: Metric(**usual)}


def answers(
    predictions: Predictions, manifest: Manifest, cohort: Cohort
) -> tuple[Bools, NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Which answers are right, and who is asked and shown.

    Returns:
        Hits, image and patient ``[E, way, query]`` and the patients of the support ``[E, way,
        shot]``; episodes of all folds one after the other.
    """
    setting = manifest.setting
    shape = (-1, setting.way, setting.query)
    ranks = true_ranks(predictions.scores, predictions.truth_index)
    names = np.unique(cohort.images["patient_id"].to_numpy(dtype=str))
    patient_of = dict(zip(cohort.images["image_id"], cohort.images["patient_id"], strict=True))
    shown = [
        [[patient_of[image] for image in ids] for ids in episode.support]
        for fold in range(int(predictions.fold.max()) + 1)
        for episode in manifest.episodes_of(fold)
    ]
    asked = np.searchsorted(names, predictions.patient_ids.astype(str))
    return (
        np.asarray(ranks == 1).reshape(shape),
        predictions.image_index.reshape(shape),
        asked.reshape(shape).astype(np.int64),
        np.searchsorted(names, np.array(shown, dtype=str)).astype(np.int64),
    )


def chance_of(setting: Setting) -> dict[str, float]:
    """What guessing gives."""
    return {ACCURACY: 1 / setting.way, OVER_EPISODES: 1 / setting.way}


def self_supported(manifest: Manifest, cohort: Cohort, folds: Iterable[int]) -> int:
    """How many patients are asked in an episode that shows them: 0 unless divided by image."""
    patient = dict(zip(cohort.images["image_id"], cohort.images["patient_id"], strict=True))
    found = set()
    for fold in folds:
        for episode in manifest.episodes_of(fold):
            for support, query in zip(episode.support, episode.query, strict=True):
                shown = {patient[image] for image in support}
                found |= shown & {patient[image] for image in query}
    return len(found)
