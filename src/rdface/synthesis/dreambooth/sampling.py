"""Draw pictures, each from a seed of its own; draw again what the safety checker blacked out."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rdface.errors import UsageError
from rdface.synthesis.dreambooth.seeds import derive

if TYPE_CHECKING:
    import torch

    from rdface.imaging import Image
    from rdface.synthesis.dreambooth.pipeline import Base
    from rdface.synthesis.dreambooth.recipe import Recipe


@dataclass(frozen=True, eq=False)
class Drawn:
    """One picture.

    Attributes:
        image: ``uint8 [S, S, 3]``.
        seed: That it came from.
        blanks: Pictures before it that came out blank.
    """

    image: Image
    seed: int
    blanks: int


class Painter:
    """Draws from a model, whole batches at a time.

    Every batch is full, so that a picture has the same bits however many are wanted: what is too
    much is thrown away. A picture that is drawn again keeps its place in the batch.

    Args:
        base: Its autoencoder, tokenizer, scheduler and safety checker.
        unet: A ``UNet2DConditionModel``, which is moved to the device.
        text_encoder: A ``CLIPTextModel``, likewise.
        recipe: ``guidance``, ``sample_steps``, ``sampler``, ``sample_batch``, ``redraws``.
        size: Pixels a side.
        device: Where.
        half: Type to compute in; None for float32.
    """

    def __init__(
        self,
        base: Base,
        unet: Any,  # noqa: ANN401 - diffusers has no types
        text_encoder: Any,  # noqa: ANN401
        recipe: Recipe,
        *,
        size: int,
        device: torch.device,
        half: torch.dtype | None,
    ) -> None:
        self._recipe, self._size = recipe, size
        moved = half is not None or device.type != "cpu"
        self._pipe = _assembled(base, unet, text_encoder, recipe.sampler, own=moved)
        self._pipe.to(device) if half is None else self._pipe.to(device, half)

    def draw(self, prompt: str, seed: int, count: int, first: int = 0) -> Iterator[Drawn]:
        """Pictures ``first`` to ``count - 1``; number k depends on prompt, seed and k alone."""
        size = self._recipe.sample_batch
        for start in range(first // size * size, count, size):
            yield from self._batch(prompt, seed, start, min(size, count - start))[
                max(0, first - start) :
            ]

    def _batch(self, prompt: str, seed: int, start: int, wanted: int) -> list[Drawn]:
        numbers = range(start, start + self._recipe.sample_batch)
        blanks = [0] * len(numbers)
        found: list[Drawn | None] = [None] * wanted
        while None in found:
            seeds = [derive(seed, k, tried) for k, tried in zip(numbers, blanks, strict=True)]
            images, flagged = self._pictures(prompt, seeds)
            for place in range(wanted):
                if found[place] is not None:
                    continue
                if flagged[place] or is_blank(images[place]):
                    blanks[place] += 1
                else:
                    found[place] = Drawn(images[place], seeds[place], blanks[place])
            if max(blanks) > self._recipe.redraws:
                raise UsageError(
                    f"A sample of {prompt!r} came out blank {max(blanks)} times in a row.",
                    hint="The base model's safety checker blacks pictures out, and so does an "
                    "overflow in half precision. Look at other samples, lower `guidance`, train "
                    "fewer steps or with a smaller `learning_rate`, or raise `redraws`.",
                )
        return [drawn for drawn in found if drawn is not None]

    def _pictures(self, prompt: str, seeds: list[int]) -> tuple[NDArray[np.uint8], list[bool]]:
        import torch

        recipe = self._recipe
        result = self._pipe(
            prompt=[prompt] * len(seeds),
            negative_prompt=[recipe.negative_prompt] * len(seeds),
            height=self._size,
            width=self._size,
            num_inference_steps=recipe.sample_steps,
            guidance_scale=recipe.guidance,
            generator=[torch.Generator().manual_seed(seed) for seed in seeds],
            output_type="np",
        )
        pictures = np.nan_to_num(np.asarray(result.images, np.float32), nan=0.0)
        flagged = result.nsfw_content_detected or [False] * len(seeds)
        return np.round(pictures * 255).astype(np.uint8), [bool(flag) for flag in flagged]


def is_blank(image: Image) -> bool:
    """All black, as the safety checker leaves it, and as an overflow ends."""
    return not image.any()


def _assembled(
    base: Base,
    unet: Any,  # noqa: ANN401
    text_encoder: Any,  # noqa: ANN401
    sampler: str,
    *,
    own: bool,
) -> Any:  # noqa: ANN401
    """The base's pipeline with other networks and a scheduler of its own, which has a state.

    ``own``: also with copies of the autoencoder and the safety checker, which can be moved.
    """
    import diffusers

    classes: Any = diffusers

    old = base.pipe
    kind = classes.DDIMScheduler if sampler == "ddim" else type(old.scheduler)
    settings = dict(old.scheduler.config)
    if sampler == "ddim":
        settings["clip_sample"] = False  # latents have no bounds
    pipe = classes.StableDiffusionPipeline(
        vae=copy.deepcopy(old.vae) if own else old.vae,
        text_encoder=text_encoder,
        tokenizer=old.tokenizer,
        unet=unet,
        scheduler=kind.from_config(settings),
        safety_checker=copy.deepcopy(old.safety_checker) if own else old.safety_checker,
        feature_extractor=old.feature_extractor,
        requires_safety_checker=False,
    )
    pipe.set_progress_bar_config(disable=True)
    return pipe
