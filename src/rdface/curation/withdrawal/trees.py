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
from typing import Final, Literal

from rdface.cohort import Cohort
from rdface.curation.withdrawal.cohorts import FILES, is_cohort, read_cohort, rows_that_go
from rdface.curation.withdrawal.mentions import (
    NUMBERS,
    PACKED,
    PICTURES,
    TABLES,
    mentions,
    read_table,
    rows_of_files,
    rows_of_patient,
)
from rdface.curation.withdrawal.record import OWN_FILES
from rdface.curation.withdrawal.traces import Traces
from rdface.errors import RdfaceError
from rdface.files import sha256_file
from rdface.synthesis.pool.folder import work_of

Action = Literal["remove", "rows", "look"]

COPIES: Final = "copies of pictures"
_RESULTS: Final = frozenset(
    {"result.json", "key.json", "splits.json", "episodes.json", "audit.json", "study.json"}
    | {"population.json", "readings.json", "memory.json", "learnt.json"}
)
_EXPORTS: Final = frozenset({"shards.json", "croissant.json"})
"""Copies that list the hashes of their own files, and so cannot lose one."""
_GALLERY: Final = ("manifest.json", b'"projection"')
HALF_GONE: Final = re.compile(r"\..+\.withdrawn\.old")
"""A folder that an interrupted withdrawal was about to remove."""
_PAGES: Final = frozenset({".html", ".htm", ".svg", ".pdf"})


@dataclass(frozen=True)
class Step:
    """What becomes of one file or folder.

    Attributes:
        kind: What it is, for counting.
        path: Where.
        action: ``remove`` it, remove ``rows`` of it, or have the user ``look`` at it.
        count: Rows or files that go.
        why: For ``look``: why rdface leaves it.
        files: Names of pictures whose rows go, where the table names nobody.
    """

    kind: str
    path: Path
    action: Action
    count: int = 1
    why: str = ""
    files: frozenset[str] = frozenset()


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
                kind = "folders of results" if _EXPORTS.isdisjoint(files) else "exported copies"
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
            step = _judge(path, self._traces, self._others)
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
    return not (_RESULTS | _EXPORTS).isdisjoint(files) or (
        name in files and word in (here / name).read_bytes()
    )


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


def _judge(path: Path, traces: Traces, others: frozenset[str]) -> Step | None:
    suffix = path.suffix.lower()
    if path.is_symlink():
        return Step("link", path, "look", why="a link; what it points to was not looked at")
    digest = sha256_file(path)
    if digest in traces.pictures:
        return Step(COPIES, path, "remove")
    if not mentions(path, traces):
        return None if digest in others else _opaque(path, suffix)
    if suffix in TABLES:
        count = int(rows_of_patient(read_table(path), traces).sum())
        if count and not traces.in_text(path.name.encode()):
            return Step("rows of tables", path, "rows", count)
        return Step("tables", path, "remove") if count else None
    data = path.read_bytes()
    if suffix == ".jsonl":
        count = sum(traces.person_in_text(line) for line in data.splitlines())
        return Step("reports in words", path, "rows", count) if count else None
    if suffix in _PAGES or suffix in PICTURES:
        return Step("pages and pictures", path, "remove")
    if suffix == ".json" and b'"released"' in data and b'"n_folds"' in data:
        return Step("released folds", path, "rows")
    if suffix in NUMBERS:
        return Step("features and fitted models", path, "remove")
    if suffix == ".json" and b'"subject"' in data and b'"metaData"' in data:
        return Step("Phenopackets", path, "remove")
    if (path.parent / "reports.jsonl").is_file() and not traces.person_in_text(data):
        return None  # says of which cohort the reports beside it are
    personal = suffix in PACKED or traces.person_in_text(data) or traces.in_text(path.name.encode())
    what = "names the patient" if personal else "was made with a cohort of which the patient was"
    return Step("file", path, "look", why=f"{what}; it is no file that rdface can clean")


def _opaque(path: Path, suffix: str) -> Step | None:
    if suffix in PICTURES:
        why = "a picture outside of any cohort; nothing says whom it shows"
        return Step("picture", path, "look", why=why)
    if suffix in NUMBERS:
        return Step("numbers", path, "look", why="numbers; nothing says from whom they were learnt")
    if suffix in PACKED and suffix not in {".tar", ".zip"}:
        return Step("archive", path, "look", why="packed; it was not looked into")
    return None
