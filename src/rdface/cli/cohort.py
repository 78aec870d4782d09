"""``rdface cohort``: from a folder of photographs to a cohort, and on to other people."""

from __future__ import annotations

import click

from rdface.cli.lazy import LazyGroup

_COMMANDS = {
    "build": ("cohort_build:build", "Make a cohort of pictures and a spreadsheet."),
    "audit": ("cohort_audit:audit", "Show what to look at again: copies, faces, rows, text."),
    "check": ("cohort_show:check", "Name everything that is wrong with a cohort."),
    "diff": ("cohort_diff:diff", "Say what changed from one version of a cohort to another."),
    "document": ("cohort_document:document", "Write datasheet, card, figure and subgroup tables."),
    "export": ("cohort_exchange:export", "Write a cohort in another layout."),
    "folds": ("cohort_folds:folds", "Release folds that stay the same when images are added."),
    "import": ("cohort_exchange:import_", "Make a cohort of a folder in another layout."),
    "list": ("cohort_show:list_", "List the cohorts that are shipped with rdface."),
    "restore": ("cohort_restore:restore", "Restore the pictures of a cohort into a new one."),
    "show": ("cohort_show:show", "Describe a cohort in numbers."),
    "strip": ("cohort_strip:strip", "Copy a cohort with nothing but pixels in its pictures."),
    "withdraw": (
        "cohort_withdraw:withdraw",
        "Remove a patient, and all that descends from the pictures.",
    ),
}


@click.group(cls=LazyGroup, commands=_COMMANDS)
def cohort() -> None:
    """Build, check, audit, document and exchange cohorts: folders, or names of shipped ones."""
