"""The accuracy over episodes, and whose interval it is given."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.metrics import episode_accuracy, interval_over_episodes
from rdface.metrics.bootstrap import patient_weights


def world(seed: int, episodes: int, separation: float = 0.5) -> tuple[np.ndarray, ...]:
    """20 conditions of 2 to 6 patients; 1-shot nearest-support answers over drawn episodes."""
    rng = np.random.default_rng(seed)
    condition = np.repeat(np.arange(20), rng.choice([2, 3, 3, 4, 4, 5, 6], 20))
    means = rng.normal(size=(20, 16)) * separation
    return (*draw(rng, means, condition, episodes), means)


def draw(
    rng: np.random.Generator, means: np.ndarray, condition: np.ndarray, episodes: int, way: int = 5
) -> tuple[np.ndarray, ...]:
    x = means[condition] + rng.normal(size=(len(condition), means.shape[1]))
    pairs = np.array(
        [
            [rng.permutation(np.flatnonzero(condition == c))[:2] for c in rng.permutation(20)[:way]]
            for _ in range(episodes)
        ]
    )
    shown, asked = pairs[:, :, 0], pairs[:, :, 1]
    squares = ((x[asked][:, :, None] - x[shown][:, None]) ** 2).sum(axis=-1)
    hits = squares.argmin(axis=-1) == np.arange(way)
    return hits[:, :, None], asked[:, :, None], shown[:, :, None]


def test_the_value_is_the_mean_over_episodes() -> None:
    hits, asked, shown, _ = world(0, 200)
    found = episode_accuracy(hits, asked, asked, shown)
    assert found.value == pytest.approx(hits.mean(axis=(1, 2)).mean())
    assert found.low < found.value < found.high
    assert (found.n, found.n_patients) == (len(np.unique(asked)),) * 2


def test_the_interval_is_that_of_a_plain_loop_over_resamples() -> None:
    hits, asked, shown, _ = world(1, 60)
    found = episode_accuracy(hits, asked, asked, shown, n_resamples=50, seed=3)
    people = np.unique([asked, shown])
    samples = []
    for weights in patient_weights(len(people), 50, 3):
        times = dict(zip(people, weights, strict=True))
        extra = [
            (hits[place] - found.value)
            * (times[asked[place]] - 1 + times[shown[place[0], place[1], 0]] - 1)
            for place in np.ndindex(hits.shape)
        ]
        samples.append(found.value + np.mean(extra))
    assert (found.low, found.high) == pytest.approx(tuple(np.percentile(samples, [2.5, 97.5])))


def test_more_episodes_of_the_same_people_narrow_only_the_usual_interval() -> None:
    """Ten times the episodes teach nothing about other patients."""
    few, many = world(2, 100), world(2, 1000)
    usual = [np.diff(interval_over_episodes(each[0]))[0] for each in (few, many)]
    assert usual[1] < 0.45 * usual[0]
    ours = [episode_accuracy(each[0], each[1], each[1], each[2]) for each in (few, many)]
    assert ours[1].high - ours[1].low > 0.6 * (ours[0].high - ours[0].low)


def test_few_patients_get_wilsons_interval() -> None:
    hits = np.ones((50, 2, 1), dtype=bool)
    asked = np.tile(np.arange(2)[None, :, None], (50, 1, 1))
    found = episode_accuracy(hits, asked, asked, asked + 2)
    assert found.method == "wilson"
    assert found.low < 0.5


@pytest.mark.slow
def test_coverage() -> None:
    """New patients of the same conditions: ours holds the truth, the usual one does not."""
    held = {"patients": 0, "episodes": 0}
    worlds = 100
    for seed in range(worlds):
        hits, asked, shown, means = world(seed, 200)
        rng = np.random.default_rng(10_000 + seed)
        condition = np.repeat(np.arange(20), 30)
        truth = np.mean([draw(rng, means, condition, 300)[0].mean() for _ in range(8)])
        found = episode_accuracy(hits, asked, asked, shown)
        held["patients"] += found.low <= truth <= found.high
        low, high = interval_over_episodes(hits)
        held["episodes"] += low <= truth <= high
    assert held["patients"] >= 0.9 * worlds
    assert held["episodes"] <= 0.7 * worlds
