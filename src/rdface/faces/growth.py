"""Smooth curves of mean and spread by age, their shape chosen by cross-validation.

Time runs as the logarithm of the years since conception. For each measure on its own, the mean is a
constant, a line or a parabola in that time, for two sexes with nothing, a constant or a line
between them; the logarithm of the SD is a constant or a line. That is at most 7 numbers. Which of
these, ten-fold cross-validated log density says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]

FOLDS: Final = 10
BEFORE_BIRTH: Final = 0.75
"""Years from conception to birth."""
ROUNDS: Final = 25
WIDEST: Final = 1.5
"""Most that the logarithm of the SD may change from the middle age to the youngest or oldest."""


@dataclass(frozen=True)
class _Form:
    """Powers of time in the mean, in the difference between the sexes, and in log SD."""

    mean: int
    sexes: int
    spread: int


def growth_curves(
    values: Floats, years: Floats, male: NDArray[np.bool_] | None, knots: Floats
) -> list[tuple[Floats, Floats]]:
    """Fit curves and read them off at some ages.

    Args:
        values: ``[N, M]``.
        years: ``[N]``.
        male: ``[N]``, or None for one curve for all.
        knots: ``[K]`` years.

    Returns:
        Mean and SD, ``[K, M]`` each: of all, or of females and then of males.
    """
    low, high = _time(np.array([years.min()]))[0], _time(np.array([years.max()]))[0]
    half = max((high - low) / 2, 1e-9)

    def scaled(when: Floats) -> Floats:
        return np.asarray((_time(when) - (low + high) / 2) / half)

    sign = np.zeros(len(years)) if male is None else np.where(male, 0.5, -0.5)
    forms = list(_forms(several_ages=high > low, sexes=male is not None))
    chosen = _choose(values, scaled(years), sign, forms)
    curves = []
    for side in (0.0,) if male is None else (-0.5, 0.5):
        mean = np.empty((len(knots), values.shape[1]))
        spread = np.empty_like(mean)
        for number in np.unique(chosen):
            own = chosen == number
            fitted = _fit(values[:, own], scaled(years), sign, forms[number])
            there = scaled(knots), np.full(len(knots), side)
            mean[:, own], spread[:, own] = _read(fitted, *there, forms[number])
        curves.append((mean, spread))
    return curves


def _time(years: Floats) -> Floats:
    return np.log(years + BEFORE_BIRTH)


def _forms(*, several_ages: bool, sexes: bool) -> Iterator[_Form]:
    for mean in (0, 1, 2) if several_ages else (0,):
        for between in (-1, 0, 1) if sexes else (-1,):
            if between <= mean:
                for spread in (0, 1) if several_ages else (0,):
                    yield _Form(mean, between, spread)


def _choose(values: Floats, time: Floats, sign: Floats, forms: list[_Form]) -> NDArray[np.int64]:
    """``[M]``: the form of the highest log density of people left out."""
    fold = np.random.default_rng(0).permutation(len(values)) % min(FOLDS, len(values))
    density = np.zeros((len(forms), values.shape[1]))
    for number, form in enumerate(forms):
        for part in np.unique(fold):
            out = fold == part
            fitted = _fit(values[~out], time[~out], sign[~out], form)
            mean, spread = _read(fitted, time[out], sign[out], form)
            score = -np.log(spread) - ((values[out] - mean) / spread) ** 2 / 2
            density[number] += score.sum(axis=0)
    return np.asarray(density.argmax(axis=0))


def _fit(values: Floats, time: Floats, sign: Floats, form: _Form) -> tuple[Floats, Floats]:
    """Coefficients of the mean, by least squares, and of log SD, by scoring on the residuals.

    The second is the multiplicative heteroscedasticity of A. Harvey, Econometrica 44, 1976.
    """
    design = _design(time, sign, form)
    mean = np.asarray(np.linalg.lstsq(design, values, rcond=None)[0], np.float64)
    squares = (values - design @ mean) ** 2
    squares *= len(values) / max(len(values) - design.shape[1], 1)
    squares = np.maximum(squares, 1e-12 * squares.mean(axis=0) + 1e-300)
    powers = time[:, None] ** np.arange(form.spread + 1)
    inverse = np.linalg.pinv(powers)
    log_variance = np.zeros((powers.shape[1], values.shape[1]))
    log_variance[0] = np.log(squares.mean(axis=0))
    if form.spread:
        for _ in range(ROUNDS):
            now = powers @ log_variance
            log_variance = inverse @ (now + squares * np.exp(-now) - 1)
            log_variance[1] = np.clip(log_variance[1], -2 * WIDEST, 2 * WIDEST)
    return mean, log_variance


def _read(
    fitted: tuple[Floats, Floats], time: Floats, sign: Floats, form: _Form
) -> tuple[Floats, Floats]:
    powers = time[:, None] ** np.arange(form.spread + 1)
    return _design(time, sign, form) @ fitted[0], np.exp(powers @ fitted[1] / 2)


def _design(time: Floats, sign: Floats, form: _Form) -> Floats:
    own = time[:, None] ** np.arange(form.mean + 1)
    return np.hstack([own, sign[:, None] * time[:, None] ** np.arange(form.sexes + 1)])
