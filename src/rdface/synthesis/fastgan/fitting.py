"""From portraits to generators that can be sampled: the loop around the steps."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from rdface.engines import Engine, Here, Needs
from rdface.engines.parcel import Parcel, pack, unpack
from rdface.errors import UsageError
from rdface.files import sha256_bytes
from rdface.learners.tuning.device import choose_device, reproducible
from rdface.progress import bar
from rdface.synthesis.fastgan.generator import GeneratorNetwork
from rdface.synthesis.fastgan.reconstruction import reconstruction
from rdface.synthesis.fastgan.state import Folder
from rdface.synthesis.fastgan.training import Training

if TYPE_CHECKING:
    from rdface.synthesis.fastgan.fastgan import FastGAN
    from rdface.synthesis.portraits import Portraits

_logger = logging.getLogger(__name__)
_LOGGED = 100


@dataclass(frozen=True, eq=False)
class Fitted:
    """What was learnt.

    Attributes:
        networks: Averaged generators by step, ready to sample.
        conditions: That were learnt; () unconditional. A class is a place in this list.
        parents: Ids of all portraits that it was fitted on, those of unaffected children last.
        distance: What the discriminator's drawings were judged by.
        weights_sha256: Of the generators.
        device: Where they are.
    """

    networks: dict[int, GeneratorNetwork]
    conditions: tuple[str, ...]
    parents: tuple[str, ...]
    distance: str
    weights_sha256: str
    device: torch.device


def fit(
    options: FastGAN, portraits: Portraits, work: Path, seed: int, controls: Portraits | None
) -> Fitted:
    """Train, from the last checkpoint on if there is one.

    Raises:
        UsageError: ``work`` holds another training, or one that has gone past a step that is
            asked for and was not kept; or the device is not there.
        WeightsError: AlexNet is not there.
    """
    device = choose_device(options.device)
    if options.precision == "fp16" and device.type != "cuda":
        raise UsageError("fp16 is for CUDA; on this device say bf16 or full.")
    distance = reconstruction(options.reconstruction, device)
    folder = Folder(work, options.key(portraits, controls, seed, distance.name))
    conditions = tuple(sorted(set(portraits.conditions))) if options.conditional else ()
    n_classes = len(conditions) + (controls is not None)
    missing = [step for step in options.sampled_steps if folder.kept(step) is None]
    if missing:
        images, classes, parts = _material(options, portraits, controls, conditions)
        with reproducible(device, seed):
            training = Training(
                options, images, classes, n_classes, parts, distance, seed=seed, device=device
            )
            _train(training, folder, min(missing), max(missing))
    networks, hashes = {}, []
    for step in options.sampled_steps:
        network, digest = _network(options, folder, step, n_classes)
        networks[step] = network.to(device)
        hashes.append(digest)
    return Fitted(
        networks,
        conditions,
        portraits.image_ids + (controls.image_ids if controls is not None else ()),
        distance.name,
        hashes[0] if len(hashes) == 1 else sha256_bytes(" ".join(hashes).encode()),
        device,
    )


def fit_away(
    engine: Engine,
    options: FastGAN,
    portraits: Portraits,
    work: Path,
    seed: int,
    controls: Portraits | None,
) -> None:
    """Train in a worker that does not see ``work``: what lies there travels to it and back."""
    given = (options.model_dump(), portraits, seed, controls, pack(work))
    for _, files in engine.run(_fit_there, [work], given, needs=Needs(gpu=True)):
        unpack(files, work)


def _fit_there(
    given: tuple[dict[str, Any], Portraits, int, Portraits | None, Parcel], work: Path, here: Here
) -> Parcel:
    from rdface.synthesis.fastgan.fastgan import FastGAN

    options, portraits, seed, controls, files = given
    with here.workplace(work) as folder:
        if not any(folder.iterdir()):  # else an attempt that died has come further
            unpack(files, folder)
        fit(FastGAN(**options), portraits, folder, seed, controls)
        return here.pack(folder)


def _material(
    options: FastGAN, portraits: Portraits, controls: Portraits | None, conditions: tuple[str, ...]
) -> tuple[np.ndarray, np.ndarray, tuple[tuple[int, int], ...]]:
    """All pictures, their classes, and how many of which part a step takes."""
    images, n_controls = portraits.images, 0
    classes = np.zeros(len(portraits), np.int64)
    if conditions:
        number = {condition: place for place, condition in enumerate(conditions)}
        classes = np.array([number[name] for name in portraits.conditions], np.int64)
    parts = [(len(portraits), options.batch)]
    if controls is not None:
        n_controls = max(1, round(options.batch * options.controls_share))
        images = np.concatenate([images, controls.images])
        classes = np.concatenate([classes, np.full(len(controls), len(conditions), np.int64)])
        parts = [(len(portraits), options.batch - n_controls), (len(controls), n_controls)]
    return images, classes, tuple(parts)


def _train(training: Training, folder: Folder, first: int, last: int) -> None:
    """Up to the step ``last``; every snapshot on the way is kept."""
    options = training.options
    state = folder.load()
    if state is not None:
        if state["step"] > first:
            raise UsageError(
                f"The training has gone on to step {state['step']}, and step {first} was not kept.",
                hint="Ask for snapshots that were kept, for more steps, or name another folder.",
            )
        training.restore(state)
    kept = {*options.snapshots, options.steps}
    with bar("Training fastgan", last - training.step) as advance:
        while training.step < last:
            losses = training.advance()
            step = training.step
            if step % _LOGGED == 0:
                _logger.info(
                    "step %d: discriminator %.3f, reconstruction %.3f, generator %.3f",
                    *(step, losses.discriminator, losses.reconstruction, losses.generator),
                )
            if step in kept and folder.kept(step) is None:
                folder.keep(step, training.averaged())
            if step % options.checkpoint_every == 0 or step == last:
                folder.save(training.state())
            advance(1)


def _network(
    options: FastGAN, folder: Folder, step: int, n_classes: int
) -> tuple[GeneratorNetwork, str]:
    from rdface.backbones.torch_backbone import state_sha256

    weights = folder.kept(step)
    if weights is None:
        raise UsageError(f"The generator of step {step} has gone while fastgan was fitted.")
    network = GeneratorNetwork(options.size, options.width, options.noise, n_classes)
    network.load_state_dict(weights)
    return network.eval().requires_grad_(False), state_sha256(network)
