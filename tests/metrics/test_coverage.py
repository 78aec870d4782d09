"""Do 95 % intervals hold the truth in 95 % of worlds? docs/metrics.md has the table."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.metrics import Outcomes, compare, summarise

N_WORLDS = 300
LEAST = 0.94
"""What docs/metrics.md calls 97 to 100 % may come out lower by chance, though hardly below this.

A true coverage of 97 % does so in 0.2 % of seeds; one of 90 % passes in 1 % of them.
"""

PAPER_SIZES = [2] * 4 + [3] * 20 + [4] * 24 + [5] * 25 + [6] * 17 + [7] * 6 + [8] * 2


def conditions(
    rng: np.random.Generator, sizes: list[int], accuracy: float, steepness: float
) -> np.ndarray:
    """True accuracy of each condition; those with more patients are easier by ``steepness``."""
    n = np.array(sizes)
    middle = np.clip(accuracy * (n / n.mean()) ** steepness, 0.005, 0.97)
    return rng.beta(3 * middle, 3 * (1 - middle))


def run_in(rng: np.random.Generator, sizes: list[int], easy: np.ndarray) -> dict:
    """A run of patients drawn from the conditions.

    Patients differ within conditions, and each is tested in five repeats.
    """
    n = np.array(sizes)
    condition = np.repeat(np.arange(len(n)), n)
    patient_rate = rng.beta(
        np.maximum(easy[condition], 1e-3), np.maximum(1 - easy[condition], 1e-3)
    )
    image = np.tile(np.arange(len(condition)), 5)
    scores = np.zeros((len(image), len(n)))
    hit = rng.random(len(image)) < patient_rate[image]
    scores[np.arange(len(image)), condition[image]] = np.where(hit, 1.0, -1.0)
    return {
        "scores": scores,
        "truth": condition[image],
        "image": image,
        "patient": image,
        "training_count": n[condition[image]],
    }


@pytest.mark.slow
@pytest.mark.parametrize("accuracy", [0.02, 0.1, 0.4])
@pytest.mark.parametrize(
    ("sizes", "steepness"),
    [
        (PAPER_SIZES, 0.0),
        (PAPER_SIZES, 1.5),
        ([2] * 60 + [6] * 20 + [8] * 18, 1.5),
        ([2] * 40, 0.0),
        ([2, 2, 2, 3, 3], 0.0),
    ],
    ids=["paper", "paper-steep", "steep", "pairs", "twelve-patients"],
)
def test_intervals_hold_the_truth(sizes: list[int], steepness: float, accuracy: float) -> None:
    """Near the 97 to 100 % of the docs in every world, micro and macro."""
    rng = np.random.default_rng(12)
    held = {"top1_micro": 0, "top1_macro": 0}
    for number in range(N_WORLDS):
        easy = conditions(rng, sizes, accuracy, steepness)
        micro, macro = np.average(easy, weights=sizes), easy.mean()
        run = run_in(rng, sizes, easy)
        found = summarise(**run, ks=(1,), band_edges=None, n_resamples=500, seed=number)
        for name, truth in (("top1_micro", micro), ("top1_macro", macro)):
            held[name] += found[name].low <= truth <= found[name].high
    print(sizes[:3], len(sizes), steepness, accuracy, {k: v / N_WORLDS for k, v in held.items()})
    assert min(held.values()) / N_WORLDS >= LEAST


@pytest.mark.slow
@pytest.mark.parametrize("accuracy", [0.02, 0.1, 0.4])
def test_two_equal_models_rarely_differ(accuracy: float) -> None:
    """False alarms of the paired test at 5 %: below 8 % (300 worlds: +- 2.5 points)."""
    rng = np.random.default_rng(13)
    alarms = {"top1_micro": 0, "top1_macro": 0}
    for number in range(300):
        easy = conditions(rng, PAPER_SIZES, accuracy, 0.0)
        a, b = (Outcomes.from_scores(**run_in(rng, PAPER_SIZES, easy)) for _ in "ab")
        found = compare(a, b, ks=(1,), n_resamples=500, seed=number)
        for name in alarms:
            alarms[name] += found[name].p_value <= 0.05
    print(accuracy, {name: count / 300 for name, count in alarms.items()})
    assert max(alarms.values()) / 300 <= 0.08
