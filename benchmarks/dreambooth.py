"""What DreamBooth costs: full fine-tuning, adapters, prior preservation; memory and time.

    python benchmarks/dreambooth.py [--base FOLDER] [--size 64] [--steps 40] [--samples 8]

Each row runs in a process of its own on one thread, whose peak memory it tells; times are of the
processor, so that other processes count little. The portraits are noise, for pixels do not change
the speed. The last row encodes its portraits in every step, as
the plain way does, in place of once.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

PORTRAITS = 4
FULL: dict[str, Any] = {"tuning": "full"}
ALONE: dict[str, Any] = {"prior_weight": 0}
ROWS: dict[str, dict[str, Any]] = {
    "full": FULL | ALONE,
    "full, U-Net alone": FULL | ALONE | {"train_text_encoder": False},
    "full, prior preservation": FULL,
    "full, gradient checkpointing": FULL | ALONE | {"gradient_checkpointing": True},
    "full, bf16": FULL | ALONE | {"precision": "bf16"},
    "LoRA": ALONE,
    "LoRA, prior preservation": {},
    "full, portraits encoded in every step": FULL | ALONE | {"encode": True},
}


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--base", default="embedded")
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--samples", type=int, default=8)
    parser.add_argument("--row", help="measure this one here and print JSON")
    options = parser.parse_args()
    if options.row:
        print(json.dumps(measure(options)))
        return
    print(
        f"base {options.base}, {options.size} px, batch {options.batch}, {options.steps} steps, "
        f"{options.samples} samples of 30 steps with guidance, one thread, processor time\n"
    )
    print("| what | learns, M | ms a step | s a sample | peak memory, MB | kept, MB |")
    print("|---|---|---|---|---|---|")
    for row in ROWS:
        done = subprocess.run(
            [sys.executable, *sys.argv, "--row", row], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(done.stderr)
        found = json.loads(done.stdout.splitlines()[-1])
        print(
            f"| {row} | {found['learns'] / 1e6:.2f} | {1e3 * found['step']:.0f} "
            f"| {found['sample']:.2f} | {found['peak']:.0f} | {found['kept']:.1f} |",
            flush=True,
        )


def measure(options: argparse.Namespace) -> dict[str, float]:
    """One row: medians over steps and batches of samples."""
    import torch

    from rdface.synthesis.dreambooth import Job, Recipe, train
    from rdface.synthesis.dreambooth import training as training_
    from rdface.synthesis.dreambooth.job import draw
    from rdface.synthesis.dreambooth.latents import encode
    from rdface.synthesis.dreambooth.pipeline import open_base

    changed = dict(ROWS[options.row])
    every_step = changed.pop("encode", False)
    recipe = Recipe(
        base=options.base,
        base_licence="measured only",
        steps=options.steps,
        batch=options.batch,
        checkpoint_every=0,
        prior_images=PORTRAITS,
        **changed,
    )
    base = open_base(recipe)
    rng = np.random.default_rng(0)
    shape = (PORTRAITS, options.size, options.size, 3)
    images = rng.integers(0, 256, shape).astype(np.uint8)
    with tempfile.TemporaryDirectory() as scratch:
        prior = Path(scratch) / "prior.npy"
        np.save(prior, images)
        folder = Path(scratch) / "job"
        has_prior = prior if recipe.prior_weight > 0 else None
        job = Job("A", images, recipe, 1, folder, base.sha256, has_prior)
        if every_step:
            plain = training_._Teacher._losses

            def encoding(self: Any, number: int, generator: Any) -> Any:  # noqa: ANN401
                encode(base.pipe.vae, images[: options.batch], torch.device("cpu"))
                return plain(self, number, generator)

            training_._Teacher._losses = encoding  # type: ignore[method-assign]
        times = [time.process_time()]
        about = train(job, "cpu", lambda _: times.append(time.process_time()))
        kept = (folder / "weights.safetensors").stat().st_size
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        started = time.process_time()
        drawn = [time.process_time() for _ in draw(job, 1, options.samples, device="cpu")]
    return {
        "learns": about["parameters"],
        "step": float(np.median(np.diff(times[3:]))),  # two steps to get warm
        "sample": (drawn[-1] - started) / options.samples,
        "peak": peak,
        "kept": kept / 2**20,
    }


if __name__ == "__main__":
    main()
