"""How long specs/paper.yaml takes here: a few real steps of each network, then a product.

    python benchmarks/paper_time.py [NETWORK ...] [--steps 3]

A step is forward, backward and AdamW on a batch of 32 pictures of 224 pixels; the networks are the
paper's, with the paper's heads and random weights, which do not change the speed. One epoch of a
fold is 275 training and 68 validation images; the table is 5 folds of 50 epochs, and strict beside
it takes as long again. Processor time of one thread is counted, which other programs disturb
little; the hours are a product, and were not waited for.
"""

from __future__ import annotations

import argparse
import math
import statistics
import time
from collections.abc import Callable
from typing import Any

BATCH, SIDE, CONDITIONS = 32, 224, 103
EPOCHS, FOLDS = 50, 5
TRAINING, VALIDATION = 275, 68


def networks() -> dict[str, tuple[Callable[[], Any], str]]:
    """Name to the trunk's maker and the kind of head."""
    import torch
    import torchvision

    from rdface.backbones.clip_image import tower
    from rdface.backbones.networks.inception_resnet_v1 import InceptionResnetV1
    from rdface.backbones.networks.vgg_face import VGGFace

    def headless(name: str, head: str) -> Any:  # noqa: ANN401 - a module
        network: Any = torchvision.models.get_model(name, weights=None)
        setattr(network, head, torch.nn.Identity())
        return network

    return {
        "densenet169": (lambda: headless("densenet169", "classifier"), "pooled"),
        "swin_t": (lambda: headless("swin_t", "head"), "pooled"),
        "vggface": (lambda: VGGFace().without_linear(), "map"),
        "facenet-vggface2": (lambda: InceptionResnetV1().without_embedding(), "hidden"),
        "resnet152": (lambda: headless("resnet152", "fc"), "pooled"),
        "clip-vit-b-32": (tower, "pooled"),
    }


def measure(make: Callable[[], Any], head: Any, steps: int) -> tuple[float, float]:  # noqa: ANN401
    """Processor seconds of a training step, and of a batch forward; medians, the first left out."""
    import torch
    from torch.nn import functional

    from rdface.learners.tuning.head import make_head

    torch.manual_seed(0)
    pictures = torch.randn(BATCH, 3, SIDE, SIDE).to(memory_format=torch.channels_last)
    truth = torch.randint(0, CONDITIONS, (BATCH,))
    trunk = make().to(memory_format=torch.channels_last)
    with torch.inference_mode():
        shape = tuple(trunk.eval()(pictures[:1]).shape[1:])
    model = torch.nn.Sequential(trunk, make_head(head, shape, CONDITIONS, 0.5))
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=1e-4, fused=True)
    training, forward = [], []
    for _ in range(steps + 1):
        model.train()
        started = time.process_time()
        functional.cross_entropy(model(pictures), truth).backward()
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        training.append(time.process_time() - started)
        model.eval()
        started = time.process_time()
        with torch.inference_mode():
            model(pictures)
        forward.append(time.process_time() - started)
    return statistics.median(training[1:]), statistics.median(forward[1:])


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    known = networks()
    parser.add_argument("networks", nargs="*", default=[])
    parser.add_argument("--steps", type=int, default=3)
    options = parser.parse_args()
    import torch

    torch.set_num_threads(1)
    print(f"torch {torch.__version__}, processor time of one thread, {options.steps} steps\n")
    print("| backbone | s a step | s an epoch | core hours, five folds of 50 epochs |")
    print("| --- | --- | --- | --- |")
    for name in options.networks or known:
        make, head = known[name]
        step, forward = measure(make, head, options.steps)
        validation = math.ceil(VALIDATION / BATCH) * forward
        epoch = math.ceil(TRAINING / BATCH) * step + validation
        hours = FOLDS * EPOCHS * epoch / 3600
        print(f"| {name} | {step:.1f} | {epoch:.0f} | {hours:.1f} |", flush=True)


if __name__ == "__main__":
    main()
