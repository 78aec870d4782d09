"""How much faster embeddings are extracted than in eager torch, on this machine, in one run.

    python benchmarks/extraction.py [NETWORK ...]

Weights are random: they do not change the speed. Both ways take the same uint8 crops and give
the same pooled features; the ways take turns, and the medians are compared. Eager torch has all
threads and its better batch size.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable

import numpy as np

NETWORKS = ("tf_efficientnet_lite0", "resnet18", "resnet50")
BATCHES = (1, 16)
TARGET = 1.8


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("networks", nargs="*", default=NETWORKS)
    parser.add_argument("--images", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()

    import torch

    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads")
    print("| network | eager, 1 | eager, 16 | rdface | ratio to 1 | ratio to 16 | difference |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as cache:
        os.environ["RDFACE_CACHE"] = cache
        for network in options.networks:
            print(row(network, options.images, options.rounds), flush=True)


def row(name: str, count: int, rounds: int) -> str:
    """Milliseconds per picture both ways, and by how much the results differ."""
    import timm
    import torch

    from rdface.backbones.torch_backbone import MARGIN, TorchBackbone
    from rdface.backbones.trunk import Normalisation
    from rdface.faces import Crop

    torch.manual_seed(0)
    network = timm.create_model(name, pretrained=False, num_classes=0)
    config = timm.data.resolve_model_data_config(network)
    side = config["input_size"][1]
    crop = Crop(side, side, "points", MARGIN)
    normalisation = Normalisation(tuple(config["mean"]), tuple(config["std"]))
    backbone = TorchBackbone(name, network, crop, normalisation)
    pictures = np.random.default_rng(0).integers(0, 256, (count, side, side, 3), dtype=np.uint8)

    def eager(batch: int) -> np.ndarray:
        with torch.inference_mode():
            parts = torch.from_numpy(pictures).split(batch)
            return np.concatenate([backbone.network(part).numpy() for part in parts])

    ways: list[Callable[[], np.ndarray]] = [
        *(lambda batch=batch: eager(batch) for batch in BATCHES),
        lambda: backbone.embed(pictures),
    ]
    results = [way() for way in ways]  # warm up
    seconds: list[list[float]] = [[] for _ in ways]
    for _ in range(rounds):
        for times, way in zip(seconds, ways, strict=True):
            started = time.perf_counter()
            way()
            times.append(time.perf_counter() - started)
    one, many, ours = (1000 * statistics.median(times) / count for times in seconds)
    away = np.abs(results[-1] - results[0]).max() / np.abs(results[0]).max()
    return (
        f"| {name} | {one:.1f} ms | {many:.1f} ms | {ours:.1f} ms "
        f"| {one / ours:.2f} | {many / ours:.2f} | {away:.1e} |"
    )


if __name__ == "__main__":
    main()
