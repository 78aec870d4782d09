"""Look through folders for whatever was made of a patient's pictures, and say what becomes of it.

A folder of results (a run, a study, an audit, a gallery, a population) goes as a whole where any
file in it names the patient or a cohort that the patient was part of: its models have learnt from
the pictures, and all of its numbers were worked out with them. Cohorts and pools lose rows. Other
tables and reports lose rows; pages, pictures, arrays and Phenopackets that name the patient go.
Anything else that names the patient is somebody's own and is named, and so is what cannot be
judged, such as a picture outside of any cohort.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from rdface.cohort import Cohort
from rdface.curation.withdrawal.cohorts import FILES, is_cohort, read_cohort, rows_that_go
from rdface.curation.withdrawal.judging import COPIES, Step, judge
from rdface.curation.withdrawal.mentions import (
    mentions,
    read_table,
    rows_of_files,
    rows_of_patient,
)
from rdface.curation.withdrawal.record import OWN_FILES
from rdface.curation.withdrawal.traces import Traces
from rdface.errors import RdfaceError
from rdface.synthesis.pool.folder import work_of

_RESULTS: Final = frozenset(
    {"result.json", "key.json", "splits.json", "episodes.json", "audit.json", "study.json"}
    | {"population.json", "readings.json", "memory.json", "learnt.json"}
    | {"embeddings.json"}
)
_EXPORTS: Final = ("shards.json", "croissant.json", "gmdb_metadata")
"""In copies that list the hashes of their own files, or number people anew: they go whole."""
_GALLERY: Final = ("manifest.json", b'"projection"')
HALF_GONE: Final = re.compile(r"\..+\.withdrawn\.old")
"""A folder that an interrupted withdrawal was about to remove."""


@dataclass
class Found:
    """What lies below some folders.

    Attributes:
        steps: For everything but cohorts.
        cohorts: Those that lose images, or name what does.
    """

    steps: list[Step] = field(default_factory=list)
    cohorts: list[Cohort] = field(default_factory=list)


def look_through(roots: list[Path], traces: Traces, others: frozenset[str] = frozenset()) -> Found:
    """Look through folders and everything below them; links are not followed.

    Args:
        roots: Folders or files.
        traces: What to look for.
        others: SHA-256 of pictures that are known to show other people.
    """
    looking = _Looking(traces, others)
    for root in roots:
        if root.is_file():
            looking.file(root)
            continue
        for folder, inside, files in os.walk(root):
            inside.sort()
            looking.folder(Path(folder), inside, sorted(files))
    steps = looking.found.steps
    gone = {step.path for step in steps if step.action == "remove"}
    kept = [step for step in steps if gone.isdisjoint(step.path.parents)]
    kept = list(dict.fromkeys(kept))
    # Rows go before the copies, without which nobody could tell any more which rows they are.
    rows = list(_rows_of_copies(kept, traces))
    tables = {step.path for step in rows}
    others_too = [step for step in kept if step.path not in tables]
    return Found([*rows, *others_too], looking.found.cohorts)


def _rows_of_copies(steps: list[Step], traces: Traces) -> Iterator[Step]:
    """Rows of tables that know a removed copy by its file name alone, as in an export."""
    copies = {step.path for step in steps if step.kind == COPIES}
    tables = {
        table
        for copy in copies
        for above in list(copy.parents)[:3]
        for table in above.glob("*.csv")
        if not is_cohort(above)
    }
    for table in sorted(tables):
        names = frozenset(name_of(copy, table) for copy in copies) - {""}
        try:
            rows = read_table(table)
            known = rows_of_files(rows, names)
            count = int((known | rows_of_patient(rows, traces)).sum()) if known.any() else 0
        except (OSError, ValueError):
            continue
        if count:
            yield Step("rows of tables", table, "rows", count, files=names)


def name_of(copy: Path, table: Path) -> str:
    """What a table calls a picture below its folder: its name; "" if another one has that, too."""
    if table.parent not in copy.parents:
        return ""
    same = [path for path in table.parent.rglob(copy.name) if path.is_file()]
    return copy.name if len(same) <= 1 else ""


class _Looking:
    """One look through folders.

    Args:
        traces: What to look for.
    """

    def __init__(self, traces: Traces, others: frozenset[str]) -> None:
        self._traces = traces
        self._others = others
        self._seen: set[Path] = set()
        self._listed: set[Path] = set()
        self.found = Found()

    def folder(self, here: Path, inside: list[str], files: list[str]) -> None:
        """Judge one; ``inside`` is emptied where nothing below it is to be looked at."""
        if here in self._seen:
            inside.clear()
            return
        self._seen.add(here)
        if here.name == ".git":
            why = "git keeps every version of a file"
            self.found.steps.append(Step("git history", here, "look", why=why))
            inside.clear()
            return
        for name in inside:
            if (here / name).is_symlink():
                why = "a link to another folder, which was not looked through"
                self.found.steps.append(Step("link", here / name, "look", why=why))
        if HALF_GONE.fullmatch(here.name):
            self.found.steps.append(Step("folders of results", here, "remove"))
            inside.clear()
            return
        if _is_result(here, files) and not _holds_people(here):
            if any(mentions(path, self._traces) for path in _files_below(here)):
                kind = "exported copies" if _is_export(here) else "folders of results"
                self.found.steps.append(Step(kind, here, "remove"))
            inside.clear()
            return
        if is_cohort(here):
            self._cohort(here)
        for name in files:
            if name not in OWN_FILES:
                self.file(here / name)

    def file(self, path: Path) -> None:
        """Judge one, unless a table of a cohort names it."""
        if path in self._listed or path in self._seen:
            return
        self._seen.add(path)
        try:
            step = judge(path, self._traces, self._others)
        except OSError as error:
            step = Step("file", path, "look", why=f"cannot be read: {error.strerror}")
        if step is not None:
            self.found.steps.append(step)

    def _cohort(self, here: Path) -> None:
        steps = self.found.steps
        try:
            cohort = read_cohort(here)
        except RdfaceError as error:
            steps.append(Step("cohort", here, "look", why=f"cannot be read: {error.message}"))
            return
        about = json.dumps(cohort.info.model_dump(mode="json")).encode()
        if rows_that_go(cohort, self._traces).any() or self._traces.in_text(about):
            self.found.cohorts.append(cohort)
        elif (cohort.images["patient_id"] == self._traces.patient_id).any():
            why = "has a patient of this id with other pictures: withdraw there if it is the same"
            steps.append(Step("cohort", here, "look", why=why))
        learnt = (cohort.info.model_extra or {}).get("training_images") or ()
        if not self._traces.image_ids.isdisjoint(learnt) and work_of(here).is_dir():
            steps.append(Step("what a generator has learnt", work_of(here), "remove"))
        self._listed |= {here / name for name in FILES}
        for column in {"file", "original"} & set(cohort.images.columns):
            self._listed |= {here / file for file in cohort.images[column] if file}


def _is_result(here: Path, files: list[str]) -> bool:
    if is_cohort(here):
        return False
    name, word = _GALLERY
    return (
        not _RESULTS.isdisjoint(files)
        or _is_export(here)
        or (name in files and word in (here / name).read_bytes())
    )


def _is_export(here: Path) -> bool:
    return any((here / name).exists() for name in _EXPORTS)


def _holds_people(here: Path) -> bool:
    """Whether a cohort of people lies below: then the folder is somebody's workspace."""
    for folder, _, _ in os.walk(here):
        if is_cohort(Path(folder)):
            try:
                cohort = read_cohort(Path(folder))
            except RdfaceError:
                return True
            made = cohort.info.is_pool or "pools" in (cohort.info.model_extra or {})
            if not made and any(map(Path.exists, map(cohort.path, cohort.image_ids[:100]))):
                return True
    return False


def _files_below(here: Path) -> Iterator[Path]:
    for folder, _, files in os.walk(here):
        for name in files:
            yield Path(folder) / name
