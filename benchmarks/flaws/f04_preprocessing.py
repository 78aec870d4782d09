"""F4: ImageNet's normalisation for every network, and the whole picture instead of the face.

    python -m benchmarks.flaws.f04_preprocessing

Frozen networks with real weights, `sim103`, protocol `strict` (5 x 5 folds): each network's own
crop and normalisation against the paper's, by the quirks of those names, singly and together; and
FaceNet with constants, (x - 127.5) / 128, in place of the whitening of each picture that rdface
gives it.
"""

from __future__ import annotations

from benchmarks.flaws.frozen import Answers, Frozen, difference, open_frozen
from benchmarks.flaws.table import points, share, show, size
from rdface.backbones import Backbone, embed_all, load_backbone
from rdface.backbones.torch_backbone import TorchBackbone
from rdface.backbones.trunk import Normalisation
from rdface.bench.trainable import with_quirks
from rdface.learners import fit_fold
from rdface.protocols import PROTOCOLS

NETWORKS = ("facenet-torch", "efficientnet_lite0")
LEARNERS = ("prototype", "lda")
METRICS = ("top1_micro", "top10_micro", "mrr_micro")
OWN, FLAWED = "own crop, own normalisation", "whole picture, ImageNet's"
QUIRKS = {
    OWN: (),
    "own crop, ImageNet's": ("imagenet-norm-for-all",),
    "whole picture, own": ("stretched-picture",),
    FLAWED: ("stretched-picture", "imagenet-norm-for-all"),
}
CONSTANTS = "own crop, constants"
HALF = Normalisation((0.5, 0.5, 0.5), (128 / 255, 128 / 255, 128 / 255))


def variants(network: str) -> dict[str, Backbone]:
    """The network as each way feeds it."""
    loaded = load_backbone(network)
    found = {name: with_quirks(loaded, quirks) for name, quirks in QUIRKS.items()}
    if network == "facenet-torch":
        assert isinstance(loaded, TorchBackbone)  # noqa: S101 - that is what its name promises
        found[CONSTANTS] = loaded.changed(normalisation=HALF)
    return found


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
        ways = variants(network)
        found = embed_all(data.cohort, list(ways.values()), data.faces)
        data.features.update(zip(ways, found, strict=True))
        for learner in LEARNERS:
            model = f"{network}+{learner}"
            runs = {name: run(data, name, learner) for name in ways}
            for name, tested in runs.items():
                estimates = tested.estimates()
                numbers = [share(estimates[metric]) for metric in METRICS]
                rows.append([model, name, *numbers, size(estimates["top1_micro"])])
            pairs = [(name, OWN) for name in runs if name != OWN]
            for a, b in [*pairs, *([(FLAWED, CONSTANTS)] if CONSTANTS in runs else [])]:
                gap = difference(runs[a], runs[b])
                gaps.append([model, f"{a} less {b}", *(points(gap[metric]) for metric in METRICS)])
    show(
        ["model", "pictures", *METRICS, "n images / patients"],
        rows,
        "Strict, 5 repeats x 5 folds, intervals over patients",
    )
    show(["model", "pictures", *METRICS], gaps, "Differences, points, paired")


if __name__ == "__main__":
    main()
