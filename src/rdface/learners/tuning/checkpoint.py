"""What a stopped training needs to go on as if it had never stopped, on disk."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rdface.learners.tuning.deciding import deciding
from rdface.learners.tuning.state_file import State, read_state, write_state

if TYPE_CHECKING:
    import torch

    from rdface.backbones.trunk import Trunk
    from rdface.learners.tuning.recipe import Recipe
    from rdface.learners.tuning.trainer import Material
    from rdface.protocols.split import FoldRows

_logger = logging.getLogger(__name__)
_LAST = "last.pt"


def checkpoint_key(
    material: Material,
    rows: FoldRows,
    fold: int,
    recipe: Recipe,
    trunk: Trunk,
    device: torch.device,
) -> str:
    """SHA-256 of all that decides a training: where it differs, a checkpoint does not fit.

    These are the recipe, the code, the device type, the rows that are trained and validated on
    with their labels and pictures, and the pretrained weights. Test rows are not read.
    """
    from rdface.backbones.torch_backbone import state_sha256

    development = np.concatenate([rows.train, rows.validation])
    about = {
        **deciding(recipe, device.type),
        "fold": fold,
        "train": rows.train.tolist(),
        "validation": rows.validation.tolist(),
        "labels": material.labels[development].tolist(),
        "synthetic": material.synthetic[rows.train].tolist(),
        "n_conditions": material.n_conditions,
        "normalisation": repr(material.normalisation),
        "trunk": state_sha256(trunk.network),
        "blocks": trunk.blocks,
        "lora": trunk.lora,
        "head": trunk.head,
    }
    digest = hashlib.sha256(json.dumps(about, sort_keys=True).encode())
    assert material.images is not None  # noqa: S101 - the trainer has made sure
    digest.update(repr(material.images.shape[1:]).encode())
    for row in development:
        digest.update(np.ascontiguousarray(material.images[row]).tobytes())
    return digest.hexdigest()


def changing(model: torch.nn.Module) -> State:
    """The part of a model's state that training can change: what is frozen is not written.

    The tensors are the model's own, not copies.
    """
    fixed = {name for name, weight in model.named_parameters() if not weight.requires_grad}
    return {name: value for name, value in model.state_dict().items() if name not in fixed}


def restore(model: torch.nn.Module, state: State) -> None:
    """Put what :func:`changing` gave into a model with the same frozen part."""
    missing, unexpected = model.load_state_dict(state, strict=False)
    fixed = {name for name, weight in model.named_parameters() if not weight.requires_grad}
    if unexpected or not set(missing) <= fixed:
        raise ValueError(f"state does not fit: {unexpected or set(missing) - fixed}")


class Checkpoints:
    """The checkpoints of one fold: the last epoch, and the weights of the best one.

    Two files, so that the best weights are written only when there are better ones. Each appears
    whole or not at all, and the last epoch's file, which names the best one's, comes second: a
    kill at any moment leaves a pair that belongs together.

    Args:
        folder: Of this fold alone; made when something is written.
        key: Of :func:`checkpoint_key`.
    """

    def __init__(self, folder: Path, key: str) -> None:
        self._folder = folder
        self._key = key

    def save(self, state: State) -> None:
        """Write the state after an epoch; ``state["best_epoch"]`` names the best weights."""
        self._write(self._folder / _LAST, state)
        for path in self._folder.glob("best-*.pt"):
            if path != self._best(state["best_epoch"]):
                path.unlink(missing_ok=True)

    def save_best(self, epoch: int, weights: State) -> None:
        """Write the weights of an epoch that is the best so far, before :meth:`save`."""
        self._write(self._best(epoch), {"weights": weights})

    def load(self) -> State | None:
        """The state of the last epoch that was written; None where there is none that fits."""
        for left in self._folder.glob(".*.pt.*"):  # half-written by a process that was killed
            shutil.rmtree(left, ignore_errors=True)
        state = self._read(self._folder / _LAST)
        if state is not None and self._read(self._best(state["best_epoch"])) is None:
            return None
        return state

    def load_best(self, epoch: int) -> State:
        """The weights that :meth:`save_best` wrote."""
        state = self._read(self._best(epoch))
        if state is None:
            raise ValueError(f"{self._best(epoch)} has gone while training went on")
        weights: State = state["weights"]
        return weights

    def remove(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _best(self, epoch: int) -> Path:
        return self._folder / f"best-{epoch:05d}.pt"

    def _write(self, path: Path, state: State) -> None:
        write_state(path, {"key": self._key, **state})

    def _read(self, path: Path) -> State | None:
        state = read_state(path)
        if state is not None and state["key"] != self._key:
            _logger.warning(
                "%s belongs to another training (recipe, fold, pictures or code differ) and is"
                " not used; training begins anew",
                path,
            )
            return None
        return state
