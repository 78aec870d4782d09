"""Settings of DreamBooth side by side, judged by the training portraits alone.

    python benchmarks/dreambooth_settings.py --try "steps=200 tuning=full" --try "steps=400" \
        [--base FOLDER] [--conditions 6] [--samples 8] [--out FOLDER]

Learns from the training part of the first fold of `strict` on sim103; validation and test are not
opened. Chosen are as many conditions with one portrait, with two or three, and with more, the first
ones by name. A sheet of each try (SYNTHETIC stands on it) is for the eye; the table says

- found: share of samples in which YuNet finds a face, at three times the size;
- top-10: share of found samples whose condition is among the ten nearest of all that have training
  portraits, by SFace and by the 468 points: cosine to a condition's mean, all centred on the mean
  of the training portraits. The first row has the training portraits themselves, each held out of
  its mean, those whose condition has another; the second row the same after a passage through
  the base's autoencoder, which no sample can better;
- nearness: distance (RMS over pixels) to the nearest own portrait over that to the nearest one of
  any other condition, the median; near 1 for the held-out portraits, near 0 for copies;
- copies: share of samples with a nearness below one half;
- spread: RMS distance between two samples of a condition over that between two of its portraits.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import cv2
import numpy as np
import yaml

from rdface.backbones import load_backbone
from rdface.cohort import load_cohort
from rdface.faces import align, find_faces, load_detector, locate_faces, main_face
from rdface.files import write_bytes
from rdface.protocols import PROTOCOLS
from rdface.synthesis import Portraits, take_portraits
from rdface.synthesis.dreambooth import DreamBooth

INSTRUMENTS = ("sface", "landmarks")
Vectors = dict[str, np.ndarray]


def main() -> None:
    """Print a row for each try and write its sheet."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--try", dest="tries", action="append", required=True)
    parser.add_argument("--base", default="embedded")
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--conditions", type=int, default=6)
    parser.add_argument("--samples", type=int, default=8)
    parser.add_argument("--out", type=Path, default=Path("runs/dreambooth-settings"))
    options = parser.parse_args()
    cohort = load_cohort("sim103")
    fold = PROTOCOLS.get("strict")(cohort.images, seed=0, repeats=1).folds[0]
    portraits = take_portraits(cohort, locate_faces(cohort), fold.train, options.size)
    judge = Judge(portraits)
    names = chosen(portraits, options.conditions)
    print(
        f"{len(portraits)} training portraits; {', '.join(names)}; {options.samples} samples each"
    )
    print("\n| try | s to learn one | s a sample | found | top-10 SFace | top-10 points |", end="")
    print(" nearness | copies | spread |\n|---|---|---|---|---|---|---|---|---|")
    print(f"| (training portraits, each held out) | | | {judge.held_out(portraits.images)} |")
    passed = through_autoencoder(options.base, portraits.images)
    print(f"| (the same through the autoencoder) | | | {judge.held_out(passed)} |", flush=True)
    for number, line in enumerate(options.tries):
        settings = {k: yaml.safe_load(v) for k, v in (part.split("=", 1) for part in line.split())}
        tool = DreamBooth(
            **{"base": options.base, "base_licence": "measured only", "size": options.size},
            **{"conditions": names, **settings},
        )
        began = time.process_time()
        tool.fit(portraits, options.out / f"try{number}.work", seed=0)
        learnt = time.process_time()
        samples = list(tool.sample(dict.fromkeys(names, options.samples), seed=0))
        done = time.process_time()
        made = {c: np.stack([s.image for s in samples if s.condition == c]) for c in names}
        print(
            f"| {line} | {(learnt - began) / len(names):.0f} | {(done - learnt) / len(samples):.2f}"
            f" | {judge.samples(made)} |",
            flush=True,
        )
        draw_sheet(portraits, made, options.out / f"try{number}.jpg", line)


def chosen(portraits: Portraits, many: int) -> tuple[str, ...]:
    """A third with one portrait, a third with two or three, a third with more."""
    counts = {name: len(rows) for name, rows in sorted(portraits.rows_of.items())}
    thirds = [
        [name for name, n in counts.items() if low <= n <= high]
        for low, high in ((1, 1), (2, 3), (4, 99))
    ]
    return tuple(name for third in thirds for name in third[: many // 3])


class Judge:
    """Measures faces against training portraits, which stand for their conditions."""

    def __init__(self, portraits: Portraits) -> None:
        self.portraits = portraits
        self.names = list(portraits.rows_of)
        self.labels = np.array([self.names.index(name) for name in portraits.conditions])
        self.detector = load_detector("yunet")
        self.backbones = {name: load_backbone(name) for name in INSTRUMENTS}
        self.known, _ = self.describe(portraits.images)
        self.centre = {name: np.nanmean(x, axis=0) for name, x in self.known.items()}

    def describe(self, images: np.ndarray) -> tuple[Vectors, np.ndarray]:
        """Embeddings, NaN without a face; and where there is one."""
        found = {name: np.full((len(images), b.dim), np.nan) for name, b in self.backbones.items()}
        for row, image in enumerate(images):
            side = 3 * image.shape[0]
            big = cv2.resize(image, (side, side), interpolation=cv2.INTER_CUBIC)
            face = main_face(find_faces(big, self.detector)[0])
            if face is None:
                continue
            for name, backbone in self.backbones.items():
                vector = backbone.embed(align(big, face, backbone.crop)[None])[0]
                found[name][row] = vector / (np.linalg.norm(vector) if name == "sface" else 1)
        return found, ~np.isnan(found[INSTRUMENTS[0]]).any(axis=1)

    def ranks(self, name: str, x: np.ndarray, label: int, without: int | None = None) -> np.ndarray:
        """Rank of a condition for each row of ``x``; a training row can be left out."""
        centred = self.known[name] - self.centre[name]
        keep = np.arange(len(centred)) != (-1 if without is None else without)
        means = np.stack(
            [
                np.nanmean(centred[keep & (self.labels == other)], axis=0)
                if (keep & (self.labels == other)).any()
                else np.zeros(centred.shape[1])
                for other in range(len(self.names))
            ]
        )
        means /= np.linalg.norm(means, axis=1, keepdims=True) + 1e-9
        cosine = (x - self.centre[name]) @ means.T
        ranks: np.ndarray = (cosine > cosine[:, [label]]).sum(axis=1) + 1
        return ranks

    def held_out(self, images: np.ndarray) -> str:
        """The row of pictures of the training portraits, in their order."""
        vectors, seen = self.describe(images)
        top: dict[str, list[bool]] = {name: [] for name in INSTRUMENTS}
        near = []
        for row, label in enumerate(self.labels):
            if np.count_nonzero(self.labels == label) > 1:
                near.append(self.nearness(images[[row]], label, row)[0])
                for name in INSTRUMENTS if seen[row] else ():
                    ranks = self.ranks(name, vectors[name][[row]], label, row)
                    top[name].append(bool(ranks[0] <= 10))
        return self.row(seen, top, np.array(near), np.ones(1))

    def samples(self, made: dict[str, np.ndarray]) -> str:
        """The row of some samples."""
        top: dict[str, list[bool]] = {name: [] for name in INSTRUMENTS}
        there, near, spread = [], [], []
        for name, images in made.items():
            label = self.names.index(name)
            vectors, seen = self.describe(images)
            there.append(seen.mean())
            for which in INSTRUMENTS:
                top[which] += list(self.ranks(which, vectors[which][seen], label) <= 10)
            near.append(self.nearness(images, label))
            own = self.portraits.images[self.labels == label]
            if len(own) > 1:
                spread.append(apart(images) / apart(own))
        return self.row(np.array(there), top, np.concatenate(near), np.array(spread))

    def nearness(self, images: np.ndarray, label: int, without: int | None = None) -> np.ndarray:
        """See the top of this file."""
        keep = np.arange(len(self.labels)) != (-1 if without is None else without)
        own = rms(images, self.portraits.images[keep & (self.labels == label)]).min(axis=1)
        others = rms(images, self.portraits.images[self.labels != label]).min(axis=1)
        ratio: np.ndarray = own / others
        return ratio

    @staticmethod
    def row(
        found: np.ndarray, top: dict[str, list[bool]], near: np.ndarray, spread: np.ndarray
    ) -> str:
        """Numbers between bars."""
        parts = [f"{100 * found.mean():.0f} %"]
        parts += [f"{100 * np.mean(top[name]):.0f} %" if top[name] else "-" for name in INSTRUMENTS]
        parts += [f"{np.median(near):.2f}", f"{100 * np.mean(near < 0.5):.0f} %"]
        parts += [f"{spread.mean():.2f}"]
        return " | ".join(parts)


def through_autoencoder(base: str, images: np.ndarray) -> np.ndarray:
    """What a base's autoencoder makes of pictures: no sample can be better than that."""
    import torch

    from rdface.synthesis.dreambooth import Recipe
    from rdface.synthesis.dreambooth.latents import encode
    from rdface.synthesis.dreambooth.pipeline import open_base

    vae = open_base(Recipe(base=base, base_licence="measured only")).pipe.vae
    means = encode(vae, images, torch.device("cpu")).mean / float(vae.config.scaling_factor)
    with torch.inference_mode():
        pixels = torch.cat([vae.decode(part).sample for part in means.split(8)])
    levels = ((pixels.permute(0, 2, 3, 1).numpy() + 1) * 127.5).clip(0, 255)
    return np.asarray(levels.round().astype(np.uint8))


def rms(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """``[len(a), len(b)]``, grey levels."""
    flat = b.reshape(len(b), -1).astype(np.float32)
    return np.stack([np.sqrt(((x.reshape(-1) - flat) ** 2).mean(axis=1)) for x in a])


def apart(images: np.ndarray) -> float:
    """Mean distance of two different pictures."""
    return float(rms(images, images)[np.triu_indices(len(images), 1)].mean())


def draw_sheet(portraits: Portraits, made: dict[str, np.ndarray], out: Path, title: str) -> None:
    """A row a condition: up to four portraits, framed, then samples."""
    side, rows = 2 * portraits.size, []
    for name, images in made.items():
        tiles = [framed(image, side, (30, 140, 60)) for image in portraits.of(name).images[:4]]
        tiles += [np.full((side, side, 3), 255, np.uint8)] * (4 - len(tiles))
        rows.append(
            np.hstack([*tiles, *(framed(image, side, (255, 255, 255)) for image in images)])
        )
    sheet = np.vstack([np.full((28, rows[0].shape[1], 3), 20, np.uint8), *rows])
    text = f"SYNTHETIC (framed: simulated training portraits)  dreambooth {title}"
    cv2.putText(sheet, text, (8, 19), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (255, 255, 255), 1, 16)
    encoded = cv2.imencode(".jpg", sheet[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])[1]
    write_bytes(out, encoded.tobytes())


def framed(image: np.ndarray, side: int, colour: tuple[int, int, int]) -> np.ndarray:
    """A tile of ``side`` pixels with its frame."""
    inner = cv2.resize(image, (side - 8, side - 8), interpolation=cv2.INTER_CUBIC)
    return np.asarray(cv2.copyMakeBorder(inner, *([4] * 4), cv2.BORDER_CONSTANT, value=colour))


if __name__ == "__main__":
    main()
