"""F11: width and height are normalised apart, and a cosine of distances saturates.

    python -m benchmarks.flaws.f11_aspect

Nearest condition mean of the landmark descriptor under protocol `strict` on `sim103` (5 x 5 folds):
as the paper normalises it, by one length, by the distance of the eyes, and with every distance
standardised over the training images first.
"""

from __future__ import annotations

import numpy as np

from benchmarks.flaws.descriptor import Scale, condition_means, cosines, descriptors, standardised
from benchmarks.flaws.frozen import Answers, Frozen, difference, open_frozen
from benchmarks.flaws.table import points, share, show, size
from rdface.protocols import PROTOCOLS

SCALES: tuple[Scale, ...] = ("apart", "area", "eyes")
METRICS = ("top1_micro", "top10_micro", "mrr_micro")


def run(data: Frozen, x: np.ndarray, standard: bool) -> Answers:
    """Score every test image of ``strict`` by its cosine to the means of training images."""
    tested = Answers(data)
    for fold in PROTOCOLS.get("strict")(data.cohort.images, seed=0).folds:
        rows = fold.rows(data.cohort.image_ids)
        training = np.concatenate([rows.train, rows.validation])
        prepared = standardised(x, training) if standard else x
        means = condition_means(prepared[training], data.labels[training], data.n_conditions)
        tested.add(cosines(prepared[rows.test], means), rows.test, training)
    return tested


def between_conditions(data: Frozen, x: np.ndarray) -> np.ndarray:
    """Cosines between the means of different conditions, all images."""
    means = condition_means(x, data.labels, data.n_conditions)
    return cosines(means, means)[np.triu_indices(data.n_conditions, 1)]


def explained(data: Frozen, values: np.ndarray, draws: int = 2000) -> tuple[float, float]:
    """Share of a number's variance between conditions, one picture a patient; permutation p."""
    first = np.unique(data.patients, return_index=True)[1]
    values, labels = values[first], data.labels[first]
    counts = np.maximum(np.bincount(labels, minlength=data.n_conditions), 1)
    centred = values - values.mean()

    def between(order: np.ndarray) -> float:
        sums = np.bincount(labels, order, data.n_conditions)
        return float(np.sum(sums**2 / counts) / np.sum(centred**2))

    rng = np.random.default_rng(0)
    found = between(centred)
    chance = [between(rng.permutation(centred)) for _ in range(draws)]
    return found, (1 + sum(one >= found for one in chance)) / (1 + draws)


def eyes_to_mouth(points: np.ndarray) -> float:
    """Distance of the eyes over that of their middle from the mouth's: ``points [5, 2]``."""
    right_eye, left_eye, _, right_mouth, left_mouth = points
    height = (right_eye + left_eye) / 2 - (right_mouth + left_mouth) / 2
    return float(np.linalg.norm(right_eye - left_eye) / np.linalg.norm(height))


def main() -> None:
    """Measure and print."""
    data = open_frozen()
    found: dict[tuple[str, bool], Answers] = {}
    saturation = []
    for scale in SCALES:
        x = descriptors(data.cohort, data.faces, scale)
        for standard in (False, True):
            found[scale, standard] = run(data, x, standard)
            prepared = standardised(x, np.arange(len(x))) if standard else x
            quantiles = np.quantile(between_conditions(data, prepared), [0.01, 0.05, 0.5, 0.95])
            name = f"{scale}{', standardised' if standard else ''}"
            saturation.append([name, *(f"{value:.4f}" for value in quantiles)])
    flawed = found["apart", False]
    rows = []
    for (kind, standard), tested in found.items():
        estimates, gap = tested.estimates(), difference(flawed, tested)
        rows += [
            [
                f"{kind}{', standardised' if standard else ''}",
                metric,
                share(estimates[metric]),
                "" if tested is flawed else points(gap[metric]),
                size(gap[metric]),
            ]
            for metric in METRICS
        ]
    show(
        ["normalised", "metric", "nearest mean", "`apart` minus this", "n images / patients"],
        rows,
        "Strict, 5 repeats x 5 folds, intervals over patients",
    )
    show(
        ["normalised", "1 %", "5 %", "median", "95 %"],
        saturation,
        "Cosine between the means of two different conditions, quantiles over pairs",
    )
    found_faces = [data.faces.face(image) for image in data.cohort.image_ids]
    seen = [face for face in found_faces if face is not None]
    assert len(seen) == len(found_faces)  # noqa: S101 - sim103 has all faces
    ratio = np.array([face.box[2] / face.box[3] for face in seen], dtype=np.float64)
    shape = np.array([eyes_to_mouth(face.points.astype(np.float64)) for face in seen])
    show(
        ["number", "share of variance between conditions", "p (permutation)"],
        [
            [name, f"{one:.3f}", f"{p:.4f}"]
            for name, (one, p) in {
                "box: width / height": explained(data, ratio),
                "eye distance / eyes to mouth": explained(data, shape),
            }.items()
        ],
        "What is lost: one picture a patient",
    )


if __name__ == "__main__":
    main()
