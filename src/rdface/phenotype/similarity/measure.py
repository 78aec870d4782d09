"""What a measure of similarity is, and how reports are brought before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rdface.errors import UsageError
from rdface.phenotype.similarity.passages import Passage
from rdface.registry import Registry

Floats = NDArray[np.float64]

DEFAULT_MEASURES = ("tfidf", "sentence:minilm", "lin", "resnik")


class Measure(Protocol):
    """How alike two passages are.

    Attributes:
        name: As users say it.
        about: One line for people: what it compares, with which weights or release.
        top: Similarity of a passage with itself at most; None where there is no bound.
    """

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def about(self) -> str: ...  # noqa: D102
    @property
    def top(self) -> float | None: ...  # noqa: D102

    def compare(self, passages: Sequence[Passage], n_real: int) -> Floats:
        """Similarity of each real passage with every passage.

        Each passage is taken in once; whatever is fitted is fitted on the real ones, and on no
        pair.

        Args:
            passages: N of them, the ``n_real`` real ones first.
            n_real: R.

        Returns:
            ``float64 [R, N]``; symmetric in its first R columns.
        """
        ...


MEASURES: Registry[Callable[[str | None], Measure]] = Registry(
    "measure of similarity", "rdface.phenotype.similarity.measures"
)
"""From the part of a name behind its colon, None without one, to the measure."""


def make_measure(name: str) -> Measure:
    """The measure called ``name``, such as ``lin`` or ``sentence:minilm``.

    Raises:
        UsageError: There is none, or its extra is not installed.
        WeightsError: Its weights are not on this machine.
    """
    make, argument = MEASURES.get_with_argument(name)
    return make(argument)


def no_argument(name: str, argument: str | None) -> None:
    """Refuse ``lin:something``.

    Raises:
        UsageError: There is something behind the colon.
    """
    if argument is not None:
        raise UsageError(f"The measure {name} takes nothing behind a colon ({argument!r}).")


def similarities(measure: Measure, said: Sequence[Passage | None], n_real: int) -> Floats:
    """Similarity of each real report with every report; NaN where either says nothing.

    Args:
        measure: Which.
        said: N passages, the real ones first.
        n_real: R, how many are real.

    Returns:
        ``float64 [R, N]``.
    """
    rows = [row for row, each in enumerate(said) if each is not None]
    there = [each for each in said if each is not None]
    n_there = sum(row < n_real for row in rows)
    table = np.full((n_real, len(said)), np.nan)
    if n_there:
        # Rounded, so that what is equal is a tie and not a matter of the order of a sum.
        table[np.ix_(rows[:n_there], rows)] = measure.compare(there, n_there).round(9)
    return table
