"""The training of FastGAN: one step, and all that it keeps between steps."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from rdface.synthesis.fastgan.augment import augment
from rdface.synthesis.fastgan.average import average_of
from rdface.synthesis.fastgan.discriminator import DiscriminatorNetwork, corner_part, resized
from rdface.synthesis.fastgan.draws import Draws, draw
from rdface.synthesis.fastgan.generator import GeneratorNetwork
from rdface.synthesis.fastgan.hinge import convince, judge_made, judge_real

if TYPE_CHECKING:
    from rdface.synthesis.fastgan.fastgan import FastGAN
    from rdface.synthesis.fastgan.reconstruction import Reconstruction

BETAS = (0.5, 0.999)
HALF = {"bf16": torch.bfloat16, "fp16": torch.float16}


@dataclass(frozen=True)
class Losses:
    """The losses of one step, as plain numbers.

    Attributes:
        discriminator: Its hinge loss, real and made.
        reconstruction: Distance of what it drew from what it saw.
        generator: Minus the mean verdict on what was made.
    """

    discriminator: float
    reconstruction: float
    generator: float


class Training:
    """Networks, optimisers and the moving average of the generator.

    Args:
        options: Of the generator.
        images: ``uint8 [N, S, S, 3]``.
        classes: ``int64 [N]``; not read by an unconditional training.
        n_classes: 0 for an unconditional training.
        parts: See :func:`~rdface.synthesis.fastgan.draws.draw`.
        reconstruction: The discriminator's distance.
        seed: Everything follows from it.
        device: Where it runs.
    """

    def __init__(
        self,
        options: FastGAN,
        images: NDArray[np.uint8],
        classes: NDArray[np.int64],
        n_classes: int,
        parts: tuple[tuple[int, int], ...],
        reconstruction: Reconstruction,
        *,
        seed: int,
        device: torch.device,
    ) -> None:
        self.options = options
        self.step = 0
        self._seed = seed
        self._parts = parts
        self._device = device
        self._distance = reconstruction.distance
        self._images = torch.from_numpy(images).permute(0, 3, 1, 2).contiguous()
        self._classes = torch.from_numpy(classes)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            generator = GeneratorNetwork(options.size, options.width, options.noise, n_classes)
            judge = DiscriminatorNetwork(options.size, options.width, n_classes)
        self.generator = generator.to(device)
        self.discriminator = judge.to(device)
        self.average = average_of(self.generator, options.ema)
        self._optimisers = {
            name: torch.optim.Adam(
                network.parameters(), options.learning_rate, betas=BETAS, fused=True
            )
            for name, network in (("generator", generator), ("discriminator", judge))
        }
        self._half = HALF.get(options.precision)
        fp16 = options.precision == "fp16"
        self._scaler = torch.amp.GradScaler(device.type, enabled=fp16)

    def advance(self) -> Losses:
        """Train the discriminator once, then the generator once on the same made pictures."""
        options, step = self.options, self.step
        drawn = draw(self._seed, step, self._parts, options.flip)
        real = self._pictures(drawn)
        shown = self._classes[drawn.rows].to(self._device)
        wanted = self._classes[drawn.made_rows].to(self._device)
        noise = torch.randn(options.batch, options.noise, generator=drawn.torch).to(self._device)
        known = options.known(step)
        with self._cast():
            made = self.generator(noise, wanted, known)
        seen = augment(real, options.augment, drawn.torch)
        seen_made = augment(made.float(), options.augment, drawn.torch)

        judged, redrawn = self._discriminate(seen, shown, seen_made.detach(), wanted, known, drawn)
        self._apply("discriminator", judged + redrawn)

        self.discriminator.requires_grad_(False)
        with self._cast():
            verdict = self.discriminator(seen_made, wanted, known)
        convinced = convince(verdict.logits.float())
        self._apply("generator", convinced)
        self.discriminator.requires_grad_(True)
        self._scaler.update()
        self.average.update_parameters(self.generator)
        self.step += 1
        return Losses(judged.item(), redrawn.item(), convinced.item())

    def _discriminate(
        self,
        real: torch.Tensor,
        shown: torch.Tensor,
        made: torch.Tensor,
        wanted: torch.Tensor,
        known: float,
        drawn: Draws,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Hinge loss on both, and the reconstruction of real pictures, whole and in part."""
        network = self.discriminator
        with self._cast():
            on_real = network(real, shown, known)
            on_made = network(made, wanted, known)
            part, part_wanted = corner_part(on_real.fine, real, *drawn.corner)
            whole, of_part = network.draw_whole(on_real.coarse), network.draw_part(part)
        side = whole.shape[-1]
        pairs = ((whole, real), (of_part, part_wanted))
        redrawn = [
            self._distance(made_again.float(), resized(picture, side).clamp(-1, 1))
            for made_again, picture in pairs
        ]
        judged = judge_real(on_real.logits.float()) + judge_made(on_made.logits.float())
        return judged, redrawn[0] + redrawn[1]

    def _apply(self, name: str, loss: torch.Tensor) -> None:
        optimiser = self._optimisers[name]
        optimiser.zero_grad(set_to_none=True)
        self._scaler.scale(loss).backward()  # type: ignore[no-untyped-call]
        self._scaler.step(optimiser)

    def _pictures(self, drawn: Draws) -> torch.Tensor:
        x = self._images[torch.from_numpy(drawn.rows)].to(self._device).float() / 127.5 - 1
        mirrored = torch.from_numpy(drawn.flipped).to(self._device)[:, None, None, None]
        return torch.where(mirrored, x.flip(3), x)

    def _cast(self) -> AbstractContextManager[object]:
        if self._half is None:
            return nullcontext()
        return torch.autocast(self._device.type, dtype=self._half)

    def averaged(self) -> dict[str, torch.Tensor]:
        """The averaged generator's weights, the tensors themselves."""
        return dict(self.average.module.state_dict())

    def state(self) -> dict[str, Any]:
        """All that :meth:`restore` needs."""
        return {
            "step": self.step,
            "generator": self.generator.state_dict(),
            "discriminator": self.discriminator.state_dict(),
            "average": self.average.state_dict(),
            "optimisers": {name: o.state_dict() for name, o in self._optimisers.items()},
            "scaler": self._scaler.state_dict(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on where :meth:`state` was taken."""
        self.step = state["step"]
        self.generator.load_state_dict(state["generator"])
        self.discriminator.load_state_dict(state["discriminator"])
        self.average.load_state_dict(state["average"])
        for name, optimiser in self._optimisers.items():
            optimiser.load_state_dict(state["optimisers"][name])
        self._scaler.load_state_dict(state["scaler"])
