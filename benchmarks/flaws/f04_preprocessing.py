"""F4: ImageNet's normalisation for every network, and the whole picture instead of the face.

    python -m benchmarks.flaws.f04_preprocessing

Frozen networks with real weights, `sim103`, protocol `strict` (5 x 5 folds): each network's own
crop and normalisation against the paper's, by the quirks of those names, singly and together.
"""

from __future__ import annotations

from benchmarks.flaws.frozen import Answers, Frozen, difference, open_frozen
from benchmarks.flaws.table import points, share, show, size
from rdface.backbones import embed_all, load_backbone
from rdface.bench.trainable import with_quirks
from rdface.learners import fit_fold
from rdface.protocols import PROTOCOLS

NETWORKS = ("facenet-torch", "efficientnet_lite0")
LEARNERS = ("prototype", "lda")
METRICS = ("top1_micro", "top10_micro", "mrr_micro")
OWN = "own crop, own normalisation"
QUIRKS = {
    OWN: (),
    "own crop, ImageNet's": ("imagenet-norm-for-all",),
    "whole picture, own": ("stretched-picture",),
    "whole picture, ImageNet's": ("stretched-picture", "imagenet-norm-for-all"),
}


def run(data: Frozen, name: str, learner: str) -> Answers:
    """Score every test image of ``strict``."""
    tested = Answers(data)
    for fold in PROTOCOLS.get("strict")(data.cohort.images, seed=0).folds:
        rows = fold.rows(data.cohort.image_ids)
        scores = fit_fold(
            {name: data.features[name]},
            data.labels,
            rows,
            learner=learner,
            n_conditions=data.n_conditions,
        ).scores
        tested.add(scores, rows.test, rows.train)
    return tested


def main() -> None:
    """Measure and print."""
    data = open_frozen()
    rows, gaps = [], []
    for network in NETWORKS:
        loaded = load_backbone(network)
        ways = {name: with_quirks(loaded, quirks) for name, quirks in QUIRKS.items()}
        found = embed_all(data.cohort, list(ways.values()), data.faces)
        data.features.update(zip(ways, found, strict=True))
        for learner in LEARNERS:
            model = f"{network}+{learner}"
            runs = {name: run(data, name, learner) for name in ways}
            for name, tested in runs.items():
                estimates = tested.estimates()
                numbers = [share(estimates[metric]) for metric in METRICS]
                rows.append([model, name, *numbers, size(estimates["top1_micro"])])
            for name in list(runs)[1:]:
                gap = difference(runs[name], runs[OWN])
                numbers = [points(gap[metric]) for metric in METRICS]
                gaps.append([model, f"{name} less {OWN}", *numbers])
    show(
        ["model", "pictures", *METRICS, "n images / patients"],
        rows,
        "Strict, 5 repeats x 5 folds, intervals over patients",
    )
    show(["model", "pictures", *METRICS], gaps, "Differences, points, paired")


if __name__ == "__main__":
    main()
