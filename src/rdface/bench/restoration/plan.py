"""What the study of restoration runs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Self

from rdface.bench.restoration.damage import DAMAGES, NONE
from rdface.errors import UsageError
from rdface.registry import nearest

BICUBIC: Final = "bicubic"
LANCZOS: Final = "lanczos"
CONTROLS: Final = (BICUBIC, LANCZOS)
"""Arms without a network. ``bicubic`` shows what the damage alone does; ``lanczos`` is ``pad``."""
SLOW: Final = ("x4plus", "gfpgan", "ddcolor")
"""Parts of the names of steps that take seconds a picture."""
BACKBONES: Final = ("facenet", "sface")


@dataclass(frozen=True)
class RestorationPlan:
    """The plan.

    Attributes:
        cohort: Name or folder of a cohort of simulated children.
        images: Children who are drawn, one picture each.
        slow_images: How many of them, the first ones, the slow arms are run on.
        damages: Names of :data:`~.damage.DAMAGES`.
        arms: ``bicubic``, ``lanczos``, or steps joined by commas (``realesrgan_x4plus,ddcolor``).
        backbones: Frozen networks that recognise.
        seed: Of the draw and of the noise.
    """

    cohort: str = "sim103"
    images: int = 120
    slow_images: int = 20
    damages: tuple[str, ...] = tuple(DAMAGES)
    arms: tuple[str, ...] = (BICUBIC, LANCZOS, "realesr_animevideov3", "realesrgan_x4plus")
    backbones: tuple[str, ...] = BACKBONES
    seed: int = 0

    def quick(self) -> Self:
        """Fewer children and damages: minutes."""
        return replace(
            self,
            images=min(self.images, 30),
            slow_images=min(self.slow_images, 10),
            damages=tuple(name for name in self.damages if name in ("face48", "face32"))
            or self.damages[:2],
        )

    def check(self) -> None:
        """Look at what can be told without opening anything.

        Raises:
            UsageError: An unknown damage, no control, or fewer than five children.
        """
        for name in self.damages:
            if name not in DAMAGES:
                raise UsageError(
                    f"There is no damage called {name!r}.",
                    hint=f"{nearest(name, DAMAGES)} Known: {', '.join(DAMAGES)}.".lstrip(),
                )
        if BICUBIC not in self.arms:
            raise UsageError(
                "The arm `bicubic` is missing: it shows what the damage does by itself."
            )
        if self.images < 5 or (self.slow_arms and self.slow_images < 5):
            raise UsageError("Five children at least are needed in every arm.")

    @property
    def slow_arms(self) -> tuple[str, ...]:
        """Arms that are run on fewer children."""
        return tuple(arm for arm in self.arms if is_slow(arm))

    def cells(self) -> tuple[tuple[str, str, int], ...]:
        """Damage, arm and number of children.

        Where nothing is spoilt the controls would give the very picture and are left out, and a
        slow arm, which then takes a quarter of a minute a picture, has a third of its children.
        """
        return tuple(
            (damage, arm, self._number(damage, arm))
            for damage in self.damages
            for arm in self.arms
            if damage != NONE or arm not in CONTROLS
        )

    def _number(self, damage: str, arm: str) -> int:
        if not is_slow(arm):
            return self.images
        number = min(self.images, self.slow_images)
        return max(5, number // 3) if damage == NONE else number


def is_slow(arm: str) -> bool:
    """Whether an arm takes seconds a picture."""
    return any(part in arm for part in SLOW)
