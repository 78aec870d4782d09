"""Pictures of the class that the base draws itself, once; what prior preservation learns from.

They come from the base alone and show no child of a cohort. They follow the seed of the fit: the
conditions of one fit share them, and so do fits of other portraits under the same seed (a fold's
regimes), for a hundred of them take longer to draw than a condition to learn. Folds of a study have
seeds, and so class pictures, of their own: what one lot happens to show is not in every fold.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from rdface.engines import Engine, Here, Needs
from rdface.files import atomic_path, cache_dir, sha256_bytes
from rdface.progress import bar
from rdface.synthesis.dreambooth.job import deciding_code
from rdface.synthesis.dreambooth.sampling import Painter
from rdface.synthesis.dreambooth.seeds import derive
from rdface.synthesis.dreambooth.training import half_precision, steady

if TYPE_CHECKING:
    import torch

    from rdface.synthesis.dreambooth.pipeline import Base
    from rdface.synthesis.dreambooth.recipe import Recipe


def class_pictures(
    base: Base,
    recipe: Recipe,
    size: int,
    seed: int,
    device: torch.device,
    engine: Engine | None = None,
) -> Path:
    """The file with the pictures; they are drawn if it is not in the cache.

    Args:
        base: Draws them.
        recipe: ``class_prompt``, ``prior_images`` and how samples are drawn.
        size: Pixels a side.
        seed: Of the pictures.
        device: Where.
        engine: Whose workers draw them; this process if None.

    Returns:
        A file of ``uint8 [prior_images, size, size, 3]`` for :func:`numpy.load`.
    """
    about = {
        **recipe.model_dump(
            mode="json",
            include={
                *("class_prompt", "negative_prompt", "sample_steps", "guidance", "sampler"),
                *("prior_images", "sample_batch", "precision"),
            },
        ),
        "base": base.sha256,
        "size": size,
        "seed": seed,
        "device": device.type,
        **deciding_code(),
    }
    key = sha256_bytes(json.dumps(about, sort_keys=True).encode())
    path = cache_dir("dreambooth", "class") / f"{key[:32]}.npy"
    with FileLock(f"{path}.lock"):  # several fits may ask at once
        if not path.is_file():
            if engine is None:
                found = _drawn(base, recipe, size, seed, device)
            else:
                task = (recipe, size, seed)
                ((_, found),) = engine.run(_drawn_there, [task], None, needs=Needs(gpu=True))
            with atomic_path(path) as part, part.open("wb") as stream:
                np.save(stream, found)
    return path


def _drawn(
    base: Base, recipe: Recipe, size: int, seed: int, device: torch.device
) -> NDArray[np.uint8]:
    half = half_precision(recipe, device)
    unet, text_encoder = copy.deepcopy(base.pipe.unet), copy.deepcopy(base.pipe.text_encoder)
    painter = Painter(base, unet, text_encoder, recipe, size=size, device=device, half=half)
    images = np.empty((recipe.prior_images, size, size, 3), np.uint8)
    with (
        steady(device, seed),
        bar("DreamBooth, pictures of the class", recipe.prior_images) as advance,
    ):
        drawn = painter.draw(recipe.class_prompt, derive(seed, "class"), recipe.prior_images)
        for row, picture in enumerate(drawn):
            images[row] = picture.image
            advance(1)
    return images


def _drawn_there(given: None, task: tuple[Recipe, int, int], here: Here) -> NDArray[np.uint8]:
    from rdface.learners.tuning.device import choose_device
    from rdface.synthesis.dreambooth.pipeline import open_base

    recipe, size, seed = task
    return _drawn(open_base(recipe), recipe, size, seed, choose_device(here.device))
