"""What a scorer is: some columns of the score table, each with its meaning and its direction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from rdface.registry import Registry

if TYPE_CHECKING:
    from rdface.screening.material import Material
    from rdface.screening.options import ScreenOptions

LANDMARK_SPACE = "landmark descriptor"
FIVE_SHAPE = "shape of 5 points"
FIVE_POINTS = (LANDMARK_SPACE, FIVE_SHAPE)
HELD_OUT = "held-out backbone"
"""Spaces that labels may be made in, too."""

Kind = Literal["number", "flag", "id", "count"]


@dataclass(frozen=True)
class Column:
    """One column of a score table.

    Attributes:
        name: Its name.
        meaning: One line.
        better: ``high`` or ``low``; "" where the column ranks nothing.
        kind: ``number`` (NaN is missing), ``flag`` (bool), ``count`` or ``id`` (text).
        space: What it is taken from; a label made of the same makes ranking by it circular (F13).
    """

    name: str
    meaning: str
    better: Literal["high", "low", ""] = ""
    kind: Kind = "number"
    space: str = ""


class Scorer:
    """Scores a pool. Its first docstring line is what `rdface pieces` says of it.

    Attributes:
        columns: What it gives, in order.
    """

    columns: ClassVar[tuple[Column, ...]]

    def check(self, options: ScreenOptions) -> None:
        """Raise before any work is done what scoring would raise for want of weights or extras."""

    def score(self, material: Material) -> Mapping[str, NDArray[Any]]:
        """One array ``[P]`` per column, in the order of the pool.

        What is fitted is fitted on ``material.training``. An image for which a number does not
        exist gets NaN, never a number that stands for it.
        """
        raise NotImplementedError


SCORERS: Registry[type[Scorer]] = Registry("scorer", "rdface.screening.scores")


def column(name: str) -> Column:
    """The column of that name, of whatever scorer.

    Raises:
        UsageError: No scorer has it; the nearest are shown.
    """
    from rdface.errors import UsageError
    from rdface.registry import nearest

    known = {one.name: one for scorer in SCORERS.names() for one in SCORERS.get(scorer).columns}
    if name in known:
        return known[name]
    raise UsageError(
        f"There is no score called {name!r}.",
        hint=f"{nearest(name, known)} Known: {', '.join(known)}.".lstrip(),
    )


def nan_where(values: NDArray[Any], missing: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The values with NaN at the places ``missing``."""
    return np.where(missing, np.nan, np.asarray(values, np.float64))
