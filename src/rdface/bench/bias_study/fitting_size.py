"""Can cohorts of so many images be drawn and divided by every protocol? Asked before any work."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from rdface.bench.bias_study.draw import draw_cohort
from rdface.bench.bias_study.variants import VARIANTS
from rdface.errors import UsageError
from rdface.protocols import PROTOCOLS

if TYPE_CHECKING:
    import pandas as pd


def check_size(images: pd.DataFrame, n_images: int, seed: int, numbers: Collection[int]) -> None:
    """Draw the cohorts of a study and divide them.

    Args:
        images: The population's table.
        n_images: Images of each cohort.
        seed: Of the study.
        numbers: Of the cohorts.

    Raises:
        UsageError: A cohort cannot be drawn, or a protocol cannot divide it.
    """
    for number in numbers:
        cohort = images.iloc[draw_cohort(images, n_images, seed, number).cohort]
        for variant in VARIANTS:
            try:
                PROTOCOLS.get(variant.protocol)(
                    cohort.reset_index(drop=True), seed=number, **variant.options
                )
            except UsageError as error:
                raise UsageError(
                    f"Cohorts of {n_images} images are too small for the study:"
                    f" protocol {variant.name!r} cannot divide them.",
                    hint="Draw larger ones (--images), as large as the paper's by default.",
                ) from error
