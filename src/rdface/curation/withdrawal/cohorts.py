"""A cohort, a pool of synthetic images, or both joined: which rows go, and what is left of it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from rdface.cohort import Cohort, CohortInfo
from rdface.cohort.check import read_info, read_table
from rdface.cohort.schema import CONDITION_COLUMNS, IMAGE_COLUMNS
from rdface.cohort.write import csv_text
from rdface.curation.withdrawal.traces import Traces
from rdface.errors import CohortError
from rdface.files import sha256_file, write_text
from rdface.synthesis.pool.plan import pictures_sha256

FILES = ("cohort.yaml", "conditions.csv", "images.csv")


def is_cohort(folder: Path) -> bool:
    """Whether a folder has the tables of a cohort."""
    return all((folder / name).is_file() for name in FILES)


def read_cohort(folder: Path) -> Cohort:
    """Its metadata and tables; pictures are not opened, and withdrawn images are no fault here.

    Raises:
        CohortError: A table or ``cohort.yaml`` cannot be read.
    """
    info, problems = read_info(folder)
    conditions, found = read_table(folder, "conditions.csv", CONDITION_COLUMNS)
    images, more = read_table(folder, "images.csv", IMAGE_COLUMNS)
    if info is None or conditions is None or images is None:
        shown = "; ".join(map(str, [*problems, *found, *more][:3]))
        raise CohortError(f"The cohort {folder} cannot be read: {shown}.")
    return Cohort(folder, info, images, conditions)


def rows_that_go(cohort: Cohort, traces: Traces) -> pd.Series:
    """``bool [N]``: the patient's images, and all that descend from one of them, however far."""
    images = cohort.images
    own = images["patient_id"] == traces.patient_id
    known = images["image_id"].isin(traces.image_ids)
    goes = images["sha256"].isin(traces.pictures) | (known & (own | (images["synthetic_of"] != "")))
    parents = images["synthetic_of"]
    if "control_parents" in images:
        parents = parents + "|" + images["control_parents"]
    each = [set(text.split("|")) - {""} for text in parents]
    gone = set(traces.image_ids)
    while True:
        goes = goes | pd.Series([not gone.isdisjoint(one) for one in each], index=images.index)
        more = set(images.loc[goes, "image_id"]) - gone
        if not more:
            return goes
        gone |= more


def traces_of(cohort: Cohort, goes: pd.Series, patient_id: str) -> Traces:
    """What gives the rows away that go, pictures before their restoration included."""
    rows = cohort.images[goes]
    pictures = set(rows["sha256"])
    for file in rows["original"] if "original" in rows else ():
        if file and (cohort.root / file).is_file():
            pictures.add(sha256_file(cohort.root / file))
    return Traces(
        patient_id,
        frozenset(rows["image_id"]),
        frozenset(pictures),
        frozenset({cohort.sha256}),
    )


def without(
    cohort: Cohort, goes: pd.Series, traces: Traces, suffix: str, renamed: Mapping[str, str]
) -> Cohort:
    """The cohort without these rows, under a new version.

    Args:
        cohort: As it was.
        goes: ``bool [N]``.
        traces: What its metadata may not name any more.
        suffix: Of the version: ``1`` becomes ``1.w1`` at the first withdrawal.
        renamed: SHA-256 of a cohort that it names -> that of what is left of it.
    """
    images = cohort.images[~goes].reset_index(drop=True)
    content: dict[str, Any] = _cleaned(cohort.info.model_dump(mode="json"), traces, renamed)
    content["version"] = re.sub(r"\.w[0-9]+\Z", "", cohort.info.version) + suffix
    return dataclasses.replace(cohort, info=CohortInfo.model_validate(content), images=images)


def with_training_part(pool: Cohort, source: Cohort) -> Cohort:
    """A pool that names the hash of what is left of its training images, so that it can be joined.

    Its samples stem from those alone, once the descendants of the others are gone.
    """
    content = pool.info.model_dump(mode="json")
    ids = content.get("training_images")
    if not isinstance(ids, list) or not set(ids) <= set(source.image_ids) or not ids:
        return pool
    content["training_sha256"] = pictures_sha256(source, ids)
    return dataclasses.replace(pool, info=CohortInfo.model_validate(content))


def write(cohort: Cohort) -> None:
    """Write metadata and the table of images; the table last, by which a kill is known."""
    root = cohort.root
    content = yaml.safe_dump(
        cohort.info.model_dump(mode="json"), sort_keys=False, allow_unicode=True
    )
    write_text(root / "cohort.yaml", content)
    write_text(root / "images.csv", csv_text(cohort.images))


def _cleaned(content: Any, traces: Traces, renamed: Mapping[str, str]) -> Any:  # noqa: ANN401
    """Without list entries that name the patient, and with new hashes in place of old ones."""
    if isinstance(content, dict):
        return {key: _cleaned(value, traces, renamed) for key, value in content.items()}
    if isinstance(content, list):
        kept = [one for one in content if not (isinstance(one, str) and traces.in_cell(one))]
        return [_cleaned(one, traces, renamed) for one in kept]
    return renamed.get(content, content) if isinstance(content, str) else content
