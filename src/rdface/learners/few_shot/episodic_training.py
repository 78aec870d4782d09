"""Train a network on episodes; any epoch can be the last before a stop and the first after it."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rdface.errors import RdfaceError
from rdface.learners.few_shot.embedding import embedding
from rdface.learners.few_shot.prototypes import Prototypes
from rdface.learners.few_shot.trained import Pictures, Trained
from rdface.learners.preparation import Floats
from rdface.progress import bar
from rdface.protocols.few_shot import EpisodeRows, EpisodeSource
from rdface.protocols.few_shot.drawing import Rows

if TYPE_CHECKING:
    import torch

    from rdface.learners.few_shot.protonet import ProtoNet

BATCH = 32
"""Pictures at once where nothing is trained."""


def train_on_episodes(
    method: ProtoNet,
    pictures: Pictures,
    source: EpisodeSource,
    fold: int,
    test: EpisodeRows,
    *,
    folder: Path,
    wrong_axes: bool,
) -> Trained:
    """See :meth:`rdface.learners.few_shot.TrainedMethod.train`."""
    from rdface.learners.tuning.device import choose_device, reproducible

    device = choose_device()
    with reproducible(device, method.seed):
        training = EpisodicTraining(
            method, pictures, source, fold, device, folder=folder, wrong_axes=wrong_axes
        )
        done = len(training.history)
        with bar(f"Training on episodes, fold {fold}", method.epochs) as advance:
            advance(done)
            while len(training.history) < method.epochs:
                training.run_epoch()
                advance(1)
        return training.result(test)


class EpisodicTraining:
    """The training of one fold, between epochs; inside ``reproducible``.

    Args:
        method: Its options.
        pictures: Of the whole cohort.
        source: Draws the episodes.
        fold: Its number.
        device: Where.
        folder: Where this fold's checkpoints lie.
        wrong_axes: See :func:`~rdface.learners.few_shot.embedding.embedding`.
    """

    def __init__(
        self,
        method: ProtoNet,
        pictures: Pictures,
        source: EpisodeSource,
        fold: int,
        device: torch.device,
        *,
        folder: Path,
        wrong_axes: bool,
    ) -> None:
        import torch

        from rdface.learners.tuning import pictures as tuning
        from rdface.learners.tuning.checkpoint import Checkpoints

        self._method, self._source, self._fold, self._device = method, source, fold, device
        self._wrong_axes = wrong_axes
        network = pictures.trunk().network
        key = _key(method, pictures, source, fold, device, network, wrong_axes)
        self._checkpoints = Checkpoints(folder, key)
        self._network = network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._pictures = tuning.Pictures(
            pictures.images, pictures.normalisation, device, source.development
        )
        self._n_images = len(pictures.images)
        kinds = {"adamw": torch.optim.AdamW, "adam": torch.optim.Adam}
        decay = {"weight_decay": method.weight_decay} if method.optimiser == "adamw" else {}
        self._optimiser = kinds[method.optimiser](
            self._network.parameters(), lr=method.learning_rate, **decay
        )
        self._validation = source.validation(fold, method.validation_episodes)
        self.history: list[dict[str, float]] = []
        self._resume()

    def run_epoch(self) -> None:
        """Train an epoch, validate it, and write both down."""
        import torch

        started, epoch = time.perf_counter(), len(self.history) + 1
        # From seed, fold and epoch alone, so that a resumed epoch draws what it would have drawn.
        torch.manual_seed(self._method.seed + 1_000_003 * self._fold + 7_919 * epoch)
        episodes = self._source.training(self._fold, epoch, self._method.episodes)
        loss, accuracy = self._pass(episodes)
        row = {"epoch": float(epoch), "loss": loss, "accuracy": accuracy}
        row["validation_accuracy"] = self.validation_accuracy()
        row["seconds"] = time.perf_counter() - started
        self._save([*self.history, row])

    def _save(self, history: list[dict[str, float]]) -> None:
        from rdface.learners.tuning.checkpoint import changing

        best = self._best(history)
        if best == len(history):
            self._checkpoints.save_best(best, changing(self._network))
        self.history = history
        state = {
            "network": self._network.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "history": history,
            "pretrained": self._pretrained,
            "best_epoch": best,
        }
        self._checkpoints.save(state)

    def _resume(self) -> None:
        state = self._checkpoints.load()
        if state is None:
            from rdface.learners.tuning.checkpoint import changing

            self._pretrained = self.validation_accuracy()
            self._checkpoints.save_best(0, changing(self._network))
            return
        self._network.load_state_dict(state["network"])
        self._optimiser.load_state_dict(state["optimiser"])
        self.history, self._pretrained = state["history"], state["pretrained"]

    def _best(self, history: list[dict[str, float]]) -> int:
        """The epoch with the best validation accuracy, the first one at a tie."""
        reached = [row["validation_accuracy"] for row in history]
        if self._method.keep_pretrained:
            return int(np.argmax([self._pretrained, *reached]))
        return int(np.argmax(reached)) + 1

    def _pass(self, episodes: EpisodeRows) -> tuple[float, float]:
        """Mean loss and accuracy of an epoch's episodes, each image of an episode embedded once.

        Raises:
            RdfaceError: The loss is no finite number any more.
        """
        import torch
        from torch.nn import functional

        self._train_mode()
        way, asked = episodes.query.shape[1:]
        truth = torch.arange(way, device=self._device).repeat_interleave(asked)
        total = torch.zeros((), device=self._device)
        right = torch.zeros((), device=self._device)
        for support, query in zip(episodes.support, episodes.query, strict=True):
            rows, place = np.unique(
                np.concatenate([support.ravel(), query.ravel()]), return_inverse=True
            )
            batch = self._pictures.normalise(self._pictures.raw(rows))
            features = embedding(self._network, batch, wrong_axes=self._wrong_axes)
            where = torch.from_numpy(place).to(self._device)
            prototypes = features[where[: support.size]].view(*support.shape, -1).mean(dim=1)
            logits = self._logits(features[where[support.size :]], prototypes)
            loss = functional.cross_entropy(logits, truth)
            loss.backward()  # type: ignore[no-untyped-call]
            self._optimiser.step()
            self._optimiser.zero_grad(set_to_none=True)
            total += loss.detach()
            right += (logits.argmax(dim=1) == truth).float().mean()
        mean = float(total) / len(episodes.query)
        if not np.isfinite(mean):
            raise RdfaceError(
                f"The loss of fold {self._fold} became {mean} in epoch {len(self.history) + 1}.",
                hint="Lower `learning_rate`.",
            )
        return mean, float(right) / len(episodes.query)

    def _train_mode(self) -> None:
        from torch.nn.modules.batchnorm import _BatchNorm

        self._network.train()
        if self._method.batch_norm == "frozen":
            for module in self._network.modules():
                if isinstance(module, _BatchNorm):
                    module.eval()

    def _logits(self, queries: torch.Tensor, prototypes: torch.Tensor) -> torch.Tensor:
        from torch.nn import functional

        if self._method.distance == "cosine":
            unit = functional.normalize(queries, dim=1), functional.normalize(prototypes, dim=1)
            return self._method.scale * unit[0] @ unit[1].T
        squares = (queries[:, None] - prototypes[None]).square().sum(dim=2)
        if self._method.distance == "euclidean":
            # The root has no slope at 0; below the bound the gradient is none.
            return -squares.clamp(min=1e-12).sqrt()
        return -squares

    def validation_accuracy(self) -> float:
        """Of the weights of now, on the fold's validation episodes."""
        scores = self._answers(self._validation)
        way = scores.shape[1]
        own = scores[:, np.arange(way), :, np.arange(way)].transpose(1, 0, 2)
        ranks = (scores >= own[..., None]).sum(axis=-1)  # a tie counts against the network
        return float((ranks == 1).mean())

    def result(self, test: EpisodeRows) -> Trained:
        """Answer the test episodes, whose pictures nothing has looked at before."""
        from rdface.learners.tuning.checkpoint import restore

        best = self._best(self.history)
        restore(self._network, self._checkpoints.load_best(best))
        reached = self.history[best - 1]["validation_accuracy"] if best else self._pretrained
        chosen = {"epoch": best, "validation_accuracy": reached}
        return Trained(self._answers(test), chosen, self.history)

    def _answers(self, episodes: EpisodeRows) -> Floats:
        """Scores of episodes in evaluation mode, each of their images embedded once."""
        import torch

        rows = episodes.images
        self._network.eval()
        parts = []
        with torch.inference_mode():
            for start in range(0, len(rows), BATCH):
                batch = self._pictures.raw(rows[start : start + BATCH])
                parts.append(
                    embedding(
                        self._network,
                        self._pictures.normalise(batch),
                        wrong_axes=self._wrong_axes,
                    )
                )
        features = torch.cat(parts).float().cpu().numpy()
        if not np.isfinite(features).all():
            raise RdfaceError(
                f"The network of fold {self._fold} gives numbers that are not finite.",
                hint="Lower `learning_rate`.",
            )
        place = np.zeros(self._n_images, dtype=np.intp)
        place[rows] = np.arange(len(rows))
        moved = EpisodeRows(place[episodes.support], place[episodes.query])
        nothing: Rows = np.empty(0, dtype=np.intp)
        return Prototypes(distance=self._method.distance).scores(features, moved, nothing)


def _key(
    method: ProtoNet,
    pictures: Pictures,
    source: EpisodeSource,
    fold: int,
    device: torch.device,
    network: torch.nn.Module,
    wrong_axes: bool,
) -> str:
    """SHA-256 of all that decides a training; no test picture is read for it."""
    import torch

    from rdface.backbones.torch_backbone import state_sha256

    about: dict[str, Any] = {
        "options": method.model_dump(mode="json"),
        "episodes": source.manifest.sha256,
        "fold": fold,
        "device": device.type,
        "torch": torch.__version__,
        "normalisation": repr(pictures.normalisation),
        "trunk": state_sha256(network),
        "wrong_axes": wrong_axes,
        "side": pictures.images.shape[1:],
    }
    digest = hashlib.sha256(json.dumps(about, sort_keys=True).encode())
    images: NDArray[np.uint8] = pictures.images[source.development]
    digest.update(np.ascontiguousarray(images).tobytes())
    return digest.hexdigest()
