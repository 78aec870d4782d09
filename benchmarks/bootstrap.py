"""Time the patient bootstrap of all metrics beside the plain way, on a run of the paper's size.

    python benchmarks/bootstrap.py

456 images of 103 conditions, five repeats, 2,000 resamples. The plain way draws patients, gathers
their rows and averages them, once a resample and metric; it is timed on few resamples, its time is
multiplied, and its metrics of the whole run must equal ours.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from rdface.metrics import summarise, true_ranks

Arrays = dict[str, np.ndarray]
RESAMPLES = 2000
PLAIN_RESAMPLES = 20
SIZES = [1] * 5 + [2] * 4 + [3] * 21 + [4] * 23 + [5] * 24 + [6] * 17 + [7] * 6 + [8] * 3


def make_run(seed: int = 0) -> Arrays:
    """Random scores with some signal; every seventh image is of the patient before it."""
    rng = np.random.default_rng(seed)
    condition = np.repeat(np.arange(len(SIZES)), SIZES)
    new_patient = (np.arange(len(condition)) % 7 != 0) | (np.diff(condition, prepend=-1) != 0)
    image = np.tile(np.arange(len(condition)), 5)
    scores = rng.normal(size=(len(image), len(SIZES)))
    scores[np.arange(len(image)), condition[image]] += 1.5
    return {
        "scores": scores,
        "truth": condition[image],
        "image": image,
        "patient": np.cumsum(new_patient)[image],
        "training_count": rng.integers(1, 8, len(image)),
    }


def plain_metrics(run: Arrays, rows: np.ndarray) -> dict[str, float]:
    """Every metric of the rows, straight from the definitions."""
    ranks, truth = true_ranks(run["scores"][rows], run["truth"][rows]), run["truth"][rows]
    count = run["training_count"][rows]
    parts = {
        "": np.ones(len(rows), dtype=bool),
        "@1-2": (count >= 1) & (count <= 2),
        "@3-4": (count >= 3) & (count <= 4),
        "@5+": count >= 5,
    }
    found = {}
    columns = {f"top{k}": (ranks <= k).astype(float) for k in (1, 5, 10, 30)} | {"mrr": 1 / ranks}
    for suffix, part in parts.items():
        for name, values in columns.items():
            found[f"{name}_micro{suffix}"] = values[part].mean()
            rates = [values[part & (truth == c)].mean() for c in np.unique(truth[part])]
            found[f"{name}_macro{suffix}"] = float(np.mean(rates))
    return found


def plain_bootstrap(run: Arrays, resamples: int) -> None:
    """One resample after the other."""
    rng = np.random.default_rng(0)
    patients = np.unique(run["patient"])
    rows_of = {patient: np.flatnonzero(run["patient"] == patient) for patient in patients}
    for _ in range(resamples):
        drawn = rng.choice(patients, len(patients))
        plain_metrics(run, np.concatenate([rows_of[patient] for patient in drawn]))


def seconds(work: Callable[[], object], times: int = 3) -> float:
    """Best of several."""
    best = float("inf")
    for _ in range(times):
        begun = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begun)
    return best


def main() -> None:
    """Time both and print a table."""
    run = make_run()
    ours = summarise(**run)
    plain = plain_metrics(run, np.arange(len(run["truth"])))
    worst = max(abs(ours[name].value - value) for name, value in plain.items())
    fast = seconds(lambda: summarise(**run, n_resamples=RESAMPLES))
    slow = seconds(lambda: plain_bootstrap(run, PLAIN_RESAMPLES), times=1)
    slow *= RESAMPLES / PLAIN_RESAMPLES
    print(f"{len(plain)} metrics, {len(run['truth'])} rows, {RESAMPLES} resamples, one thread")
    print(f"largest difference of a metric   {worst:.1e}")
    print(f"rdface.metrics.summarise         {fast:8.2f} s")
    print(f"plain way (extrapolated)         {slow:8.2f} s")
    print(f"factor                           {slow / fast:8.0f}")


if __name__ == "__main__":
    main()
