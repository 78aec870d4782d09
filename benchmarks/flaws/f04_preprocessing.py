"""F4: ImageNet's normalisation for every network, and the whole picture instead of the face.

    python -m benchmarks.flaws.f04_preprocessing

Frozen networks with real weights, `sim103`, protocol `strict` (5 x 5 folds): each network's own
crop and normalisation against the paper's, by the quirks of those names, singly and together; and
FaceNet with each picture whitened by its own mean and SD, as its older networks were trained.
"""

from __future__ import annotations

import numpy as np

from benchmarks.flaws.frozen import Answers, Frozen, difference, open_frozen
from benchmarks.flaws.table import points, share, show, size
from rdface.backbones import embed_all, load_backbone
from rdface.backbones.torch_backbone import TorchBackbone
from rdface.bench.trainable import with_quirks
from rdface.faces.cut import cut_all
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
WHITENED = "own crop, whitened"
BATCH = 16


def whitened(backbone: TorchBackbone, crops: np.ndarray) -> np.ndarray:
    """Embed crops, each less its own mean and divided by its own SD over all values."""
    import torch

    network = backbone.network.get_submodule("network")
    pixels = torch.from_numpy(crops).permute(0, 3, 1, 2).float()
    pixels -= pixels.mean(dim=(1, 2, 3), keepdim=True)
    pixels /= pixels.std(dim=(1, 2, 3), keepdim=True, unbiased=False)
    with torch.inference_mode():
        return torch.cat([network(part).flatten(1) for part in torch.split(pixels, BATCH)]).numpy()


def embedded(data: Frozen, network: str) -> dict[str, np.ndarray]:
    """The cohort as the network sees it each way."""
    loaded = load_backbone(network)
    backbones = [with_quirks(loaded, quirks) for quirks in QUIRKS.values()]
    found = dict(zip(QUIRKS, embed_all(data.cohort, backbones, data.faces), strict=True))
    if network == "facenet-torch":
        assert isinstance(loaded, TorchBackbone)  # noqa: S101 - that is what its name promises
        crops = cut_all(data.cohort, data.faces, loaded.crop)
        found[WHITENED] = whitened(loaded, crops)
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
        ways = embedded(data, network)
        data.features.update(ways)
        for learner in LEARNERS:
            model = f"{network}+{learner}"
            runs = {name: run(data, name, learner) for name in ways}
            for name, tested in runs.items():
                estimates = tested.estimates()
                numbers = [share(estimates[metric]) for metric in METRICS]
                rows.append([model, name, *numbers, size(estimates["top1_micro"])])
            pairs = [(name, OWN) for name in runs if name != OWN]
            for a, b in pairs:
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
