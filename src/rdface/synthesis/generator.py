"""What a generator is, and what it gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict

from rdface.imaging import Image
from rdface.registry import Registry, make_piece

if TYPE_CHECKING:
    from rdface.cohort import Cohort
    from rdface.engines import Engine
    from rdface.synthesis.portraits import Portraits


@dataclass(frozen=True, eq=False)
class Sample:
    """One new face.

    Attributes:
        image: ``uint8 [S, S, 3]`` RGB.
        condition: Whom it is meant to look like; "" where the generator does not know, so that a
            label has to be given afterwards (the paper's FastGAN).
        parents: Ids of the real images that it was made from: all that its generator was fitted
            on or blended. The leak guard follows them.
        seed: Makes this very sample again from the fitted generator.
        notes: More provenance, written into the pool's table: column to value.
    """

    image: Image
    condition: str
    parents: tuple[str, ...]
    seed: int
    notes: Mapping[str, str] = field(default_factory=dict)


class Generator(BaseModel):
    """Learns from portraits and makes new ones; its fields are its options.

    A generator sees the portraits that it is given and nothing else: in ``strict`` these are the
    training images of one fold. Equal portraits, options and seed give equal samples.

    Attributes:
        licence: Of what its samples stem from beside the portraits: code and base weights.
        size: Pixels a side of the portraits that it wants and gives.
    """

    model_config = ConfigDict(extra="forbid", frozen=False)

    licence: ClassVar[str]
    size: int = 128

    def told(self, cohort: Cohort) -> Self:
        """The same with what it needs from a cohort's tables, beside the portraits; here nothing.

        Args:
            cohort: The training images alone, and all conditions.
        """
        return self

    def on(self, engine: Engine) -> Self:
        """The same, that works on an engine where that helps; here it does not.

        Args:
            engine: Its samples are the same as without one.
        """
        return self

    def fit(
        self, portraits: Portraits, work: Path, *, seed: int, controls: Portraits | None = None
    ) -> None:
        """Learn, or go on learning where a run that was stopped left off.

        Args:
            portraits: Real faces of the training part, ``size`` pixels a side.
            work: A folder for checkpoints, this generator's own; kept between runs.
            seed: Everything follows from it.
            controls: Unaffected children, for generators that can use them.

        Raises:
            UsageError: An option or the portraits do not fit, or an extra is missing.
        """
        raise NotImplementedError

    def sample(self, counts: Mapping[str, int], *, seed: int) -> Iterator[Sample]:
        """Make new faces, after :meth:`fit`.

        The sample number k of a condition depends on ``seed``, the condition and k alone, so that
        a longer pool begins with the shorter one.

        Args:
            counts: Condition to number of samples. A generator that knows no conditions takes the
                key "" alone.
            seed: Of the samples.
        """
        return self.sample_after({}, counts, seed=seed)

    def sample_after(
        self, done: Mapping[str, int], counts: Mapping[str, int], *, seed: int
    ) -> Iterator[Sample]:
        """The samples of :meth:`sample` without the first ones of each condition.

        A pool that was stopped goes on with it, and nothing is made in vain.

        Args:
            done: Condition to how many are left out.
            counts: As for :meth:`sample`.
            seed: As for :meth:`sample`.
        """
        raise NotImplementedError

    @property
    def knows_conditions(self) -> bool:
        """Whether it makes faces of a condition asked for; else it takes the key "" alone."""
        return True

    def makes(self, portraits: Portraits) -> tuple[str, ...]:
        """The conditions that it makes faces of, out of those that have portraits."""
        return tuple(portraits.rows_of)

    @property
    def base_sha256(self) -> str:
        """Of pretrained weights that the options only point to; "" for whoever begins from nothing.

        Known before :meth:`fit`: a path or a name stays while what lies there is replaced.
        """
        return ""

    @property
    def weights_sha256(self) -> str:
        """Names what was learnt, after :meth:`fit`: hash of the weights, or of the portraits."""
        raise NotImplementedError


GENERATORS: Registry[type[Generator]] = Registry("generator", "rdface.synthesis")


def make_generator(name: str, options: Mapping[str, Any]) -> Generator:
    """The generator called ``name`` with these options.

    Raises:
        UsageError: There is no such generator, or an option cannot be so.
    """
    return make_piece(
        GENERATORS,
        name,
        options,
        "`rdface synthesize list` shows its options and what they are unless set.",
    )
