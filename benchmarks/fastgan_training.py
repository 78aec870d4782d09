"""FastGAN on a fold of `strict`: train it in short stretches and look at it after each.

python benchmarks/fastgan_training.py --work WORK --steps 250 500 1000 [--controls COHORT]
    [--cohort sim103] [--size 64] [--width 16] [--samples 200] [--sheet sheet.png]

With ``--controls`` the conditional network, half of each batch unaffected children and the
condition let in between steps 500 and 1500; without, the paper's unconditional one. Prints for each
of the steps how many samples show YuNet a face, at all and with a score above 0.9, with Wilson's
95 % interval; and the same for the portraits it learnt from. What lies in WORK is not trained anew.
The sheet shows 40 samples of the last step.
"""

from __future__ import annotations

import argparse
import logging
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from scipy.stats import binomtest

from rdface.cohort import load_cohort
from rdface.faces import find_faces, load_detector, locate_faces
from rdface.files import write_bytes
from rdface.protocols import PROTOCOLS
from rdface.synthesis import Portraits, take_portraits
from rdface.synthesis.fastgan import FastGAN

SURE = 0.9
SCALE = 2


def main() -> None:
    """Train, count, draw."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--steps", type=int, nargs="+", required=True)
    parser.add_argument("--cohort", default="sim103")
    parser.add_argument("--controls")
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--samples", type=int, default=200)
    parser.add_argument("--sheet", type=Path)
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(1)
    cohort = load_cohort(given.cohort)
    fold = PROTOCOLS.get("strict")(cohort.images, seed=0).folds[0]
    ids = [name for name in cohort.image_ids if name in set(fold.train)]
    portraits = take_portraits(cohort, locate_faces(cohort), ids, given.size)
    options: dict[str, Any] = {"size": given.size, "width": given.width, "precision": "bf16"}
    options |= {"device": "cpu", "checkpoint_every": 250}
    controls = None
    if given.controls:
        others = load_cohort(given.controls)
        controls = take_portraits(others, locate_faces(others), others.image_ids, given.size)
        options |= {"conditional": True, "controls_share": 0.5}
        options |= {"class_from": 500, "class_full": 1500}
    print(f"{len(portraits)} portraits: {faces(portraits.images)}", flush=True)
    for steps in given.steps:
        generator = FastGAN(**options, steps=steps)
        generator.fit(portraits, given.work, seed=0, controls=controls)
        images = drawn(generator, portraits, given.samples)
        print(f"step {steps}: {faces(images)}", flush=True)
    if given.sheet:
        encoded = cv2.imencode(given.sheet.suffix, sheet(images[:40], steps, bool(controls)))[1]
        write_bytes(given.sheet, encoded.tobytes())


def drawn(generator: FastGAN, portraits: Portraits, n: int) -> NDArray[np.uint8]:
    """``n`` samples; of a conditional network of one condition after the other, round by round."""
    if not generator.conditional:
        return np.stack([sample.image for sample in generator.sample({"": n}, seed=0)])
    names = sorted(portraits.rows_of)
    rounds = -(-n // len(names))
    made = [sample.image for sample in generator.sample(dict.fromkeys(names, rounds), seed=0)]
    order = [k * rounds + turn for turn in range(rounds) for k in range(len(names))]
    return np.stack([made[k] for k in order[:n]])


def faces(images: NDArray[np.uint8]) -> str:
    """How many show a face, and how many surely."""
    detector = load_detector("yunet")
    scores = [
        max((face.score for face in find_faces(image, detector)[0]), default=0.0)
        for image in images
    ]
    told = []
    for label, least in (("a face", 0.0), (f"score above {SURE}", SURE)):
        count = sum(score > least for score in scores)
        low, high = binomtest(count, len(scores)).proportion_ci(method="wilson")
        told.append(
            f"{label} {100 * count / len(scores):.0f} % ({100 * low:.0f} to {100 * high:.0f})"
        )
    return f"{', '.join(told)}, n = {len(scores)}"


def sheet(images: NDArray[np.uint8], steps: int, conditional: bool) -> NDArray[np.uint8]:
    """Ten a row, BGR, under a line that says what they are."""
    rows = [np.concatenate(list(images[k : k + 10]), axis=1) for k in range(0, len(images), 10)]
    grid = np.concatenate(rows)[..., ::-1].repeat(SCALE, 0).repeat(SCALE, 1)
    head = np.full((32, grid.shape[1], 3), 255, np.uint8)
    kind = "conditional" if conditional else "unconditional"
    text = f"SYNTHETIC - fastgan, {kind}, step {steps}: nobody is shown"
    cv2.putText(head, text, (8, 22), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (0, 0, 0), 1, cv2.LINE_AA)
    return np.ascontiguousarray(np.concatenate([head, grid]))


if __name__ == "__main__":
    main()
