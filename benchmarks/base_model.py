"""What the embedded base model can and cannot draw: a table, and a sheet of 40 for the eye.

    python benchmarks/base_model.py --population FOLDER [--base FOLDER] [--samples 103]

`--population` is the cohort it was trained on (`rdface simulate --population unaffected --size 128
--out FOLDER`). Held-out children are sim103-controls: 103 other simulated unaffected ones, one
portrait each at the base's size. Each sample gets the caption of one of them. The columns:

- found: share in which YuNet finds a face, at three times the size;
- sex, ancestry, age: share in which a logistic regression on SFace embeddings, fitted on training
  portraits, names what the caption says (age: below 3, 3 to 9, 10 years and more). Chance is the
  largest class. A row that was told nothing (no caption) stands for how much portraits look alike;
- nearer: share whose nearest training portrait is nearer (SFace, cosine) than that portrait's own
  nearest other child: what the held-out children have is no copying.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from rdface.backbones import load_backbone
from rdface.cohort import load_cohort
from rdface.cohort.schema import age_in_years
from rdface.faces import align, find_faces, load_detector, locate_faces, main_face
from rdface.files import write_bytes
from rdface.metrics.small_samples import wilson_interval
from rdface.synthesis import take_portraits
from rdface.synthesis.base_model.captions import attributes
from rdface.synthesis.dreambooth import Recipe
from rdface.synthesis.dreambooth.latents import encode
from rdface.synthesis.dreambooth.pipeline import open_base

ASPECTS = ("sex", "ancestry", "age")
STEPS = 30


def main() -> None:
    """Print the table and write the sheet."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--population", required=True)
    parser.add_argument("--known", type=int, default=2000, help="Training portraits looked at.")
    parser.add_argument("--base", default="embedded")
    parser.add_argument("--samples", type=int, default=103)
    parser.add_argument("--guidance", type=float, nargs="+", default=[1, 2, 4])
    parser.add_argument("--out", type=Path, default=Path("docs/images/base-model.jpg"))
    options = parser.parse_args()
    pipe = open_base(Recipe(base=options.base, base_licence="measured only")).pipe
    side = int(pipe.unet.config.sample_size * pipe.vae_scale_factor)
    judge = Judge(*portraits_of(options.population, side, options.known))
    real, told = portraits_of("sim103-controls", side, options.samples)
    captions = [spoken(known) for known in told["captions"]]
    print(f"{len(judge.known)} training portraits, {len(real)} held-out children, n of each row")
    print("\n| faces | found | sex | ancestry | age | nearer | s each |")
    print("|---|---|---|---|---|---|---|")
    print(f"| held-out children | {judge.row(real, told)} | |")
    passed = through(pipe, real)
    print(f"| the same through its autoencoder | {judge.row(passed, told)} | |", flush=True)
    for strength in options.guidance:
        images, seconds = draw(pipe, captions, strength)
        row = judge.row(images, told)
        print(f"| captions, guidance {strength:g} | {row} | {seconds:.2f} |", flush=True)
        if strength == 2:
            write_sheet(images[:40], captions, options.out)
    images, seconds = draw(pipe, ["photo of a child"] * len(captions), 2)
    print(f"| photo of a child, guidance 2 | {judge.row(images, told)} | {seconds:.2f} |")


def portraits_of(name: str, side: int, most: int) -> tuple[np.ndarray, dict[str, Any]]:
    """Portraits, and what is known of each."""
    cohort = load_cohort(name)
    ids = cohort.image_ids[:most]
    portraits = take_portraits(cohort, locate_faces(cohort), ids, side)
    table = cohort.images.set_index("image_id", drop=False).loc[list(portraits.image_ids)]
    years = np.array([age_in_years(age) for age in table["age"]])
    told: dict[str, Any] = {
        "sex": table["sex"].to_numpy(),
        "ancestry": table["ancestry"].to_numpy(),
        "age": np.digitize(years, [3, 10]),
        "captions": attributes(table),
    }
    return portraits.images, told


def spoken(known: dict[str, str]) -> str:
    """The whole caption."""
    return (
        f"photo of a {known['age']} {known['ancestry']} {known['noun']}, {known['expression']}, "
        f"{known['light']}"
    )


def draw(pipe: Any, captions: list[str], guidance: float) -> tuple[np.ndarray, float]:  # noqa: ANN401
    """A sample for each caption, ``uint8``; processor seconds each."""
    import torch

    torch.set_num_threads(1)
    pipe.set_progress_bar_config(disable=True)
    began, images = time.process_time(), []
    for start in range(0, len(captions), 25):
        made = pipe(
            captions[start : start + 25],
            num_inference_steps=STEPS,
            guidance_scale=guidance,
            generator=torch.Generator().manual_seed(start),
            output_type="np",
        ).images
        images.append((made * 255).round().astype(np.uint8))
    return np.concatenate(images), (time.process_time() - began) / len(captions)


def through(pipe: Any, images: np.ndarray) -> np.ndarray:  # noqa: ANN401
    """What the autoencoder makes of pictures."""
    import torch

    means = encode(pipe.vae, images, torch.device("cpu")).mean
    means = means / float(pipe.vae.config.scaling_factor)
    with torch.inference_mode():
        pixels = torch.cat([pipe.vae.decode(part).sample for part in means.split(25)])
    levels = ((pixels.permute(0, 2, 3, 1).numpy() + 1) * 127.5).clip(0, 255)
    return np.asarray(levels.round().astype(np.uint8))


class Judge:
    """Fitted on training portraits."""

    def __init__(self, images: np.ndarray, told: dict[str, Any]) -> None:
        self.detector, self.backbone = load_detector("yunet"), load_backbone("sface")
        x, seen = self.describe(images)
        self.known = x[seen]
        self.probes = {
            aspect: make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=500)).fit(
                self.known, told[aspect][seen]
            )
            for aspect in ASPECTS
        }
        alike = self.known @ self.known.T
        np.fill_diagonal(alike, -1)
        self.own = alike.max(axis=1)

    def describe(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Unit embeddings, and where a face was found."""
        found, seen = np.zeros((len(images), self.backbone.dim)), np.zeros(len(images), bool)
        for row, image in enumerate(images):
            big = cv2.resize(image, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC)
            face = main_face(find_faces(big, self.detector)[0])
            if face is not None:
                vector = self.backbone.embed(align(big, face, self.backbone.crop)[None])[0]
                found[row], seen[row] = vector / np.linalg.norm(vector), True
        return found, seen

    def row(self, images: np.ndarray, told: dict[str, Any]) -> str:
        """The columns between bars."""
        x, seen = self.describe(images)
        parts = [share(seen)]
        for aspect in ASPECTS:
            right = self.probes[aspect].predict(x[seen]) == told[aspect][: len(x)][seen]
            parts.append(share(right))
        alike = x[seen] @ self.known.T
        nearest = alike.argmax(axis=1)
        parts.append(share(alike.max(axis=1) > self.own[nearest]))
        return " | ".join(parts)


def share(hits: np.ndarray) -> str:
    """Per cent, 95 % and n."""
    low, high = wilson_interval(float(hits.mean()), len(hits))
    return f"{100 * hits.mean():.0f} [{100 * low:.0f}, {100 * high:.0f}] of {len(hits)}"


def write_sheet(images: np.ndarray, captions: list[str], out: Path) -> None:
    """Eight across at 160 pixels, each above its caption."""
    side, rows = 160, []
    for start in range(0, len(images), 8):
        tiles = []
        for image, text in zip(images[start : start + 8], captions[start:], strict=False):
            big = cv2.resize(image, (side, side), interpolation=cv2.INTER_CUBIC)
            foot = np.full((26, side, 3), 20, np.uint8)
            who, *rest = text.removeprefix("photo of a ").split(", ")
            for line, part in enumerate((who, ", ".join(rest))):
                at = (3, 10 + 12 * line)
                cv2.putText(foot, part, at, cv2.FONT_HERSHEY_SIMPLEX, 0.32, (255,) * 3, 1, 16)
            tiles.append(np.vstack([big, foot]))
        tiles += [np.full_like(tiles[0], 20)] * (8 - len(tiles))
        rows.append(np.hstack(tiles))
    head = np.full((28, rows[0].shape[1], 3), 20, np.uint8)
    text = "SYNTHETIC  embedded base model, unaffected children, guidance 2"
    cv2.putText(head, text, (8, 19), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (255, 255, 255), 1, 16)
    encoded = cv2.imencode(
        ".jpg", np.vstack([head, *rows])[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85]
    )[1]
    write_bytes(out, encoded.tobytes())


if __name__ == "__main__":
    main()
