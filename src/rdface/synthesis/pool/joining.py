"""Real and synthetic images as one cohort, for benchmarks that train on both."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from rdface.cohort import Cohort, CohortInfo, write_cohort
from rdface.cohort.adapters.folder import check_new, copy_files, new_folder
from rdface.cohort.terms import inherited_terms
from rdface.errors import UsageError
from rdface.synthesis.pool.plan import pictures_sha256


def join_pools(cohort: Cohort, pools: Sequence[Cohort], out: Path) -> Cohort:
    """Write the real images, then those of the pools, as a new cohort.

    A protocol with ``synthetic: train`` then adds to each training part those synthetic images
    whose parents are all in it; the leak guard follows ``synthetic_of``. Parents that are
    unaffected children of another cohort stay in the column ``control_parents``.

    Args:
        cohort: The real cohort.
        pools: Made from it, each with another plan.
        out: Folder of the new cohort; must be new or empty.

    Raises:
        UsageError: A pool is none, is given twice, or its training images are not those of the
            cohort any more; or ``out`` is in use.
    """
    check_new(out)
    if not pools:
        raise UsageError("There is no pool to join.")
    for pool in pools:
        _check_descent(cohort, pool)
    tables = [cohort.images]
    files = {
        file
        for name in ("file", "original")  # of before its restoration
        for file in cohort.images.get(name, ())
        if file
    }
    origins = {file: cohort.root / file for file in files}
    for pool in pools:
        table = pool.images.copy()
        table["file"] = [f"synthetic/{Path(file).name}" for file in table["file"]]
        origins |= dict(zip(table["file"], map(pool.path, pool.image_ids), strict=True))
        tables.append(table)
    images = pd.concat(tables, ignore_index=True).fillna("")
    twice = images.loc[images["image_id"].duplicated(), "image_id"]
    if len(twice) or len(origins) < len(images) + len(files) - len(cohort):
        which = f" {twice.iloc[0]!r}" if len(twice) else ""
        raise UsageError(
            f"Two images of cohort and pools have one id or file{which}.",
            hint="Give each pool once; pools of one plan are parts of each other.",
        )
    with new_folder(out) as part:
        copy_files(origins, part, "copying pictures")
        joined = write_cohort(part, _info(cohort, pools), images, cohort.conditions, opened=True)
    return dataclasses.replace(joined, root=out)


def _check_descent(cohort: Cohort, pool: Cohort) -> None:
    about = pool.info.model_extra or {}
    if not pool.info.is_pool:
        raise UsageError(
            f"{pool.root} is no pool of synthetic images.", hint="See `rdface synthesize make`."
        )
    if pictures_sha256(cohort, about["training_images"]) != about["training_sha256"]:
        raise UsageError(
            f"The pool {pool.info.name} was made from other pictures than those of"
            f" {cohort.info.name}.",
            hint="Make the pool anew from this cohort.",
        )


def _info(cohort: Cohort, pools: Sequence[Cohort]) -> CohortInfo:
    """The terms of the real images hold for the whole."""
    content = cohort.info.model_dump()
    names = list(dict.fromkeys(str((pool.info.model_extra or {})["generator"]) for pool in pools))
    content["name"] = "-".join([cohort.info.name, *names])
    content["title"] = f"{cohort.info.title}; with synthetic images".lstrip("; ")
    content["simulated"] = cohort.info.simulated and all(pool.info.simulated for pool in pools)
    # A pool has the terms of the unaffected children that it was made with, too.
    content |= inherited_terms(cohort, *pools)
    content["sources"] = [*cohort.info.sources, *(pool.info.sources[0] for pool in pools)]
    content["pools"] = [{"name": pool.info.name, "sha256": pool.sha256} for pool in pools]
    return CohortInfo.model_validate(content)
