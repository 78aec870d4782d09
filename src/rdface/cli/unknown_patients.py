"""A warning where a cohort does not name its patients."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rdface.bench import Run


def warn_of_unknown_patients(runs: list[Run]) -> None:
    """Say where no protocol could keep patients apart, and intervals count each picture as one."""
    if any(run.result.cohort.unknown_patients for run in runs):
        click.secho(
            "Warning: the cohort does not say who its patients are, so each image counts as one:"
            " pictures of one child may stand on both sides under every protocol, and the"
            " intervals are too narrow where they do.",
            fg="yellow",
            err=True,
        )
