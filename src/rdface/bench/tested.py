"""Find the cohort that a finished run is about."""

from __future__ import annotations

from pathlib import Path

from rdface.bench.gallery.spec import TASK as GALLERY
from rdface.bench.gallery.spec import read_gallery_spec
from rdface.bench.result import Run
from rdface.bench.spec import read_spec
from rdface.cohort import Cohort, load_cohort
from rdface.errors import RdfaceError, RunError


def tested_cohort(run: Run, cohort: str | Path | None = None) -> Cohort:
    """Load the cohort of a run, and make sure that it is the very one.

    Args:
        run: A finished run.
        cohort: Folder or name; by default what the run's spec says.

    Raises:
        RunError: It is not the cohort that was tested.
        CohortError: It cannot be read.
    """
    loaded = load_cohort(cohort if cohort is not None else _named(run))
    tested = run.result.cohort
    if loaded.sha256 != tested.sha256:
        raise RunError(
            f"The cohort {loaded.root} is not the one that was tested: its hash is"
            f" {loaded.sha256[:12]}, that of {tested.name} {tested.version} in the runs is"
            f" {tested.sha256[:12]}.",
            hint="Give the cohort that the runs are about, or run the spec again.",
        )
    return loaded


def _named(run: Run) -> str | Path:
    """The cohort that the spec names; its bare name where there is no spec to read."""
    read = read_gallery_spec if run.result.task == GALLERY else read_spec
    try:
        return read(run.folder / "spec.yaml").cohort
    except RdfaceError:
        return run.result.cohort.name
