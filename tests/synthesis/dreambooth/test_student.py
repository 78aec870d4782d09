"""What learns and what does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from rdface.synthesis.dreambooth import Recipe, train
from rdface.synthesis.dreambooth.job import Job
from rdface.synthesis.dreambooth.pipeline import Base, open_base
from rdface.synthesis.dreambooth.student import make_student

from .tiny import portraits


def learnt(recipe: Recipe, folder: Path) -> tuple[Base, dict[str, np.ndarray]]:
    """Train on A and read what was kept."""
    from safetensors.numpy import load_file

    base = open_base(recipe)
    train(Job("A", portraits().of("A").images, recipe, 1, folder, base.sha256, None))
    return base, dict(load_file(folder / "weights.safetensors"))


def test_adapters_alone_learn_under_lora(recipe: Callable[..., Recipe], tmp_path: Path) -> None:
    """Nothing but their two factors is kept; the base's weights stand as they were."""
    chosen = recipe(tuning="lora", lora_rank=2, prior_weight=0)
    base = open_base(chosen)
    before = {name: value.clone() for name, value in base.pipe.unet.state_dict().items()}
    base, kept = learnt(chosen, tmp_path)
    assert all("lora_A" in name or "lora_B" in name for name in kept)
    assert {name.split("/")[0] for name in kept} == {"unet", "text_encoder"}
    assert all(value.any() for name, value in kept.items() if "lora_B" in name)  # began at zero
    assert all(2 in value.shape for value in kept.values())
    after = base.pipe.unet.state_dict()
    assert before.keys() == after.keys()
    assert all(bool((before[name] == after[name]).all()) for name in before)


def test_the_text_encoder_stands_still_when_asked(
    recipe: Callable[..., Recipe], tmp_path: Path
) -> None:
    base, both = learnt(recipe(tuning="full", prior_weight=0), tmp_path / "both")
    still = recipe(tuning="full", prior_weight=0, train_text_encoder=False)
    base, unet = learnt(still, tmp_path / "unet")
    assert {name.split("/")[0] for name in both} == {"unet", "text_encoder"}
    assert {name.split("/")[0] for name in unet} == {"unet"}
    for part, network in (("unet", base.pipe.unet), ("text_encoder", base.pipe.text_encoder)):
        moved = [
            not np.array_equal(value.numpy(), both[f"{part}/{name}"])
            for name, value in network.state_dict().items()
        ]
        assert np.mean(moved) > 0.9


@pytest.mark.parametrize("tuning", ["full", "lora"])
def test_a_student_begins_as_the_base(recipe: Callable[..., Recipe], tuning: str) -> None:
    """Adapters add nothing before the first step, whatever the seed."""
    import torch

    chosen = recipe(tuning=tuning)
    base = open_base(chosen)
    student = make_student(base, chosen, seed=3)
    generator = torch.Generator().manual_seed(0)
    noisy = torch.randn(1, 4, 8, 8, generator=generator)
    text = torch.randn(1, 5, 32, generator=generator)
    with torch.no_grad():
        expected = base.pipe.unet(noisy, 10, text).sample
        torch.testing.assert_close(student.unet(noisy, 10, text).sample, expected)
        for parameter in student.parameters():
            parameter.add_(0.01)
        moved = student.unet(noisy, 10, text).sample
        assert not torch.allclose(moved, expected)
        student.merge()
        torch.testing.assert_close(student.unet(noisy, 10, text).sample, moved)
        torch.testing.assert_close(base.pipe.unet(noisy, 10, text).sample, expected)
