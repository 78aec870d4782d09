"""One fold of a network: epochs, the choice among them, and the scores at the end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rdface.errors import RdfaceError
from rdface.learners.tuning.augmentation import augment
from rdface.learners.tuning.average import moving_average
from rdface.learners.tuning.checkpoint import Checkpoints, changing, checkpoint_key, restore
from rdface.learners.tuning.choice import Row, about_choice, chosen_epoch, enough
from rdface.learners.tuning.device import (
    half_type,
    mixed_precision,
    random_states,
    restore_random_states,
)
from rdface.learners.tuning.head import make_head
from rdface.learners.tuning.order import Order, batches
from rdface.learners.tuning.pictures import Pictures
from rdface.learners.tuning.portion import choose_portion
from rdface.learners.tuning.recipe import Recipe
from rdface.learners.tuning.scoring import learning_rate, log_probabilities, top1
from rdface.learners.tuning.trainer import Material, TunedScores
from rdface.learners.tuning.warm_start import warm_start
from rdface.protocols.split import FoldRows

if TYPE_CHECKING:
    import torch

    from rdface.backbones.trunk import Trunk


class FoldTraining:
    """The training of one fold, between epochs.

    To be made and used inside :func:`~rdface.learners.tuning.device.reproducible`.

    Args:
        material: Images, labels, trunk.
        rows: Of the fold.
        fold: Its number.
        recipe: How to train.
        device: Where.
        folder: Where this fold's checkpoints lie.
    """

    def __init__(
        self,
        material: Material,
        rows: FoldRows,
        fold: int,
        recipe: Recipe,
        device: torch.device,
        folder: Path,
    ) -> None:
        import torch

        images, make_trunk, normalisation = material.images, material.trunk, material.normalisation
        if images is None or make_trunk is None or normalisation is None:
            raise ValueError("the trainer fine_tune wants images, a trunk and its normalisation")
        self._rows, self._recipe, self._device = rows, recipe, device
        self._half = half_type(device, recipe.precision)
        development = np.concatenate([rows.train, rows.validation])
        self._labels = np.full(len(material.labels), -1, dtype=np.intp)
        self._labels[development] = material.labels[development]  # a test label is never at hand
        self._present = np.unique(self._labels[rows.train])
        rng = np.random.default_rng(recipe.seed + fold)
        self._order = Order(rows.train, material.synthetic, recipe, rng)
        self._pictures = Pictures(images, normalisation, device, development)
        trunk = make_trunk()
        key = checkpoint_key(material, rows, fold, recipe, trunk, device)
        self._checkpoints = Checkpoints(folder, key)
        self._portion = choose_portion(trunk, recipe)
        self._model = self._assemble(trunk, material.n_conditions)
        self._optimiser = self._make_optimiser()
        self._average = moving_average(self._model, recipe.ema)
        self._scaler = torch.amp.GradScaler(device.type, enabled=self._half is torch.float16)
        self.history: list[Row] = []
        self._resume()

    def _assemble(self, trunk: Trunk, n_conditions: int) -> torch.nn.Sequential:
        """Trunk and head on the device, ``channels_last``."""
        import torch

        recipe, rows = self._recipe, self._rows
        network = trunk.network.to(self._device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        shape = self._features(network, rows.train[:1]).shape[1:]
        kind = trunk.head if recipe.head == "paper" else "linear"
        head = make_head(kind, tuple(shape), n_conditions, recipe.dropout).to(self._device)
        if recipe.warm_start:
            warm_start(head, self._features(network, rows.train), self._labels[rows.train])
        model = torch.nn.Sequential()
        model.add_module("trunk", network)
        model.add_module("head", head)
        return model

    def _make_optimiser(self) -> torch.optim.Optimizer:
        import torch

        head: dict[str, Any] = {
            "params": list(self._model.get_submodule("head").parameters()),
            "scale": 1.0,
        }
        groups = [dict(group) for group in self._portion.groups]
        for group in groups:
            if group["scale"] == 1.0:  # one group is one pass of the optimiser
                group["params"] = [*group["params"], *head["params"]]
                break
        else:
            groups.append(head)
        return torch.optim.AdamW(
            groups,
            lr=self._recipe.learning_rate,
            weight_decay=self._recipe.weight_decay,
            fused=self._device.type in ("cpu", "cuda"),
        )

    def epochs(self) -> Iterator[Row]:
        """Train what is left, an epoch at a time; each is on disk when its row is given."""
        while not enough(self.history, self._recipe):
            yield self._epoch()

    def _epoch(self) -> Row:
        started, recipe = time.perf_counter(), self._recipe
        rate = learning_rate(
            len(self.history),
            epochs=recipe.epochs,
            highest=recipe.learning_rate,
            lowest=recipe.min_learning_rate,
        )
        for group in self._optimiser.param_groups:
            group["lr"] = rate * group["scale"]
        row: Row = {"epoch": len(self.history) + 1, "loss": self.pass_over(self._order.epoch())}
        reached = top1(self.scores(self._rows.validation), self._labels[self._rows.validation])
        if reached is not None:
            row["validation_top1"] = reached
        row["learning_rate"] = rate
        self._save(row, started)
        return row

    def pass_over(self, steps: list[list[NDArray[np.intp]]]) -> float:
        """Take the steps of an epoch; the mean loss of its images.

        Raises:
            RdfaceError: The loss is no finite number any more.
        """
        import torch
        from torch.nn import functional

        recipe, optimiser, scaler = self._recipe, self._optimiser, self._scaler
        self._portion.settle(self._model)
        self._portion.train(self._model)
        total = torch.zeros((), device=self._device)
        for step in steps:
            n_images = sum(map(len, step))
            for rows in step:
                raw = augment(self._pictures.raw(rows), recipe.augmentation, self._order.rng)
                truth = torch.from_numpy(self._labels[rows]).to(self._device)
                with mixed_precision(self._device, self._half):
                    logits = self._model(self._pictures.normalise(raw))
                loss = functional.cross_entropy(
                    logits.float(), truth, reduction="sum", label_smoothing=recipe.label_smoothing
                )
                scaler.scale(loss / n_images).backward()  # type: ignore[no-untyped-call]
                total += loss.detach()
            if recipe.clip is not None:
                scaler.unscale_(optimiser)
                torch.nn.utils.clip_grad_norm_(self._model.parameters(), recipe.clip)
            scaler.step(optimiser)
            scaler.update()
            optimiser.zero_grad(set_to_none=True)
            if self._average is not None:
                self._average.update_parameters(self._model)
        mean = float(total) / sum(len(rows) for step in steps for rows in step)
        if not np.isfinite(mean):
            raise RdfaceError(
                f"The loss became {mean} in epoch {len(self.history) + 1}.",
                hint="Lower `learning_rate`, or set `clip: 1.0`.",
            )
        return mean

    def scores(self, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """Log-probabilities of some rows by the weights of now (their average under ``ema``)."""
        if not len(rows):
            return np.empty((0, 0), dtype=np.float32)
        self._portion.settle(self._tested)
        return log_probabilities(self._features(self._tested, rows), self._present)

    @property
    def _tested(self) -> torch.nn.Module:
        return self._model if self._average is None else self._average.module

    def _features(self, network: torch.nn.Module, rows: NDArray[np.intp]) -> torch.Tensor:
        """What a network gives for unvaried pictures in evaluation mode, ``float32``."""
        import torch

        network.eval()
        parts = []
        with torch.no_grad(), mixed_precision(self._device, self._half):
            for part in batches(rows, self._recipe.batch):
                parts.append(network(self._pictures.normalise(self._pictures.raw(part))).float())
        return torch.cat(parts)

    def _save(self, row: Row, started: float) -> None:
        """Write the checkpoint of an epoch that has just been trained and validated."""
        history = [*self.history, row]
        best = chosen_epoch(history, self._recipe)
        if best == len(history):
            self._checkpoints.save_best(best, changing(self._tested))
        row["seconds"] = time.perf_counter() - started
        self.history.append(row)
        state: dict[str, Any] = {
            "model": changing(self._model),
            "optimiser": self._optimiser.state_dict(),
            "scaler": self._scaler.state_dict(),
            "average": None if self._average is None else changing(self._average),
            "random": random_states(self._device),
            "order": self._order.state(),
            "best_epoch": best,
            "history": self.history,
        }
        self._checkpoints.save(state)

    def _resume(self) -> None:
        state = self._checkpoints.load()
        if state is None:
            return
        restore(self._model, state["model"])
        self._optimiser.load_state_dict(state["optimiser"])
        self._scaler.load_state_dict(state["scaler"])
        if self._average is not None:
            restore(self._average, state["average"])
        self._order.restore(state["order"])
        self.history = state["history"]
        restore_random_states(state["random"], self._device)

    def result(self) -> TunedScores:
        """Score the test rows, which nothing has looked at before."""
        last = self.scores(self._rows.test)
        about = about_choice(self.history, self._recipe)
        restore(self._tested, self._checkpoints.load_best(about["epoch"]))
        return TunedScores(
            scores=self.scores(self._rows.test),
            last=last,
            chosen=about,
            history=self.history,
            seconds=sum(row["seconds"] for row in self.history),
        )

    def remove_checkpoints(self) -> None:
        """To be called when the result is in safety."""
        self._checkpoints.remove()


AfterEpoch = Callable[[int, Row], None]
"""Told the number of the fold and the row of the epoch, which is on disk by then."""
