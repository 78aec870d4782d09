"""What a learner is, and the registry of all of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from rdface.learners.preparation import Floats, Preparation
from rdface.registry import Registry

Labels = NDArray[np.intp]
Parameters = Mapping[str, Any]


class Learner(ABC):
    """Scores conditions by prepared embeddings.

    A learner takes its hyper-parameters as keyword arguments, is fitted once, and scores every
    row by itself: the score of one image must not depend on which others are scored with it. All
    that it has fitted are arrays among its attributes, and ``_n_conditions``.

    Attributes:
        preparations: Candidates for what is done to the embeddings first.
        grid: Candidates for the hyper-parameters. Validation chooses among all pairs of a
            preparation and a point of the grid; at a tie the first wins, so both begin with the
            plainest.
    """

    preparations: ClassVar[tuple[Preparation, ...]]
    grid: ClassVar[list[Parameters]] = [{}]
    _n_conditions: int

    @abstractmethod
    def __init__(self, **parameters: Any) -> None:  # noqa: ANN401 - each learner has its own
        """Take one point of :attr:`grid`."""

    @abstractmethod
    def fit(self, x: Floats, y: Labels, *, n_conditions: int) -> Self:
        """Fit on training rows.

        Args:
            x: ``float64 [N, D]``, prepared.
            y: ``intp [N]``, the condition of each row, 0 to ``n_conditions - 1``.
            n_conditions: Number of conditions, with or without training rows.
        """

    @abstractmethod
    def scores(self, x: Floats) -> Floats:
        """Score every condition, higher is likelier.

        Args:
            x: ``float64 [M, D]``, prepared in the same way.

        Returns:
            ``float64 [M, n_conditions]``; ``-inf`` for a condition without training rows.
        """

    @classmethod
    def fit_path(
        cls, x: Floats, y: Labels, *, n_conditions: int, grid: Sequence[Parameters]
    ) -> list[Self]:
        """Fit one learner per point of ``grid``; override where they can share work."""
        return [cls(**point).fit(x, y, n_conditions=n_conditions) for point in grid]

    def state(self) -> dict[str, NDArray[Any]]:
        """The fitted arrays by name; :meth:`restored` makes the same learner of them."""
        kept = {name: value for name, value in vars(self).items() if isinstance(value, np.ndarray)}
        return {name.removeprefix("_"): value for name, value in kept.items()}

    @classmethod
    def restored(
        cls, parameters: Parameters, state: Mapping[str, NDArray[Any]], *, n_conditions: int
    ) -> Self:
        """The learner that gave ``state``, to the bit.

        Raises:
            ValueError: These are not the arrays of such a learner.
        """
        learner = cls(**parameters)
        if set(state) != set(learner.state()):
            raise ValueError(f"a {cls.__name__} has the arrays {', '.join(learner.state())}")
        vars(learner).update({f"_{name}": value for name, value in state.items()})
        learner._n_conditions = n_conditions
        return learner


LEARNERS: Registry[type[Learner]] = Registry("learner", "rdface.learners")
"""All learners by name."""


def spread_columns(scores: Floats, present: Labels, n_conditions: int) -> Floats:
    """Put the columns of the trained conditions in their places, ``-inf`` elsewhere."""
    spread = np.full((len(scores), n_conditions), -np.inf)
    spread[:, present] = scores
    return spread
