"""The base model is trained on unaffected simulated children, or not at all."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from rdface.cohort import Cohort, load_cohort
from rdface.errors import CohortError
from rdface.synthesis.base_model.recipe import Recipe
from rdface.synthesis.base_model.training import train_base_model

TINY = Recipe(
    size=32,
    autoencoder_channels=(8, 16),
    denoiser_channels=(32, 32),
    text_width=32,
    autoencoder_steps=2,
    autoencoder_batch=2,
    denoiser_steps=2,
    denoiser_batch=2,
)


def _first(count: int) -> Cohort:
    cohort = load_cohort("sim103-controls")
    return dataclasses.replace(cohort, images=cohort.images.head(count).reset_index(drop=True))


@pytest.mark.parametrize("name", ["sim103", "sim103-fresh"])
def test_patients_are_refused(name: str, tmp_path: Path) -> None:
    """Nothing that met a patient may call itself a base."""
    with pytest.raises(CohortError, match="no cohort of simulated unaffected"):
        train_base_model(load_cohort(name), tmp_path, TINY)
    assert not list(tmp_path.iterdir())


def test_pictures_of_persons_are_refused(tmp_path: Path) -> None:
    """The shipped base shows nobody, and no one shall train one on real children unawares."""
    cohort = _first(4)
    info = cohort.info.model_copy(update={"simulated": False})
    with pytest.raises(CohortError):
        train_base_model(dataclasses.replace(cohort, info=info), tmp_path, TINY)


@pytest.mark.slow
@pytest.mark.weights
def test_a_tiny_model_is_trained_saved_and_draws(tmp_path: Path) -> None:
    """From portraits to a folder that diffusers loads and samples from, equal for equal seeds."""
    import torch
    from diffusers import StableDiffusionPipeline

    folder = train_base_model(_first(6), tmp_path / "a", TINY)
    about = json.loads((folder / "training.json").read_text())
    assert about["images"] == 6 and about["cohort"] == "sim103-controls"
    pipeline = StableDiffusionPipeline.from_pretrained(folder, dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)
    drawn = [
        pipeline(
            "photo of a KBG child",
            num_inference_steps=2,
            generator=torch.Generator().manual_seed(1),
            output_type="np",
        ).images
        for _ in range(2)
    ]
    assert drawn[0].shape == (1, 32, 32, 3)
    np.testing.assert_array_equal(drawn[0], drawn[1])
    again = train_base_model(_first(6), tmp_path / "b", TINY)
    for name in ("unet", "vae"):
        file = f"{name}/diffusion_pytorch_model.safetensors"
        assert (folder / file).read_bytes() == (again / file).read_bytes()
