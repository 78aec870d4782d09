"""A first spec for a newcomer: every key explained, columns filled in from a table."""

from __future__ import annotations

import os
from pathlib import Path

import yaml

from rdface.curation.ingest.columns import proposed_field
from rdface.curation.ingest.private_columns import suspicion
from rdface.curation.ingest.source_table import SourceTable, read_csv
from rdface.curation.ingest.spec import FIELDS
from rdface.errors import UsageError
from rdface.files import write_text

_ABOUT = {
    "picture": "file name of the picture (needed)",
    "patient": "who it shows: several pictures may show one child (most wanted)",
    "condition": "its name, in words",
    "omim_id": "OMIM number of the condition",
    "orpha_code": "Orphanet number of the condition",
    "genes": "gene symbols",
    "sex": "f, m, girl, boy, weiblich, ...",
    "age": "at the time of the picture: 6 years 4 months, 18 mo, newborn, ...",
    "birth_date": "with photo_date it gives the age; neither is carried over",
    "photo_date": "when the picture was taken",
    "ancestry": "free text",
    "country": "a name or a code",
    "hpo_terms": "what this child shows: HPO ids or labels, several joined by ;",
    "source": "where the picture comes from: a clinic, a PMID",
    "consent": "free text",
    "consent_expires": "the last day on which the picture may be used",
    "data_use": "DUO codes of this picture, on top of those of the cohort",
    "ethics": "approval",
    "permitted_use": "words of the source's own terms",
}
_HEAD = """\
# What `rdface cohort build` is told. Paths are as seen from the folder of this file.
version: 1

cohort:
  name: my-cohort            # letters, digits, dot, dash, underscore
  version: "1"
  title: ""
  licence: by agreement only
  simulated: false           # true only where no picture shows a real person
  data_use: []               # GA4GH codes for the whole cohort, such as [DUO:0000007, DUO:0000021]
  ethics: []                 # approvals, one line each
  sources: []                # where the pictures come from, one line each
  # forbids: [upload, redistribution]        # what nobody may do with it
  # consent_expires: 2030-12-31

pictures: {pictures}         # a folder, or several: [one, two]; folders below them count
table:
  file: {table}              # CSV (comma, semicolon or tab) or XLSX
{sheet}  header_row: 1

out: my-cohort               # the new cohort
state: my-cohort.private     # the review, and the key from names to ids; keep it closed

# field: the header of its column. A field that is null has no column, whatever the headers say.
columns:
"""
_TAIL = """
# A value for every row that has none, for example one consent form for all:
defaults: {}
#  consent: written consent of the parents
#  country: DE

# sex_codes: {"1": male, "2": female}   # what codes in the column of the sex mean
# bare_ages: year                       # of ages that are a number alone: year, month, week or day
# dates: day-first                      # or month-first: how to read 03/04/2019
"""
_END = """
# leave_open: empty    # write the cohort in spite of open doubts, without what is doubtful
"""


def write_starting_spec(path: Path, table: Path | None, pictures: Path | None) -> None:
    """Write a spec to begin with.

    Args:
        path: The new file.
        table: A table whose headers are looked at.
        pictures: The folder of pictures.

    Raises:
        UsageError: The file is there already.
        CohortError: The table cannot be read.
    """
    if path.exists():
        raise UsageError(
            f"{path} is there already.", hint="Give a new name; nothing is overwritten."
        )
    read, sheet = _read(table) if table else (None, "")
    text = _HEAD.format(
        pictures=_value(_from(path, pictures) if pictures else "pictures"),
        table=_value(_from(path, table) if table else "patients.xlsx"),
        sheet=f"  sheet: {_value(sheet)}\n" if sheet else "  # sheet: Sheet1\n",
    )
    write_text(path, text + _columns(read) + _TAIL + _extra(read) + _END)


def _from(spec: Path, other: Path) -> str:
    return Path(os.path.relpath(other, spec.parent)).as_posix()


def _value(text: str) -> str:
    return yaml.safe_dump(text, default_flow_style=True, allow_unicode=True).split("\n")[0]


def _read(table: Path) -> tuple[SourceTable, str]:
    if table.suffix.lower() not in (".xlsx", ".xlsm"):
        return read_csv(table), ""
    from rdface.curation.ingest.workbook import read_xlsx, sheet_names

    first = sheet_names(table)[0]
    return read_xlsx(table, sheet=first), first


def _columns(table: SourceTable | None) -> str:
    lines = []
    for field in FIELDS:
        found = [c for c in table.columns if proposed_field(c) == field] if table else []
        if len(found) == 1:
            entry = f"  {field}: {_value(found[0])}"
        elif found:
            entry = f"  # {field}: {' or '.join(found)}"
        else:
            entry = f"  # {field}: " if table else f"  # {field}: {field}"
        lines.append(f"{entry:<36} # {_ABOUT[field]}")
    return "\n".join(lines) + "\n"


def _extra(table: SourceTable | None) -> str:
    lines = ["", "# Columns to carry over as they are; `all`: all that do not look like names."]
    rest = [one for one in table.columns if not proposed_field(one)] if table else []
    lines.append("extra_columns: []")
    for column in rest:
        why = suspicion(column, table.values(column)) if table else ""
        lines.append(f"#  - {_value(column)}" + (f"   # looks as if it {why}" if why else ""))
    return "\n".join(lines) + "\n"
