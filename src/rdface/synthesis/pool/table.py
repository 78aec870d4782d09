"""Write the tables of a finished pool from what its pictures say of themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from rdface.cohort import CohortInfo, write_cohort
from rdface.cohort.schema import IMAGE_COLUMNS
from rdface.cohort.terms import inherited_terms
from rdface.errors import UsageError
from rdface.synthesis.pool.folder import PoolFolder
from rdface.synthesis.pool.picture import Provenance

if TYPE_CHECKING:
    from rdface.cohort import Cohort
    from rdface.synthesis.generator import Generator
    from rdface.synthesis.pool.making import Label

CONSENT = "not applicable (synthetic)"
COLUMNS = (
    "generator",
    "generator_sha256",
    "generator_seed",
    "sample_seed",
    "sample_number",
    "control_parents",
    "condition_by",
)
"""Columns of a pool's images beside those of every cohort; ``condition_by`` is ``generator`` or
``label``."""


def write_tables(
    folder: PoolFolder,
    generator: Generator,
    counts: Mapping[str, int],
    *,
    cohort: Cohort,
    training: Cohort,
    controls: Cohort | None,
    label: Label | None,
) -> Cohort:
    """Write ``images.csv``, ``conditions.csv`` and ``cohort.yaml``, and read the pool.

    Args:
        folder: Holds all samples.
        generator: That made them.
        counts: Condition to number of samples.
        cohort: The real cohort; conditions and terms of use come from it.
        training: Its training part.
        controls: The unaffected children, if any.
        label: Labels the samples without a condition.

    Raises:
        RunError: A picture does not belong here.
        UsageError: A note of the generator has the name of another column, or no sample is left.
    """
    said = [folder.read(name, k) for name, count in counts.items() for k in range(count)]
    conditions = _conditions(folder, said, label)
    rows = [
        _row(folder, one, condition)
        for one, condition in zip(said, conditions, strict=True)
        if condition
    ]
    if not rows:
        raise UsageError("None of the samples could be labelled: the pool is empty.")
    images = pd.DataFrame(rows, dtype=str)
    info = _info(folder, generator, said[0], cohort, training, controls, label)
    return write_cohort(folder.path, info, images, cohort.conditions, opened=True)


def _conditions(folder: PoolFolder, said: list[Provenance], label: Label | None) -> list[str]:
    conditions = [one.condition for one in said]
    blank = [row for row, condition in enumerate(conditions) if not condition]
    if blank and label is not None:
        pictures = [
            (
                folder.plan.image_id("", said[row].number),
                folder.path / folder.file("", said[row].number),
            )
            for row in blank
        ]
        for row, condition in zip(blank, label(pictures), strict=True):
            conditions[row] = condition
    return conditions


def _row(folder: PoolFolder, said: Provenance, condition: str) -> dict[str, str]:
    image_id = folder.plan.image_id(said.condition, said.number)
    row = {
        "image_id": image_id,
        "file": folder.file(said.condition, said.number),
        "patient_id": f"synthetic:{image_id}",
        "condition": condition,
        "source": said.generator,
        "consent": CONSENT,
        "synthetic_of": "|".join(said.parents),
        "generator": said.generator,
        "generator_sha256": said.generator_sha256,
        "generator_seed": str(said.generator_seed),
        "sample_seed": str(said.sample_seed),
        "sample_number": str(said.number),
        "control_parents": "|".join(said.control_parents),
        "condition_by": "generator" if said.condition else "label",
    }
    taken = sorted(said.notes.keys() & {*IMAGE_COLUMNS, *COLUMNS})
    if taken:
        raise UsageError(f"A note of the generator {said.generator!r} is called {taken[0]!r}.")
    return row | said.notes


def _info(
    folder: PoolFolder,
    generator: Generator,
    said: Provenance,
    cohort: Cohort,
    training: Cohort,
    controls: Cohort | None,
    label: Label | None,
) -> CohortInfo:
    """The terms of the real images hold for what was learnt from them."""
    real, plan = cohort.info, folder.plan
    simulated = real.simulated and (controls is None or controls.info.simulated)
    content = {
        "name": f"{real.name}-{plan.generator}-{plan.sha256[:8]}",
        "version": real.version,
        "title": f"Synthetic faces by {plan.generator}, from {len(training)} images of {real.name}",
        "licence": real.licence,
        "simulated": simulated,
        **inherited_terms(training, *([controls] if controls is not None else [])),
        "ethics": real.ethics,
        "sources": [f"rdface {plan.generator}: synthetic images", *real.sources],
        "hpo_release": real.hpo_release,
        "pool_of": {"name": real.name, "version": real.version, "sha256": cohort.sha256},
        "generator": plan.generator,
        "generator_options": plan.options,
        "generator_licence": generator.licence,
        "generator_sha256": said.generator_sha256,
        "generator_seed": plan.seed,
        "labels": getattr(label, "provenance", None),
        "detector": plan.detector,
        "plan_sha256": plan.sha256,
        "training_sha256": plan.training_sha256,
        "training_images": list(training.image_ids),
        "controls": None
        if controls is None
        else {"name": controls.info.name, "sha256": controls.sha256},
    }
    return CohortInfo.model_validate(content)
