"""Every sample has its own seed; what comes out blank is drawn again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rdface.errors import UsageError
from rdface.synthesis.dreambooth import Recipe
from rdface.synthesis.dreambooth.pipeline import Base, open_base
from rdface.synthesis.dreambooth.sampling import Painter, is_blank

from .tiny import SIZE, save_tiny_base


def painter(recipe: Recipe, base: Base | None = None) -> Painter:
    import torch

    base = base or open_base(recipe)
    return Painter(
        base,
        base.pipe.unet,
        base.pipe.text_encoder,
        recipe,
        size=SIZE,
        device=torch.device("cpu"),
        half=None,
    )


@pytest.mark.parametrize("sampler", ["own", "ddim"])
def test_a_sample_depends_on_its_number_alone(recipe: Callable[..., Recipe], sampler: str) -> None:
    """A longer row begins with the shorter one, to the bit; a row can begin anywhere."""
    tool = painter(recipe(sampler=sampler))
    five = [drawn.image for drawn in tool.draw("photo of a b child", 4, 5)]
    three = [drawn.image for drawn in tool.draw("photo of a b child", 4, 3)]
    late = [drawn.image for drawn in tool.draw("photo of a b child", 4, 5, first=3)]
    np.testing.assert_array_equal(five[:3], three)
    np.testing.assert_array_equal(five[3:], late)
    assert len({image.tobytes() for image in five}) == 5
    other = [drawn.image for drawn in tool.draw("photo of a b child", 5, 1)]
    assert not np.array_equal(other[0], five[0])


def blanking(tool: Painter, blank: Callable[[int, int], bool]) -> list[list[int]]:
    """Black out pictures as a safety checker does; ``blank(call, place)`` says which."""
    seen: list[list[int]] = []
    draw: Any = tool._pictures

    def blacked(prompt: str, seeds: list[int]) -> tuple[np.ndarray, list[bool]]:
        images, flags = draw(prompt, seeds)
        for place in range(len(seeds)):
            if blank(len(seen), place):
                images[place] = 0
        seen.append(seeds)
        return images, flags

    tool._pictures = blacked  # type: ignore[method-assign]
    return seen


def test_blank_samples_are_drawn_again_with_the_next_seed(
    recipe: Callable[..., Recipe],
) -> None:
    """The blank one alone, with the count in its notes; its neighbour keeps its picture."""
    plain = list(painter(recipe()).draw("photo of a b child", 4, 2))
    tool = painter(recipe())
    seeds = blanking(tool, lambda call, place: place == 1 and call < 2)
    first, second = tool.draw("photo of a b child", 4, 2)
    assert (first.blanks, second.blanks) == (0, 2)
    np.testing.assert_array_equal(first.image, plain[0].image)
    assert not is_blank(second.image) and not np.array_equal(second.image, plain[1].image)
    assert len({row[1] for row in seeds}) == 3 and len({row[0] for row in seeds}) == 1
    assert second.seed == seeds[2][1] and first.seed == plain[0].seed


def test_what_stays_blank_is_an_error_that_says_so(recipe: Callable[..., Recipe]) -> None:
    tool = painter(recipe(redraws=3))
    calls = blanking(tool, lambda call, place: True)
    with pytest.raises(UsageError, match="came out blank 4 times in a row") as caught:
        list(tool.draw("photo of a b child", 4, 2))
    assert "safety checker" in str(caught.value.hint) and len(calls) == 4


def test_places_that_nobody_wants_may_stay_blank(recipe: Callable[..., Recipe]) -> None:
    """Batches are filled up to be equal; what is thrown away is not looked at."""
    tool = painter(recipe())
    calls = blanking(tool, lambda call, place: place == 1)
    assert len(list(tool.draw("photo of a b child", 4, 1))) == 1 and len(calls) == 1


def test_the_real_safety_checker_is_heard(tmp_path: Path) -> None:
    """The class of Stable Diffusion, tuned to object to everything, or to nothing."""
    base_folder = save_tiny_base(tmp_path / "checked", checker=True)
    options = {"base_licence": "CC0", "sample_steps": 2, "sample_batch": 2, "redraws": 2}
    recipe = Recipe(base=str(base_folder), **options)
    base = open_base(recipe)
    checker = base.pipe.safety_checker
    checker.concept_embeds_weights.data.fill_(2.0)  # thresholds that no cosine reaches
    checker.special_care_embeds_weights.data.fill_(2.0)
    assert len(list(painter(recipe, base).draw("a child", 1, 2))) == 2
    checker.concept_embeds_weights.data.fill_(-2.0)  # and that every cosine does
    with pytest.raises(UsageError, match="came out blank 3 times"):
        list(painter(recipe, base).draw("a child", 1, 2))


def test_half_precision_leaves_the_base_as_it_is(recipe: Callable[..., Recipe]) -> None:
    """Its autoencoder is copied before it is made small."""
    import copy

    import torch

    base = open_base(recipe())
    tool = Painter(
        base,
        copy.deepcopy(base.pipe.unet),
        copy.deepcopy(base.pipe.text_encoder),
        recipe(),
        size=SIZE,
        device=torch.device("cpu"),
        half=torch.bfloat16,
    )
    half = [drawn.image for drawn in tool.draw("photo of a b child", 4, 2)]
    full = [drawn.image for drawn in painter(recipe()).draw("photo of a b child", 4, 2)]
    assert base.pipe.vae.dtype == torch.float32
    assert np.abs(np.array(half, float) - np.array(full, float)).mean() < 20
