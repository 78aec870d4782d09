"""Can cohorts of so many images be drawn and divided by every protocol? Asked before any work."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from rdface.bench.bias_study.draw import draw_cohort
from rdface.bench.bias_study.variants import BY_IMAGE, VARIANTS
from rdface.errors import UsageError
from rdface.protocols import PROTOCOLS

if TYPE_CHECKING:
    import pandas as pd

    from rdface.bench.bias_study.variants import Variant

STEP: Final = 10
"""Images between two sizes that are tried for the hint."""


def check_size(images: pd.DataFrame, n_images: int, seed: int, numbers: Collection[int]) -> None:
    """Draw the cohorts of a study and divide them, which takes a moment.

    Args:
        images: The population's table.
        n_images: Images of each cohort.
        seed: Of the study.
        numbers: Of the cohorts.

    Raises:
        UsageError: A cohort cannot be drawn, or a protocol cannot divide it.
    """
    for number in numbers:
        cohort = _cohort(images, n_images, seed, number)
        for variant in VARIANTS:
            if _divides(variant, cohort, number):
                continue
            larger = _larger(images, n_images, seed, numbers)
            raise UsageError(
                f"Cohorts of {n_images} images are too small for the study:"
                f" protocol {variant.name!r} cannot divide them.",
                hint=f"Draw larger ones: --images {larger} would do."
                if larger
                else "This population has no larger ones that would do: simulate a larger one.",
            )


def _larger(images: pd.DataFrame, n_images: int, seed: int, numbers: Collection[int]) -> int | None:
    """A size at which all cohorts are divided; None if there is none before none can be drawn."""
    n_images += STEP - n_images % STEP
    while True:
        try:
            # By image most is asked of a cohort; what comes after that is asked at the end.
            if all(
                _divides(variant, _cohort(images, n_images, seed, number), number)
                for variant in (BY_IMAGE, *VARIANTS)
                for number in numbers
            ):
                return n_images
        except UsageError:  # too few patients to draw more
            return None
        n_images += STEP


def _cohort(images: pd.DataFrame, n_images: int, seed: int, number: int) -> pd.DataFrame:
    rows = draw_cohort(images, n_images, seed, number).cohort
    return images.iloc[rows].reset_index(drop=True)


def _divides(variant: Variant, cohort: pd.DataFrame, number: int) -> bool:
    try:
        PROTOCOLS.get(variant.protocol)(cohort, seed=number, **variant.options)
    except UsageError:
        return False
    return True
