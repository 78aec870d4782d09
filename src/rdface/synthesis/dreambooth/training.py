"""Teach one condition: the steps of DreamBooth.

N. Ruiz et al.: DreamBooth: Fine Tuning Text-to-Image Diffusion Models for Subject-Driven
Generation. CVPR 2023, arXiv 2208.12242. A rare word is bound to a few pictures; the loss on
pictures of the class that the base drew itself keeps the class from becoming those few.

Every draw of a step follows from the seed and the step's number alone, so that a checkpoint needs
no generator's state and a training that was stopped goes on to the same bits.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rdface.errors import UsageError
from rdface.learners.tuning.device import one_thread, reproducible
from rdface.learners.tuning.state_file import read_state, write_state
from rdface.synthesis.dreambooth.seeds import derive, rows_at

if TYPE_CHECKING:
    import torch

    from rdface.synthesis.dreambooth.latents import Latents
    from rdface.synthesis.dreambooth.pipeline import Base
    from rdface.synthesis.dreambooth.recipe import Recipe
    from rdface.synthesis.dreambooth.student import Student


@dataclass(frozen=True, eq=False)
class Lesson:
    """What one condition is taught with.

    Attributes:
        own: Its portraits.
        prompt: Names the condition.
        prior: Pictures of the class that the base drew, or None.
        class_prompt: Names the class.
        seed: Of every draw.
    """

    own: Latents
    prompt: str
    prior: Latents | None
    class_prompt: str
    seed: int


def half_precision(recipe: Recipe, device: torch.device) -> torch.dtype | None:
    """The type of forward passes and of samples; None for float32.

    Raises:
        UsageError: float16 where it cannot be trained in.
    """
    import torch

    if recipe.precision == "full":
        return None
    if recipe.precision == "fp16" and device.type != "cuda":
        raise UsageError(
            f"`precision: fp16` needs a CUDA device; this one is {device}.",
            hint="Say `precision: full` (or bf16, which is faster on a few new processors only).",
        )
    return torch.bfloat16 if recipe.precision == "bf16" else torch.float16


@contextmanager
def steady(device: torch.device, seed: int) -> Iterator[None]:
    """Reproducible; on a CPU in one thread, for processes are what share its cores here."""
    with reproducible(device, seed), one_thread() if device.type == "cpu" else nullcontext():
        yield


def teach(
    student: Student,
    base: Base,
    lesson: Lesson,
    recipe: Recipe,
    device: torch.device,
    *,
    checkpoint: Path,
    key: str,
    advance: Callable[[int], None] = lambda _: None,
) -> list[list[float]]:
    """Train a student in place, from its checkpoint if there is one that fits.

    Args:
        student: On the CPU; ends on the device.
        base: For its scheduler and tokenizer.
        lesson: Pictures and prompts.
        recipe: How.
        device: Where.
        checkpoint: File of the last state.
        key: Where it differs from the checkpoint's, that is not used.
        advance: Told the steps that were done.

    Returns:
        For each step the loss on the portraits and, with prior preservation, on the class.
    """
    with steady(device, lesson.seed):
        return _Teacher(student, base, lesson, recipe, device).run(checkpoint, key, advance)


class _Teacher:
    def __init__(
        self, student: Student, base: Base, lesson: Lesson, recipe: Recipe, device: torch.device
    ) -> None:
        import diffusers
        import torch

        classes: Any = diffusers

        self.student, self.lesson, self.recipe, self.device = student, lesson, recipe, device
        self.half = half_precision(recipe, device)
        self.noising = classes.DDPMScheduler.from_config(base.pipe.scheduler.config)
        for network in (student.unet, student.text_encoder):
            network.to(device)
        if recipe.gradient_checkpointing:
            student.unet.enable_gradient_checkpointing()
            if "text_encoder" in student.learns:
                text = student.text_encoder  # its older name goes with transformers 6
                newer = getattr(text, "activation_checkpointing_enable", None)
                (newer or text.gradient_checkpointing_enable)()
        for network in student.learns.values():
            network.train()
        self.optimizer = torch.optim.AdamW(
            student.parameters(),
            lr=recipe.learning_rate,
            weight_decay=recipe.weight_decay,
            fused=device.type in ("cpu", "cuda"),
        )
        self.scaler = torch.amp.GradScaler(device.type, enabled=self.half == torch.float16)
        prompts = [lesson.prompt] + [lesson.class_prompt] * (lesson.prior is not None)
        self.words = token_ids(base.pipe.tokenizer, prompts).to(device)
        self.fixed_text: torch.Tensor | None = None
        if "text_encoder" not in student.learns:
            with torch.no_grad(), self._mixed():
                self.fixed_text = student.text_encoder(self.words)[0].detach()

    def run(self, checkpoint: Path, key: str, advance: Callable[[int], None]) -> list[list[float]]:
        losses = self._resume(checkpoint, key)
        advance(len(losses))
        every = self.recipe.checkpoint_every
        for step in range(len(losses), self.recipe.steps):
            losses.append(self._step(step))
            advance(1)
            if every and (step + 1) % every == 0 and step + 1 < self.recipe.steps:
                self._keep(checkpoint, key, losses)
        for network in self.student.learns.values():
            network.eval()
        return losses

    def _step(self, step: int) -> list[float]:
        import torch

        joined, seen = self.recipe.accumulate, []
        for part in range(joined):
            seed = derive(self.lesson.seed, "step", step, part)
            torch.manual_seed(seed)  # of dropout, where a base has any
            losses = self._losses(step * joined + part, torch.Generator().manual_seed(seed))
            total = losses[0] + self.recipe.prior_weight * sum(losses[1:])
            loss: Any = self.scaler.scale(total / joined)
            loss.backward()
            seen.append([float(loss.detach()) for loss in losses])
        self.scaler.unscale_(self.optimizer)
        torch.nn.utils.clip_grad_norm_(self.student.parameters(), self.recipe.clip)
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.optimizer.zero_grad(set_to_none=True)
        found: list[float] = np.mean(seen, axis=0).tolist()
        if not np.isfinite(found).all():
            raise UsageError(
                f"Teaching {self.lesson.prompt!r} went astray: at step {step + 1} its loss is no "
                "number.",
                hint="Lower `learning_rate`, or say `precision: full`.",
            )
        return found

    def _losses(self, number: int, generator: torch.Generator) -> list[torch.Tensor]:
        """Mean squared error on a batch of portraits and on one of class pictures."""
        import torch
        from torch.nn import functional

        n = self.recipe.batch
        sources = [self.lesson.own] + [self.lesson.prior] * (self.lesson.prior is not None)
        drawn = []
        for place, source in enumerate(sources):
            assert source is not None  # noqa: S101 - narrows the type
            seed = derive(self.lesson.seed, "order", place)
            rows = rows_at(number, batch=n, n=len(source), seed=seed)
            drawn.append(source.draw(rows, generator))
        clean = torch.cat(drawn)
        noise = torch.randn(clean.shape, generator=generator)
        last = int(self.noising.config.num_train_timesteps)
        times = torch.randint(0, last, (len(clean),), generator=generator)
        clean, noise, times = clean.to(self.device), noise.to(self.device), times.to(self.device)
        target = self._target(clean, noise, times)
        with self._mixed():
            text = self._text().repeat_interleave(n, dim=0)
            noisy = self.noising.add_noise(clean, noise, times)
            found = self.student.unet(noisy, times, encoder_hidden_states=text).sample
        error: Any = functional.mse_loss(found.float(), target.float(), reduction="none")
        return [part.mean() for part in error.split(n)]

    def _target(
        self, clean: torch.Tensor, noise: torch.Tensor, times: torch.Tensor
    ) -> torch.Tensor:
        kind = str(self.noising.config.prediction_type)
        if kind == "epsilon":
            return noise
        if kind == "sample":
            return clean
        if kind == "v_prediction":
            velocity: torch.Tensor = self.noising.get_velocity(clean, noise, times)
            return velocity
        raise UsageError(f"The base model predicts {kind!r}, which rdface cannot train.")

    def _text(self) -> torch.Tensor:
        """``[1 or 2, L, D]``: of the condition's prompt, and of the class prompt."""
        if self.fixed_text is not None:
            return self.fixed_text
        text: torch.Tensor = self.student.text_encoder(self.words)[0]
        return text

    def _mixed(self) -> AbstractContextManager[object]:
        import torch

        if self.half is None:
            return nullcontext()
        return torch.autocast(self.device.type, dtype=self.half)

    def _keep(self, path: Path, key: str, losses: list[list[float]]) -> None:

        state = {
            "key": key,
            "student": self.student.state(),
            "optimizer": self.optimizer.state_dict(),
            "scaler": self.scaler.state_dict(),
            "losses": losses,
        }
        write_state(path, state)

    def _resume(self, path: Path, key: str) -> list[list[float]]:
        """The losses so far; empty where there is no checkpoint that fits."""
        for left in path.parent.glob(f".{path.name}.*"):  # half-written by a killed process
            shutil.rmtree(left, ignore_errors=True)
        state = read_state(path)
        if state is None or state["key"] != key:
            return []
        self.student.load(state["student"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.scaler.load_state_dict(state["scaler"])
        losses: list[list[float]] = state["losses"]
        return losses


def token_ids(tokenizer: Any, prompts: list[str]) -> torch.Tensor:  # noqa: ANN401
    """``int64 [N, L]``: padded as the pipeline does it when it samples.

    Raises:
        UsageError: Two different prompts are one to this tokenizer.
    """
    found = tokenizer(
        prompts,
        padding="max_length",
        max_length=tokenizer.model_max_length,
        truncation=True,
        return_tensors="pt",
    )
    ids: torch.Tensor = found.input_ids
    same = len({tuple(row) for row in ids.tolist()}) < len(set(prompts))
    if same:
        raise UsageError(
            f"To this base model's tokenizer {prompts[0]!r} and {prompts[1]!r} are the same.",
            hint="Choose a `prompt` whose rare word it has letters for, and that is short enough.",
        )
    return ids
