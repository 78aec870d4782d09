"""One fold's own part of a training of heads: weights, order, choice and scores."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from rdface.learners.tuning.average import moving_average
from rdface.learners.tuning.choice import Row, about_choice, chosen_epoch
from rdface.learners.tuning.head import make_head
from rdface.learners.tuning.order import Order
from rdface.learners.tuning.recipe import Recipe
from rdface.learners.tuning.scoring import log_probabilities, top1
from rdface.learners.tuning.trainer import Material, TunedScores
from rdface.learners.tuning.warm_start import warm_start
from rdface.protocols.split import FoldRows

if TYPE_CHECKING:
    import torch

_logger = logging.getLogger(__name__)


class FrozenFold:
    """The head of one fold.

    Attributes:
        fold: Its number.
        head: An ordinary module, whose weights the batched head may hold.
        average: Of its weights, under ``ema``.
        generator: Of its dropout; on the CPU, so that a fold's draws are the same everywhere.
        order: Of its training rows.
        labels: ``intp [N]``, -1 for rows that are neither trained nor validated on.
        history: So far.

    Args:
        x: ``float32 [N, D]`` on the device.
        material: Labels.
        rows: Of the fold.
        fold: Its number.
        recipe: How to train.
    """

    def __init__(
        self, x: torch.Tensor, material: Material, rows: FoldRows, fold: int, recipe: Recipe
    ) -> None:
        import torch

        self.fold = fold
        self._x, self._rows, self._recipe = x, rows, recipe
        development = np.concatenate([rows.train, rows.validation])
        self.labels = np.full(len(material.labels), -1, dtype=np.intp)
        self.labels[development] = material.labels[development]
        self._present = np.unique(self.labels[rows.train])
        seed = recipe.seed + fold
        self.order = Order(rows.train, material.synthetic, recipe, np.random.default_rng(seed))
        self.generator = torch.Generator().manual_seed(seed)
        torch.manual_seed(seed)
        kind: Literal["pooled", "linear"] = "pooled" if recipe.head == "paper" else "linear"
        head = make_head(kind, (x.shape[1],), material.n_conditions, recipe.dropout)
        self.head = head.to(x.device)
        if recipe.warm_start:
            warm_start(self.head, x[torch.from_numpy(rows.train)], self.labels[rows.train])
        self.average = moving_average(self.head, recipe.ema)
        self.history: list[Row] = []
        self._best: dict[str, torch.Tensor] = {}

    @property
    def _tested(self) -> torch.nn.Module:
        return self.head if self.average is None else self.average.module

    def end_epoch(self, loss: float, rate: float, seconds: float) -> None:
        """Validate what has been trained, and keep it if it is the best so far."""
        row: Row = {"epoch": len(self.history) + 1, "loss": loss}
        validation = self._rows.validation
        reached = top1(self._scores(validation), self.labels[validation])
        if reached is not None:
            row["validation_top1"] = reached
        row |= {"learning_rate": rate, "seconds": seconds}
        self.history.append(row)
        if chosen_epoch(self.history, self._recipe) == len(self.history):
            self._best = {name: value.clone() for name, value in self._tested.state_dict().items()}
        _logger.info("fold %d: %s", self.fold, row)

    def _scores(self, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        import torch

        tested = self._tested.eval()
        with torch.inference_mode():
            logits = tested(self._x[torch.from_numpy(rows).to(self._x.device)])
        return log_probabilities(logits, self._present)

    def result(self, seconds: float) -> TunedScores:
        """Score the test rows, by the last epoch and by the chosen one.

        Args:
            seconds: This fold's share of the time.
        """
        last = self._scores(self._rows.test)
        self._tested.load_state_dict(self._best)
        return TunedScores(
            scores=self._scores(self._rows.test),
            last=last,
            chosen=about_choice(self.history, self._recipe),
            history=self.history,
            seconds=seconds,
        )
