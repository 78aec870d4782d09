"""What training costs beyond arithmetic, and what the plain way would cost, in one run.

    python benchmarks/fine_tuning.py [NETWORK ...] [--size 112] [--images 64] [--threads 1]

First table: an epoch of the training loop over as many bare steps (forward, backward, AdamW) of
the same network on a normalised float32 tensor in memory. Second table: against the plain way,
which opens, decodes and resizes every file in every epoch and trains one fold after the other.
Weights are random: they do not change the speed. The ways take turns; medians are compared.
"""

from __future__ import annotations

import argparse
import io
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from heads import N_CONDITIONS, batched_heads, heads, in_turn, make_folds, plain_heads, row
from jpeg_files import write_files

if TYPE_CHECKING:
    import torch

    from rdface.backbones.trunk import Trunk
    from rdface.learners.tuning import Material
    from rdface.learners.tuning.fold_training import FoldTraining

NETWORKS = ("resnet18",)
TARGET = 1.10


def main() -> None:
    """Measure and print two tables in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("networks", nargs="*", default=NETWORKS)
    parser.add_argument("--size", type=int, default=112)
    parser.add_argument("--images", type=int, default=64)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=2, help="from files to scores")
    parser.add_argument("--head-epochs", type=int, default=50, help="of heads on embeddings")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()

    import torch

    torch.set_num_threads(options.threads)
    print(
        f"torch {torch.__version__}, {options.threads} threads of {os.cpu_count()} cores,"
        f" {options.images} images of {options.size} px, batch {options.batch},"
        f" median of {options.rounds}"
    )
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["RDFACE_CACHE"] = f"{scratch}/cache"
        files = write_files(Path(scratch), options.images)
        benches = [Bench(name, files, options, Path(scratch)) for name in options.networks]
        print(
            "\n| network | bare steps | epoch | ratio | with `standard` | validation | checkpoint |"
        )
        print("|---|---|---|---|---|---|---|")
        for bench in benches:
            print(bench.epochs(), flush=True)
        print("\n| network | what | plain | rdface | factor |\n|---|---|---|---|---|")
        for bench in benches:
            for part in (bench.tuning, bench.extraction, bench.end_to_end):
                print(part(), flush=True)
        for dim in (512, 2048):
            print(heads(dim, options), flush=True)


class Bench:
    """One network.

    Args:
        name: Of timm.
        files: JPEG files.
        options: Of the command line.
        scratch: For weights and checkpoints.
    """

    def __init__(
        self, name: str, files: Sequence[Path], options: argparse.Namespace, scratch: Path
    ) -> None:
        from rdface.learners.tuning import Recipe

        self.name, self.files, self.options, self.scratch = name, files, options, scratch
        self.labels = np.arange(len(files)) % N_CONDITIONS
        self.images = np.stack([self.decode(file) for file in files])
        self.recipe = Recipe(batch=options.batch)

    def decode(self, file: Path) -> np.ndarray:
        """The plain way to a picture."""
        from PIL import Image

        with Image.open(io.BytesIO(file.read_bytes())) as picture:
            side = (self.options.size,) * 2
            return np.asarray(picture.convert("RGB").resize(side, Image.Resampling.BILINEAR))

    def trunk(self) -> Trunk:
        """Random weights, its children as blocks."""
        import timm
        import torch

        from rdface.backbones.trunk import Trunk

        torch.manual_seed(0)
        network = timm.create_model(self.name, pretrained=False, num_classes=0)
        blocks = tuple((name,) for name, part in network.named_children() if any_weights(part))
        return Trunk(network, int(network.num_features), "pooled", blocks, ())

    def material(self, embeddings: np.ndarray | None = None) -> Material:
        """All images, or their embeddings."""
        from rdface.backbones.trunk import IMAGENET
        from rdface.learners.tuning import Material

        return Material(
            labels=self.labels,
            synthetic=np.zeros(len(self.labels), dtype=bool),
            n_conditions=N_CONDITIONS,
            embeddings=embeddings,
            images=self.images,
            trunk=self.trunk,
            normalisation=IMAGENET,
        )

    def normalised(self, images: np.ndarray) -> torch.Tensor:
        """The input of the network."""
        import torch

        from rdface.backbones.trunk import IMAGENET

        return IMAGENET.apply(torch.from_numpy(images).permute(0, 3, 1, 2)).contiguous(
            memory_format=torch.channels_last
        )

    def bare(self) -> tuple[torch.nn.Module, Callable[[torch.Tensor, torch.Tensor], None]]:
        """A network with the paper's head, and one step of its training."""
        import torch

        from rdface.learners.tuning.head import make_head

        trunk = self.trunk()
        head = make_head("pooled", (trunk.dim,), N_CONDITIONS, self.recipe.dropout)
        model = torch.nn.Sequential(trunk.network, head).to(memory_format=torch.channels_last)
        optimiser = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=1e-4, fused=True)

        def step(x: torch.Tensor, truth: torch.Tensor) -> None:
            loss = torch.nn.functional.cross_entropy(model(x), truth)
            loss.backward()
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)

        return model.train(), step

    def training(self, folder: str, augmentation: str = "none") -> FoldTraining:
        """The training loop on all images."""
        import torch

        from rdface.learners.tuning.fold_training import FoldTraining
        from rdface.protocols import FoldRows

        everything = np.arange(len(self.files))
        rows = FoldRows(everything, everything[:0], everything[:0])
        recipe = self.recipe.model_copy(update={"augmentation": augmentation})
        device, checkpoints = torch.device("cpu"), self.scratch / folder
        return FoldTraining(self.material(), rows, 0, recipe, device, checkpoints)

    def epoch(self, training: FoldTraining) -> None:
        """One epoch of it."""
        import torch

        from rdface.learners.tuning.device import reproducible

        with reproducible(torch.device("cpu"), 0):
            training.pass_over(training._order.epoch())

    def epochs(self) -> str:
        """A row of the first table."""
        import torch

        everything = np.arange(len(self.files))
        _, step = self.bare()
        x, truth = self.normalised(self.images), torch.from_numpy(self.labels)

        def bare() -> None:
            for a in range(0, len(x), self.options.batch):
                step(x[a : a + self.options.batch], truth[a : a + self.options.batch])

        plain, varied = self.training("none"), self.training("standard", "standard")
        one, ours, standard, validation, kept = in_turn(
            self.options.rounds,
            bare,
            lambda: self.epoch(plain),
            lambda: self.epoch(varied),
            lambda: plain.scores(everything),
            lambda: plain._save({"epoch": 1.0, "loss": 0.0}, 0.0),
        )
        verdict = "" if ours / one <= TARGET else " (over the target)"
        return (
            f"| {self.name} | {one:.2f} s | {ours:.2f} s | {ours / one:.3f}{verdict} "
            f"| {standard / one:.3f} | {validation:.2f} s | {kept:.2f} s |"
        )

    def tuning(self) -> str:
        """One epoch that decodes against one that does not."""
        import torch

        everything = np.arange(len(self.files))
        _, step = self.bare()

        def plain() -> None:
            for a in range(0, len(everything), self.options.batch):
                part = everything[a : a + self.options.batch]
                x = np.stack([self.decode(self.files[row]) for row in part])
                step(self.normalised(x).contiguous(), torch.from_numpy(self.labels[part]))

        training = self.training("tuning")
        seconds = in_turn(self.options.rounds, plain, lambda: self.epoch(training))
        return row(self.name, "fine-tuning, 1 epoch", *seconds)

    def extraction(self) -> str:
        """Files to features in eager torch, against the array to features by the backbone."""
        self.embed = self.backbone()
        network = self.trunk().network.eval()
        return row(
            self.name,
            "features, once",
            *in_turn(
                self.options.rounds,
                lambda: self.plain_features(network, np.arange(len(self.files))),
                lambda: self.embed(np.stack([self.decode(file) for file in self.files])),
            ),
        )

    def backbone(self) -> Callable[[np.ndarray], np.ndarray]:
        """The same random network as users load it."""
        import json

        from safetensors.torch import save_file

        from rdface.backbones import load_backbone

        folder = self.scratch / self.name
        folder.mkdir()
        save_file(self.trunk().network.state_dict(), folder / "model.safetensors")
        config = {"pretrained_cfg": {"input_size": [3, self.options.size, self.options.size]}}
        (folder / "config.json").write_text(json.dumps(config))
        return load_backbone(f"timm:{self.name}@{folder}").embed

    def plain_features(self, network: torch.nn.Module, rows: np.ndarray) -> torch.Tensor:
        """Decode and embed, a batch at a time."""
        import torch

        parts = []
        with torch.inference_mode():
            for a in range(0, len(rows), self.options.batch):
                x = np.stack(
                    [self.decode(self.files[row]) for row in rows[a:][: self.options.batch]]
                )
                parts.append(network(self.normalised(x).contiguous()))
        return torch.cat(parts)

    def end_to_end(self) -> str:
        """From files to the scores of all folds."""
        network = self.trunk().network.eval()
        folds = make_folds(len(self.files), self.options.folds)

        def ours() -> None:
            images = np.stack([self.decode(file) for file in self.files])
            batched_heads(self.embed(images), self.labels, folds, self.options)

        return row(
            self.name,
            f"files to scores, frozen, {self.options.folds} folds, {self.options.epochs} epochs",
            *in_turn(
                1,
                lambda: plain_heads(
                    lambda rows: self.plain_features(network, rows),
                    self.labels,
                    folds,
                    self.options,
                ),
                ours,
            ),
        )


def any_weights(module: torch.nn.Module) -> bool:
    """Whether it has parameters."""
    return next(module.parameters(), None) is not None


if __name__ == "__main__":
    main()
