"""Groups of images by who is on them: sex, age band, ancestry, and region of the world."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rdface.cohort.schema import age_in_years
from rdface.errors import CohortError, UsageError
from rdface.registry import nearest

if TYPE_CHECKING:
    import pandas as pd

GROUPINGS: tuple[str, ...] = ("sex", "age", "ancestry", "region")
CROSS = " x "
"""Joins the names of groupings that are crossed: ``sex x ancestry``."""

AGE_BANDS: tuple[tuple[float, str], ...] = (
    (0, "under 1 year"),
    (1, "1 to 5 years"),
    (6, "6 to 11 years"),
    (12, "12 to 17 years"),
    (18, "18 years and over"),
)
"""Where each band begins, in years, and its label.

They are those of Williams et al., "Standard 6: age groups for pediatric trials", Pediatrics 2012,
with toddlers and early childhood in one, so that a few hundred patients still fill them.
"""


def groups_of(images: pd.DataFrame, by: str) -> NDArray[np.object_]:
    """The group of each image.

    Sex is as recorded. Age is that at the picture, in :data:`AGE_BANDS`, so one patient may stand
    in two of them. Ancestry is as written, case and blanks apart; what is no word of the cohort is
    not guessed. Region is that of the country by UN M49 (``m49_regions.csv``).

    Args:
        images: Table of a cohort with N images; see :class:`~rdface.cohort.Cohort`.
        by: One of :data:`GROUPINGS`, or some of them crossed, as ``sex x ancestry``.

    Returns:
        ``object [N]``, labels (``female, asian`` where crossed); ``""`` where the cohort does not
        say, in a crossing where it does not say one of them.

    Raises:
        UsageError: There is no such grouping, or it is crossed with itself.
        CohortError: A country is of no region.
        ValueError: An age is none; no checked cohort has such a one.
    """
    if CROSS in by:
        names = by.split(CROSS)
        if len(set(names)) < len(names):
            raise UsageError(f"A grouping is not crossed with itself: {by!r}.")
        parts = zip(*(groups_of(images, one) for one in names), strict=True)
        return np.array([", ".join(p) if all(p) else "" for p in parts], dtype=np.object_)
    if by not in GROUPINGS:
        raise UsageError(
            f"There is no grouping {by!r}. {nearest(by, GROUPINGS)}".rstrip(),
            hint=f"Groupings are: {', '.join(GROUPINGS)}.",
        )
    column = images["country" if by == "region" else by]
    label = {"age": _age_band, "ancestry": _plain, "region": region_of}.get(by, str)
    return np.array([label(str(value)) if value else "" for value in column], dtype=np.object_)


def in_order(labels: Iterable[str]) -> list[str]:
    """Distinct labels as people list them: ages from young to old, others by the alphabet."""

    def key(label: str) -> str:
        for number, (_, band) in enumerate(AGE_BANDS):
            label = label.replace(band, str(number))
        return label

    return sorted(set(labels) - {""}, key=key)


def region_of(country: str) -> str:
    """Region of the world of an ISO 3166 alpha-2 code: Africa, Americas, Asia ...

    Raises:
        CohortError: The table of regions has no such code.
    """
    try:
        return _regions()[country]
    except KeyError as error:
        raise CohortError(
            f"{country!r} is no country code that rdface knows a region for.",
            hint="Regions stand in rdface/cohort/m49_regions.csv, by ISO 3166 alpha-2 code.",
        ) from error


def _age_band(age: str) -> str:
    years = age_in_years(age)
    return next(label for begin, label in reversed(AGE_BANDS) if years >= begin)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


@cache
def _regions() -> dict[str, str]:
    text = files("rdface.cohort").joinpath("m49_regions.csv").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line and not line.startswith("#")]
    return dict(row.split(",") for row in rows[1:])
