"""F1: images are divided, not patients. What does a second picture of a patient give away?

    python -m benchmarks.flaws.f01_patients

Protocol `paper` on `sim103` with frozen embeddings, 20 seeds. Three tables: images divided against
patients divided; inside the splits by image, the images of patients with several pictures,
while another one was trained and while none was; and each such image against a model of everything
else, once without its patient's other pictures and once without as many of other patients instead.
"""

from __future__ import annotations

import argparse

import numpy as np

from benchmarks.flaws.frozen import Answers, Frozen, difference, open_frozen, paired
from benchmarks.flaws.table import points, share, show, size
from rdface.learners import LEARNERS, fit_fold
from rdface.learners.model import fit_model
from rdface.learners.preparation import Preparation
from rdface.protocols import PROTOCOLS

PAIRS = (("sface", "prototype"), ("sface", "logistic"), ("facenet", "prototype"))
METRICS = ("top1_micro", "top10_micro", "mrr_micro")
FIXED = {"prototype": {}, "logistic": {"c": 100.0}}


def run(data: Frozen, backbone: str, learner: str, seeds: int) -> dict[str, Answers]:
    """Both divisions, and the two parts of the division by image."""
    found = {name: Answers(data) for name in ("image", "patient", "trained", "apart")}
    for divide_by in ("image", "patient"):
        for seed in range(seeds):
            split = PROTOCOLS.get("paper")(data.cohort.images, seed=seed, divide_by=divide_by)
            for fold in split.folds:
                rows = fold.rows(data.cohort.image_ids)
                scores = fit_fold(
                    {backbone: data.features[backbone]},
                    data.labels,
                    rows,
                    learner=learner,
                    n_conditions=data.n_conditions,
                    refit=split.refit,
                ).scores
                found[divide_by].add(scores, rows.test, rows.train)
                if divide_by == "image":
                    trained = np.isin(data.patients[rows.test], data.patients[rows.train])
                    found["trained"].add(scores, rows.test, rows.train, trained)
                    found["apart"].add(scores, rows.test, rows.train, ~trained)
    return found


def without_one(data: Frozen, backbone: str, learner: str) -> tuple[Answers, Answers]:
    """Models of all images but the tested one, and the patient's others or as many of strangers."""
    x = data.features[backbone].astype(np.float64)
    leaky, clean = Answers(data), Answers(data)
    everything = np.arange(len(data.labels))
    rng = np.random.default_rng(0)
    for row in everything:
        other = (data.patients == data.patients[row]) & (everything != row)
        strangers = (data.labels == data.labels[row]) & (data.patients != data.patients[row])
        if not other.any() or strangers.sum() < other.sum():
            continue
        drawn = rng.choice(np.flatnonzero(strangers), other.sum(), replace=False)
        for run, taken in ((leaky, drawn), (clean, np.flatnonzero(other))):
            training = np.delete(everything, [row, *taken])
            model = fit_model(
                LEARNERS.get(learner),
                x[training],
                data.labels[training],
                n_conditions=data.n_conditions,
                preparation=Preparation(centre=True, unit=True),
                parameters=FIXED[learner],
            )
            run.add(model.scores(x[[row]]), np.array([row]), training)
    return leaky, clean


def rows_of(name: str, flawed: Answers, sound: Answers) -> list[list[str]]:
    """A row a metric: with, without, difference, n."""
    a, b = paired(flawed, sound)
    gap = difference(flawed, sound)
    return [
        [name, metric, share(a[metric]), share(b[metric]), points(gap[metric]), size(gap[metric])]
        for metric in METRICS
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=20)
    seeds = parser.parse_args().seeds
    data = open_frozen(["sface", "facenet"])
    whole, inside, twins = [], [], []
    for backbone, learner in PAIRS:
        name = f"{backbone}+{learner}"
        found = run(data, backbone, learner, seeds)
        whole += rows_of(name, found["image"], found["patient"])
        inside += rows_of(name, found["trained"], found["apart"])
        twins += rows_of(name, *without_one(data, backbone, learner))
    end = ["difference", "n images / patients"]
    show(["model", "metric", "images divided", "patients divided", *end], whole, f"{seeds} seeds")
    show(
        ["model", "metric", "another picture trained", "none trained", *end],
        inside,
        f"Patients with several pictures, images divided, {seeds} seeds",
    )
    show(
        ["model", "metric", "patient's others trained", "strangers' instead", *end],
        twins,
        "Patients with several pictures, one tested at a time, as many left out either way",
    )


if __name__ == "__main__":
    main()
