"""Train the base model on portraits of unaffected children: autoencoder first, denoiser second."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rdface.errors import CohortError, UsageError
from rdface.files import atomic_path, write_json
from rdface.learners.tuning.device import one_thread, reproducible
from rdface.synthesis.base_model.architecture import (
    TIMES,
    make_autoencoder,
    make_denoiser,
    make_pipeline,
    make_schedule,
    make_text_encoder,
)
from rdface.synthesis.base_model.captions import LENGTH, attributes, caption, make_tokenizer
from rdface.synthesis.base_model.recipe import Recipe
from rdface.synthesis.base_model.stage import train_stage
from rdface.synthesis.portraits import take_portraits

if TYPE_CHECKING:
    import torch

    from rdface.cohort import Cohort

UNAFFECTED = "UNAFFECTED"
CORPUS = 20_000
"""Captions that the tokenizer's words are taken from."""


def train_base_model(cohort: Cohort, out: Path, recipe: Recipe, *, seed: int = 0) -> Path:
    """Train, or go on where a run that was stopped left off.

    Args:
        cohort: Simulated children without any condition (``rdface simulate --population
            unaffected``).
        out: Checkpoints go to ``out/work``, the pipeline to ``out/pipeline``.
        recipe: Sizes, steps and rates.
        seed: Everything follows from it.

    Returns:
        Folder of the pipeline, in the format of diffusers.

    Raises:
        CohortError: The cohort holds patients, or pictures of persons.
        UsageError: The extra ``synthesis`` is missing.
    """
    _check(cohort)
    import torch

    images, table = _portraits(cohort, recipe.size)
    began = time.monotonic()
    # On several threads sums are added up in another order each time, which training amplifies.
    with one_thread(), reproducible(torch.device("cpu"), seed):
        pipeline = _train(images, attributes(table), recipe, seed, out / "work")
    with atomic_path(out / "pipeline") as part:
        pipeline.to(torch.float16).save_pretrained(part, safe_serialization=True)
        about = {"cohort": cohort.info.name, "cohort_sha256": cohort.sha256, "seed": seed}
        about |= {"images": len(table), "recipe": recipe.model_dump(mode="json")}
        about |= {"licence": "CC0-1.0", "seconds_of_last_run": round(time.monotonic() - began)}
        write_json(part / "training.json", about)
    return out / "pipeline"


def _train(
    images: NDArray[np.uint8], known: list[dict[str, str]], recipe: Recipe, seed: int, work: Path
) -> Any:  # noqa: ANN401 - diffusers has no types
    """Both stages; the pipeline.

    Args:
        images: ``[2 N, S, S, 3]``: portraits, then their mirror images.
        known: Attributes of the N children.
        recipe: Sizes, steps and rates.
        seed: Everything follows from it.
        work: For checkpoints.
    """
    import torch

    some = min(recipe.autoencoder_children, len(known))
    rows = np.concatenate([np.arange(some), len(known) + np.arange(some)])
    vae = _train_autoencoder(images[rows], recipe, seed, work / "autoencoder.pt")
    means, spreads = _encode(vae, images)
    scale = 1 / float(np.sqrt((means**2).mean() + (spreads**2).mean() - means.mean() ** 2))
    vae.register_to_config(scaling_factor=scale)
    rng = np.random.default_rng([seed, 1])
    tokenizer = make_tokenizer([caption(known[row % len(known)], rng) for row in range(CORPUS)])
    torch.manual_seed(seed)
    both = torch.nn.ModuleDict(
        {
            "unet": make_denoiser(recipe),
            "text": make_text_encoder(recipe, len(tokenizer), tokenizer.eos_token_id),
        }
    )
    trained: Any = train_stage(
        "Training the denoiser",
        both,
        _denoising(both, tokenizer, known, means * scale, spreads * scale, recipe, seed),
        steps=recipe.denoiser_steps,
        rate=recipe.denoiser_rate,
        last_rate=recipe.denoiser_rate / 10,
        averaging=recipe.averaging,
        path=work / "denoiser.pt",
        key=_key(images, recipe, seed, "denoiser_steps"),
    )
    return make_pipeline(vae, trained["unet"], trained["text"], tokenizer)


def _key(images: NDArray[np.uint8], recipe: Recipe, seed: int, *left_out: str) -> str:
    """Names what a stage learns from and how; not for how long, so that it may be given more."""
    about = recipe.model_dump_json(exclude=set(left_out))
    digest = hashlib.sha256(f"{about} {seed} {images.shape}".encode())
    digest.update(np.ascontiguousarray(images).tobytes())
    return digest.hexdigest()


_DENOISER = (
    *("denoiser_channels", "denoiser_layers", "text_width"),
    *("denoiser_steps", "denoiser_batch", "denoiser_rate", "averaging"),
)


def _check(cohort: Cohort) -> None:
    """A base model that had met a patient would make every study with it worthless."""
    import importlib.util

    affected = sorted(set(cohort.images["condition"]) - {UNAFFECTED})
    if affected or not cohort.info.simulated:
        raise CohortError(
            f"{cohort.info.name} is no cohort of simulated unaffected children.",
            hint="Make one: rdface simulate --population unaffected --size 128 --out FOLDER",
        )
    for package in ("torch", "diffusers", "transformers"):
        if importlib.util.find_spec(package) is None:
            raise UsageError(
                f"{package} is not installed.", hint="Run `pip install 'rdface[synthesis]'`."
            )


def _portraits(cohort: Cohort, size: int) -> tuple[NDArray[np.uint8], Any]:
    """``[2 N, S, S, 3]``: portraits, then their mirror images; and the table's N rows."""
    from rdface.faces import locate_faces

    portraits = take_portraits(cohort, locate_faces(cohort), cohort.image_ids, size)
    table = cohort.images.set_index("image_id", drop=False).loc[list(portraits.image_ids)]
    return np.concatenate([portraits.images, portraits.images[:, :, ::-1]]), table


def _batch(images: NDArray[np.uint8], rows: NDArray[np.intp]) -> torch.Tensor:
    """``float32 [B, 3, S, S]``, -1 to 1."""
    import torch

    picked = torch.from_numpy(np.ascontiguousarray(images[rows])).permute(0, 3, 1, 2)
    return (picked.float() / 127.5 - 1).contiguous(memory_format=torch.channels_last)


def _train_autoencoder(images: NDArray[np.uint8], recipe: Recipe, seed: int, path: Path) -> Any:  # noqa: ANN401
    """Absolute differences of pixels and of their edges; next to no pull of the latents to 0."""
    import torch

    torch.manual_seed(seed)
    vae = make_autoencoder(recipe).to(memory_format=torch.channels_last)

    def loss(step: int) -> torch.Tensor:
        rng = np.random.default_rng([seed, 2, step])
        x = _batch(images, rng.integers(len(images), size=recipe.autoencoder_batch))
        with torch.autocast("cpu", torch.bfloat16):
            latent = vae.encode(x).latent_dist
            noise = torch.from_numpy(rng.standard_normal(latent.mean.shape, np.float32))
            y = vae.decode(latent.mean + latent.std * noise).sample.float()
        value: torch.Tensor = (x - y).abs().mean() + 1e-6 * latent.kl().float().mean()
        for axis in (2, 3):
            value = value + (torch.diff(x, dim=axis) - torch.diff(y, dim=axis)).abs().mean() / 2
        return value

    return train_stage(
        "Training the autoencoder",
        vae,
        loss,
        steps=recipe.autoencoder_steps,
        rate=recipe.autoencoder_rate,
        last_rate=recipe.autoencoder_rate / 10,
        averaging=None,
        path=path,
        key=_key(images, recipe, seed, "autoencoder_steps", *_DENOISER),
    )


def _encode(vae: Any, images: NDArray[np.uint8]) -> tuple[NDArray[np.float32], ...]:  # noqa: ANN401
    """Means and standard deviations of all latents, ``float32 [2 N, C, s, s]`` each."""
    import torch

    means, spreads = [], []
    with torch.inference_mode():
        for start in range(0, len(images), 64):
            rows = np.arange(start, min(start + 64, len(images)))
            latent = vae.encode(_batch(images, rows)).latent_dist
            means.append(latent.mean.numpy())
            spreads.append(latent.std.numpy())
    return np.concatenate(means), np.concatenate(spreads)


def _denoising(
    both: Any,  # noqa: ANN401
    tokenizer: Any,  # noqa: ANN401
    known: list[dict[str, str]],
    means: NDArray[np.float32],
    spreads: NDArray[np.float32],
    recipe: Recipe,
    seed: int,
) -> Any:  # noqa: ANN401
    """The loss of a step of the denoiser, a function of the step's number."""
    import torch

    schedule = make_schedule()

    def of_step(step: int) -> torch.Tensor:
        rng = np.random.default_rng([seed, 3, step])
        rows = rng.integers(len(means), size=recipe.denoiser_batch)
        shape = (len(rows), *means.shape[1:])
        drawn = means[rows] + spreads[rows] * rng.standard_normal(shape, np.float32)
        latents, noise = (
            torch.from_numpy(drawn),
            torch.from_numpy(rng.standard_normal(shape, np.float32)),
        )
        times = torch.from_numpy(rng.integers(TIMES, size=len(rows)))
        said = [caption(known[row % len(known)], rng) for row in rows]
        tokens = tokenizer(
            said, padding="max_length", truncation=True, max_length=LENGTH, return_tensors="pt"
        ).input_ids
        words = both["text"](tokens).last_hidden_state
        noisy = schedule.add_noise(latents, noise, times)
        guess = both["unet"](noisy, times, words).sample
        velocity: torch.Tensor = schedule.get_velocity(latents, noise, times)
        loss: torch.Tensor = torch.nn.functional.mse_loss(guess, velocity)
        return loss

    return of_step
