"""One condition's job: teach it, keep what was learnt, draw from it. Any engine can run jobs."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rdface.errors import WeightsError
from rdface.files import code_sha256, sha256_bytes, sha256_file, write_json
from rdface.learners.tuning.device import choose_device
from rdface.synthesis.dreambooth.latents import Latents, encode
from rdface.synthesis.dreambooth.pipeline import Base, open_base
from rdface.synthesis.dreambooth.recipe import Recipe
from rdface.synthesis.dreambooth.sampling import Drawn, Painter
from rdface.synthesis.dreambooth.seeds import derive
from rdface.synthesis.dreambooth.student import make_student
from rdface.synthesis.dreambooth.training import Lesson, half_precision, steady, teach

if TYPE_CHECKING:
    import torch

WEIGHTS, ABOUT, _LAST = "weights.safetensors", "learnt.json", "last.pt"
_PACKAGES = ("torch", "diffusers", "transformers", "peft")


@dataclass(frozen=True, eq=False)
class Job:
    """All that is needed to learn one condition; a process on another machine can take it.

    Attributes:
        condition: Whom.
        images: ``uint8 [N, S, S, 3]``, its portraits and no others.
        recipe: How.
        seed: Of this condition; what is learnt follows from it.
        folder: Of this condition alone.
        base_sha256: The base that is meant.
        prior: File of :func:`~rdface.synthesis.dreambooth.prior.class_pictures`; None without
            prior preservation.
    """

    condition: str
    images: NDArray[np.uint8]
    recipe: Recipe
    seed: int
    folder: Path
    base_sha256: str
    prior: Path | None

    def key(self, device: torch.device) -> str:
        """Names what is learnt; where it differs, nothing that lies in the folder is used."""
        about = {
            "condition": self.condition,
            "recipe": self.recipe.teaching(),
            "seed": self.seed,
            "base": self.base_sha256,
            "images": _digest(self.images),
            "prior": None if self.prior is None else sha256_file(self.prior),
            "device": device.type,
            **deciding_code(),
        }
        return sha256_bytes(json.dumps(about, sort_keys=True).encode())


def train(
    job: Job, device: str | None = None, advance: Callable[[int], None] = lambda _: None
) -> dict[str, Any]:
    """Learn the condition of a job, unless that is done; go on where it was stopped.

    Args:
        job: Whose folder is written: ``weights.safetensors`` and ``learnt.json``.
        device: As torch names it; the best one that there is if None.
        advance: Told the steps that were done.

    Returns:
        What ``learnt.json`` holds: ``condition``, ``key``, ``sha256`` of the weights, ``steps``,
        ``losses`` (a row a step: portraits, class), ``parameters`` that learnt, ``seconds`` (since
        the last stop).

    Raises:
        UsageError: The recipe does not fit the device or the base.
        WeightsError: The base cannot be opened, or is another one than the job means.
    """
    where = choose_device(device)
    key = job.key(where)
    done = _learnt(job.folder, key)
    if done is not None:
        advance(job.recipe.steps)
        return done
    base = _base_of(job)
    job.folder.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with steady(where, job.seed):
        images = job.images
        if job.recipe.flip:
            images = np.concatenate([images, images[:, :, ::-1]])
        lesson = Lesson(
            own=encode(base.pipe.vae, images, where),
            prompt=job.recipe.prompt_for(job.condition),
            prior=None if job.prior is None else _encoded_prior(job.prior, base, where),
            class_prompt=job.recipe.class_prompt,
            seed=job.seed,
        )
    student = make_student(base, job.recipe, seed=job.seed)
    last = job.folder / _LAST
    losses = teach(
        student, base, lesson, job.recipe, where, checkpoint=last, key=key, advance=advance
    )
    sha256 = student.save(job.folder / WEIGHTS, half_precision(job.recipe, where))
    about = {
        "condition": job.condition,
        "key": key,
        "sha256": sha256,
        "base_sha256": base.sha256,
        "steps": len(losses),
        "parameters": sum(p.numel() for p in student.parameters()),
        "seconds": round(time.monotonic() - started, 2),
        "device": str(where),
        "losses": [[round(value, 6) for value in row] for row in losses],
    }
    write_json(job.folder / ABOUT, about)
    last.unlink(missing_ok=True)
    return about


def draw(
    job: Job, seed: int, count: int, *, first: int = 0, device: str | None = None
) -> Iterator[Drawn]:
    """Samples ``first`` to ``count - 1`` of a condition that was learnt.

    Args:
        job: After :func:`train`.
        seed: Of all samples.
        count: How many there are then.
        first: So many were drawn before.
        device: As for :func:`train`.

    Raises:
        UsageError: A sample stayed blank.
        WeightsError: What was learnt is not in the folder.
    """
    from safetensors.torch import load_file

    where = choose_device(device)
    if _learnt(job.folder, job.key(where)) is None:
        raise WeightsError(
            f"What was learnt of {job.condition} is not in {job.folder}, or was altered.",
            hint="Fit the generator again: what is there is taken, what is missing is learnt.",
        )
    base = _base_of(job)
    half = half_precision(job.recipe, where)
    student = make_student(base, job.recipe, seed=job.seed)
    student.load(load_file(job.folder / WEIGHTS))
    student.merge()
    painter = Painter(
        base,
        student.unet.eval(),
        student.text_encoder.eval(),
        job.recipe,
        size=job.images.shape[1],
        device=where,
        half=half,
    )
    pictures = painter.draw(
        job.recipe.prompt_for(job.condition), derive(seed, job.condition), count, first
    )
    for _ in range(first, count):
        with steady(where, seed):  # left while the caller has the picture
            picture = next(pictures)
        yield picture


def finished(job: Job, device_type: str) -> dict[str, Any] | None:
    """What ``learnt.json`` holds, if such a device has learnt this very job; else None."""
    import torch

    return _learnt(job.folder, job.key(torch.device(device_type)))


def forget(job: Job) -> None:
    """Remove the job's folder."""
    shutil.rmtree(job.folder, ignore_errors=True)


@cache
def deciding_code() -> dict[str, str]:
    """Of the code that runs, whatever is written over it meanwhile, and of its libraries."""
    code = code_sha256(Path(__file__).parent)
    return {"code": code, **{package: version(package) for package in _PACKAGES}}


def _base_of(job: Job) -> Base:
    base = open_base(job.recipe)
    if base.sha256 != job.base_sha256:
        raise WeightsError(
            f"The base model {job.recipe.base!r} has changed since this job was made.",
            hint="Fit the generator again.",
        )
    return base


def _learnt(folder: Path, key: str) -> dict[str, Any] | None:
    """What a finished job has written, if it is whole and of this key."""
    try:
        about: dict[str, Any] = json.loads((folder / ABOUT).read_text())
        if about["key"] == key and about["sha256"] == sha256_file(folder / WEIGHTS):
            return about
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return None


def _digest(images: NDArray[np.uint8]) -> str:
    shape = repr(images.shape).encode()
    return sha256_bytes(shape + np.ascontiguousarray(images).tobytes())


_prior_latents: dict[tuple[str, str, str], Latents] = {}


def _encoded_prior(path: Path, base: Base, device: torch.device) -> Latents:
    """Encoded once a process: all conditions share them."""
    key = (base.sha256, sha256_file(path), str(device))
    if key not in _prior_latents:
        _prior_latents.clear()
        _prior_latents[key] = encode(base.pipe.vae, np.load(path, allow_pickle=False), device)
    return _prior_latents[key]
