"""FastGAN: seconds a step and samples a second, by size, width and precision.

python benchmarks/fastgan.py [--sizes 64 128] [--widths 16] [--precisions full bf16] [--steps 5]

Networks see noise in place of faces, which costs the same. CPU seconds are those of one thread and
do not depend on what else the machine does, as far as threads of a core do not share it.
"""

from __future__ import annotations

import argparse
import itertools
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch

from rdface.synthesis import Portraits
from rdface.synthesis.fastgan import FastGAN
from rdface.synthesis.fastgan.reconstruction import reconstruction
from rdface.synthesis.fastgan.training import Training

PORTRAITS = 16


def main() -> None:
    """One line for each combination."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[64, 128])
    parser.add_argument("--widths", type=int, nargs="+", default=[16])
    parser.add_argument("--precisions", nargs="+", default=["full", "bf16"])
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--samples", type=int, default=16)
    parser.add_argument("--conditional", action="store_true")
    given = parser.parse_args()
    torch.set_num_threads(1)
    for size, width, precision in itertools.product(given.sizes, given.widths, given.precisions):
        options = FastGAN(
            size=size,
            width=width,
            precision=precision,
            batch=given.batch,
            conditional=given.conditional,
            device="cpu",
            steps=1,
        )
        cpu, wall, weights = steps(options, given.steps)
        print(
            f"{size} px, width {width}, batch {given.batch}, {precision}: {cpu:.3f} CPU s a step "
            f"({wall:.3f} s by the clock, n = {given.steps}); {weights[0] / 1e6:.1f} M weights in "
            f"the generator, {weights[1] / 1e6:.1f} M in the discriminator"
        )
        if precision == given.precisions[0]:
            print(f"{size} px, width {width}: {rate(options, given.samples):.1f} samples a CPU s")


def noise(size: int) -> Portraits:
    """Noise in place of faces, two conditions."""
    images = np.random.default_rng(0).integers(0, 256, (PORTRAITS, size, size, 3), np.uint8)
    return Portraits(images, tuple(map(str, range(PORTRAITS))), ("A", "B") * (PORTRAITS // 2))


def steps(options: FastGAN, n: int) -> tuple[float, float, tuple[int, int]]:
    """CPU and clock seconds a step, and how many weights both networks have."""
    device, portraits = torch.device("cpu"), noise(options.size)
    training = Training(
        options,
        portraits.images,
        np.arange(PORTRAITS) % 2,
        2 * options.conditional,
        ((PORTRAITS, options.batch),),
        reconstruction("l1", device),
        seed=0,
        device=device,
    )
    for _ in range(2):
        training.advance()
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(n):
        training.advance()
    cpu, wall = (time.process_time() - cpu) / n, (time.perf_counter() - wall) / n
    networks = (training.generator, training.discriminator)
    first, second = (sum(p.numel() for p in network.parameters()) for network in networks)
    return cpu, wall, (first, second)


def rate(options: FastGAN, n: int) -> float:
    """Samples a CPU second, one at a time as they are made."""
    with TemporaryDirectory() as work:
        options.fit(noise(options.size), Path(work), seed=0)
        name = "A" if options.conditional else ""
        list(options.sample({name: 2}, seed=1))
        begun = time.process_time()
        made = sum(1 for _ in options.sample({name: n}, seed=0))
        return made / (time.process_time() - begun)


if __name__ == "__main__":
    main()
