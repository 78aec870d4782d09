"""What a step of restoration is, and several of them one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from rdface.errors import UsageError
from rdface.files import sha256_bytes
from rdface.imaging import Image
from rdface.registry import Registry


class Step(Protocol):
    """One way to alter a picture.

    The same picture gives the same result. ``fingerprint`` names weights, settings and engine:
    equal means equal results.
    """

    @property
    def name(self) -> str:
        """What the column ``restored`` says; never a path."""
        ...

    @property
    def fingerprint(self) -> str:
        """Hash of all that decides the result."""
        ...

    def restore(self, image: Image) -> Image | None:
        """A new picture, ``uint8 [H, W, 3]`` RGB of any size; None where it does not apply."""
        ...


STEPS: Registry[Callable[[str | None], Step]] = Registry("step of restoration", "rdface.restore")
"""Factories; each takes what stands after the colon of a name such as ``pad:256``."""

PAPER: Final = ("pad", "realesrgan_x4plus", "gfpgan", "ddcolor")
"""The steps of the paper, in its order; ``gfpgan`` is its "face enhancement"."""


@dataclass(frozen=True)
class Restored:
    """A picture after a chain, and the names of the steps that applied to it."""

    image: Image
    applied: tuple[str, ...]


class Chain:
    """Steps one after the other.

    Args:
        steps: In order; none leaves every picture as it is.
    """

    def __init__(self, steps: Sequence[Step]) -> None:
        self.steps = tuple(steps)

    @property
    def names(self) -> tuple[str, ...]:
        """Of the steps, in order."""
        return tuple(step.name for step in self.steps)

    @property
    def fingerprint(self) -> str:
        """Hash of all that decides the result."""
        return sha256_bytes(" ".join(step.fingerprint for step in self.steps).encode())

    def run(self, image: Image) -> Restored:
        """Apply the steps that apply."""
        applied = []
        for step in self.steps:
            changed = step.restore(image)
            if changed is not None:
                image = changed
                applied.append(step.name)
        return Restored(image, tuple(applied))


def load_chain(names: Sequence[str]) -> Chain:
    """Make the steps of these names, after making sure that their weights are here.

    Args:
        names: Such as ``pad:256`` or ``ddcolor:/path/to/weights.pth``.

    Raises:
        UsageError: No such step, none at all, or an extra that is not installed.
        WeightsError: Weights are not here, were altered or do not fit.
    """
    if not names:
        raise UsageError("No step was named.", hint=f"Known: {', '.join(STEPS.names())}.")
    made = []
    for name in names:
        factory, argument = STEPS.get_with_argument(name)
        made.append(factory(argument))
    return Chain(made)
