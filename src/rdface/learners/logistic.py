"""Multinomial logistic regression on frozen embeddings, the "linear probe".

Alain and Bengio, "Understanding intermediate layers using linear classifier probes",
arXiv 1610.01644.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, ClassVar, Self

import numpy as np

from rdface.learners.learner import LEARNERS, Labels, Learner, Parameters, spread_columns
from rdface.learners.preparation import Floats, Preparation


@LEARNERS.register("logistic")
class LogisticProbe(Learner):
    """Softmax regression with an L2 penalty, by scikit-learn's L-BFGS.

    The weights of the optimum lie in the span of the training rows, so the problem is rotated
    there first (QR of the rows): with fewer images than features it is smaller and the same.
    Rows are divided by the root mean square of their lengths, so that ``c`` means the same for
    every backbone.

    Two conditions are no special case: scikit-learn fits them with one weight vector w instead of
    two, and w is split into -w / 2 and w / 2. Their squared lengths add up to half of that of w,
    so softmax regression at ``c`` is the binary one at ``2 c``, which is what is fitted. A single
    condition leaves nothing to fit; its probability is 1.

    Args:
        c: Inverse strength of the penalty, ``C`` of scikit-learn.
    """

    preparations: ClassVar[tuple[Preparation, ...]] = (
        Preparation(centre=True, unit=True),
        Preparation(scale=True),
    )
    grid: ClassVar[list[Parameters]] = [{"c": c} for c in (1.0, 10.0, 100.0, 1000.0)]

    def __init__(self, *, c: float = 10.0) -> None:
        self._c = c
        self._n_conditions = 0
        self._present: Labels = np.empty(0, dtype=np.intp)
        self._weights: Floats = np.empty((0, 0))
        self._offsets: Floats = np.empty(0)

    def fit(self, x: Floats, y: Labels, *, n_conditions: int) -> Self:
        """Minimise the penalised cross-entropy."""
        grid = [{"c": self._c}]
        (fitted,) = self._fit(x, y, n_conditions=n_conditions, grid=grid, tolerance=1e-6)
        self.__dict__.update(fitted.__dict__)
        return self

    @classmethod
    def fit_path(
        cls, x: Floats, y: Labels, *, n_conditions: int, grid: Sequence[Parameters]
    ) -> list[Self]:
        """Fit every ``c``, each beginning where the one before it ended.

        The tolerance is looser than that of :meth:`fit`: enough to compare candidates by rank.
        What scores the test rows comes from :meth:`fit` (:func:`rdface.learners.fit_fold`).
        """
        return cls._fit(x, y, n_conditions=n_conditions, grid=grid, tolerance=1e-5)

    @classmethod
    def _fit(
        cls,
        x: Floats,
        y: Labels,
        *,
        n_conditions: int,
        grid: Sequence[Parameters],
        tolerance: float,
    ) -> list[Self]:
        from sklearn.linear_model import LogisticRegression

        present = np.unique(y)
        size = float(np.sqrt(np.mean(np.sum(x**2, axis=1)))) or 1.0
        basis, _ = np.linalg.qr(x.T / size)
        rotated = (x / size) @ basis
        # scikit-learn's tolerance of 1e-4 stops at weak penalties after two steps.
        solver: Any = LogisticRegression(warm_start=True, tol=tolerance, max_iter=1000)
        learners = []
        for point in grid:
            learner = cls(**point)
            learner._n_conditions = n_conditions
            learner._present = present
            learner._weights = np.zeros((x.shape[1], len(present)))
            learner._offsets = np.zeros(len(present))
            learners.append(learner)
            if len(present) < 2:
                continue
            binary = len(present) == 2
            with warnings.catch_warnings():
                # Hardly more images than conditions is the normal case of this field.
                warnings.filterwarnings("ignore", message="The number of unique classes")
                solver.set_params(C=learner._c * (2 if binary else 1)).fit(rotated, y)
            weights, offsets = solver.coef_, solver.intercept_
            if binary:
                weights = np.vstack([-weights / 2, weights / 2])
                offsets = np.concatenate([-offsets / 2, offsets / 2])
            learner._weights = basis @ weights.T / size
            learner._offsets = offsets.copy()
        return learners

    def scores(self, x: Floats) -> Floats:
        """Log-probabilities: each row's exponentials add up to 1."""
        logits = x @ self._weights + self._offsets
        logits = logits - logits.max(axis=1, keepdims=True)
        logits = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        return spread_columns(logits, self._present, self._n_conditions)

    def layer(self) -> tuple[Floats, Floats]:
        """Weights ``[D, n_conditions]`` and offsets: a linear layer with the same scores.

        A condition without training rows has weights of 0 and the offset ``-inf``.
        """
        weights = np.zeros((len(self._weights), self._n_conditions))
        weights[:, self._present] = self._weights
        return weights, spread_columns(self._offsets[None], self._present, self._n_conditions)[0]
