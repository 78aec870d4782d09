"""F4: ImageNet's normalisation for every network, and the whole picture instead of the face.

    python -m benchmarks.flaws.f04_preprocessing

Frozen networks with real weights, `sim103`, protocol `strict` (5 x 5 folds): each network's own
crop and normalisation against the paper's, by the quirks of those names, singly and together.
"""

from __future__ import annotations

from benchmarks.flaws.frozen import Frozen, Tested, difference, open_frozen
from benchmarks.flaws.table import points, share, show, size
from rdface.backbones import embed_all, load_backbone
from rdface.bench.trainable import with_quirks
from rdface.learners import fit_fold
from rdface.protocols import PROTOCOLS

NETWORKS = ("facenet-torch", "efficientnet_lite0")
LEARNERS = ("prototype", "lda")
METRICS = ("top1_micro", "top10_micro", "mrr_micro")
QUIRKS = {
    "own crop, own normalisation": (),
    "own crop, ImageNet's": ("imagenet-norm-for-all",),
    "whole picture, own": ("stretched-picture",),
    "whole picture, ImageNet's": ("stretched-picture", "imagenet-norm-for-all"),
}


def run(data: Frozen, name: str, learner: str) -> Tested:
    """Score every test image of ``strict``."""
    tested = Tested(data)
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
    rows = []
    for network in NETWORKS:
        loaded = load_backbone(network)
        backbones = [with_quirks(loaded, quirks) for quirks in QUIRKS.values()]
        found = embed_all(data.cohort, backbones, data.faces)
        data.features.update(zip(QUIRKS, found, strict=True))
        for learner in LEARNERS:
            runs = {name: run(data, name, learner) for name in QUIRKS}
            sound = next(iter(runs.values()))
            for name, tested in runs.items():
                estimates, gap = tested.estimates(), difference(tested, sound)
                rows.append(
                    [f"{network}+{learner}", name]
                    + [share(estimates[metric]) for metric in METRICS]
                    + ["" if tested is sound else points(gap["top10_micro"])]
                    + ["" if tested is sound else points(gap["mrr_micro"])]
                    + [size(estimates["top1_micro"])]
                )
    show(
        ["model", "pictures", *METRICS, "top-10 less own", "MRR less own", "n images / patients"],
        rows,
        "Strict, 5 repeats x 5 folds, intervals over patients",
    )


if __name__ == "__main__":
    main()
