"""Sex and age of synthetic pictures, taken over from the real ones that they were made from.

A describer that measures compares with unaffected children of the same age and sex, and a
synthetic picture has neither. What it shows is a mixture of its parents, so it is measured as one.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from rdface.cohort import age_in_years
from rdface.errors import UsageError

if TYPE_CHECKING:
    from rdface.cohort import Cohort


def with_people(pool: Cohort, parents: Cohort) -> Cohort:
    """The pool with sex and age filled in where they are not known.

    Only parents of the sample's own condition count, where it has any (a generator may borrow
    texture elsewhere). Age is their median, in whole months; sex that of more than half of those
    whose sex is known, else it stays unknown. The result is for describing alone: its hash is
    not the pool's.

    Args:
        pool: Synthetic pictures.
        parents: The cohort that it was made from.

    Raises:
        UsageError: The pool is none, or was made from another cohort.
    """
    check_made_from(pool, parents)
    table = parents.images.set_index("image_id")
    images = pool.images.copy()
    sexes, ages = list[str](), list[str]()
    for condition, names in zip(images["condition"], images["synthetic_of"], strict=True):
        known = table.loc[[name for name in names.split("|") if name in table.index]]
        own = known[known["condition"] == condition]
        own = own if len(own) else known
        sexes.append(_sex(list(own["sex"])))
        ages.append(_age(list(own["age"])))
    for column, taken in (("sex", sexes), ("age", ages)):
        images[column] = images[column].where(images[column] != "", taken)
    return dataclasses.replace(pool, images=images)


def check_made_from(pool: Cohort, parents: Cohort) -> None:
    """Refuse what is no pool of this very cohort.

    Raises:
        UsageError: It is none, or was made from another cohort.
    """
    origin = (pool.info.model_extra or {}).get("pool_of") or {}
    if not pool.info.is_pool or origin.get("sha256") != parents.sha256:
        raise UsageError(
            f"{pool.root} is no pool of synthetic images made from this {parents.info.name}"
            f" {parents.info.version}.",
            hint="Give the very cohort it was made from; its SHA-256 stands in the pool's"
            " cohort.yaml.",
        )


def _sex(sexes: list[str]) -> str:
    known = [sex for sex in sexes if sex]
    return next((sex for sex in sorted(set(known)) if known.count(sex) > len(known) / 2), "")


def _age(ages: list[str]) -> str:
    known = [age_in_years(age) for age in ages if age]
    if not known:
        return ""
    months = round(12 * float(np.median(known)))
    return f"P{months // 12}Y{months % 12}M"
