"""Samples of fitted generators, each from its own seed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
import torch
from PIL import Image as Pillow

from rdface.files import sha256_bytes
from rdface.imaging import Image
from rdface.synthesis.generator import Sample

if TYPE_CHECKING:
    from rdface.synthesis.fastgan.fastgan import FastGAN
    from rdface.synthesis.fastgan.fitting import Fitted


def seed_of(seed: int, condition: str, k: int) -> int:
    """The seed of sample ``k`` of a condition, below 2**63."""
    return int(sha256_bytes(f"{seed} {k} {condition}".encode())[:16], 16) >> 1


def samples(
    options: FastGAN,
    fitted: Fitted,
    done: Mapping[str, int],
    counts: Mapping[str, int],
    seed: int,
) -> Iterator[Sample]:
    """Make ``counts`` samples of each condition but for the first ``done``.

    One at a time: in a batch, rounding would depend on the others.
    """
    steps = options.sampled_steps
    for condition, count in counts.items():
        for k in range(done.get(condition, 0), count):
            step, own = steps[k % len(steps)], seed_of(seed, condition, k)
            yield Sample(
                image=picture(options, fitted, step, condition, own),
                condition=condition,
                parents=fitted.parents,
                seed=own,
                notes={"step": str(step), "reconstruction": fitted.distance},
            )


def picture(options: FastGAN, fitted: Fitted, step: int, condition: str, seed: int) -> Image:
    """The picture of a seed.

    Args:
        options: Of the generator.
        fitted: What it learnt.
        step: Which of its networks.
        condition: One that it learnt; not read unconditional.
        seed: Of :func:`seed_of`.

    Returns:
        ``uint8 [S, S, 3]`` RGB.
    """
    noise = np.random.default_rng(seed).standard_normal((1, options.noise), np.float32)
    classes = None
    if fitted.conditions:
        classes = torch.tensor([fitted.conditions.index(condition)], device=fitted.device)
    with torch.inference_mode():
        given = torch.from_numpy(noise).to(fitted.device)
        made = fitted.networks[step](given, classes, options.known(step))
    pixels = ((made[0].permute(1, 2, 0).clamp(-1, 1) + 1) * 127.5).round().byte().cpu().numpy()
    side = options.sample_size
    if side is None or side == options.size:
        return np.ascontiguousarray(pixels)
    resized = Pillow.fromarray(pixels).resize((side, side), Pillow.Resampling.LANCZOS)
    return np.asarray(resized)
