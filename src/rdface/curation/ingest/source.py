"""Where the source of a build lies: its table, and what must not lie in it."""

from __future__ import annotations

from pathlib import Path

from rdface.curation.ingest.source_table import SourceTable, read_csv
from rdface.curation.ingest.spec import BuildSpec
from rdface.errors import UsageError


def read_table(spec: BuildSpec) -> SourceTable:
    """The table of a spec: XLSX by its suffix, else CSV.

    Raises:
        CohortError: It is no such table.
        UsageError: Its sheet is not there.
    """
    about = spec.table
    if about.file.suffix.lower() in (".xlsx", ".xlsm"):
        from rdface.curation.ingest.workbook import read_xlsx

        return read_xlsx(about.file, sheet=about.sheet, header_row=about.header_row)
    if about.sheet:
        raise UsageError(f"{about.file} is no XLSX file and has no sheets.")
    return read_csv(about.file, header_row=about.header_row)


def check_places(spec: BuildSpec) -> None:
    """Keep the source, the cohort and the private folder apart.

    Raises:
        UsageError: One lies in another.
    """
    for name, place in (("out", spec.out), ("state", spec.state)):
        for folder in map(Path, spec.pictures):
            if place.resolve().is_relative_to(folder.resolve()):
                raise UsageError(
                    f"{name}: {place} lies in the folder of pictures {folder}, which is only read.",
                    hint="Give a folder somewhere else.",
                )
    if spec.state.resolve().is_relative_to(spec.out.resolve()):
        raise UsageError(
            f"state: {spec.state} lies in the cohort, and holds what ties it to names."
        )
    if spec.out.resolve().is_relative_to(spec.state.resolve()):
        raise UsageError(f"out: {spec.out} lies in the private folder {spec.state}.")
