"""Reports on disk: ``reports.jsonl``, which a killed run goes on with, and ``about.json``."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, ValidationError

from rdface.errors import RunError, UsageError
from rdface.files import write_json, write_text
from rdface.phenotype.report import Report, Status

REPORTS: Final = "reports.jsonl"
ABOUT: Final = "about.json"
SCHEMA: Final = 1
STATUSES: Final[tuple[Status, ...]] = ("complete", "partial", "empty", "refused", "failed")


class Line(BaseModel):
    """A line of ``reports.jsonl``.

    Attributes:
        image_sha256: Of the picture's file.
        fingerprint: Of the describer.
        told: Digest of what the describer was told besides the pixels; empty where it was nothing.
        reading: Version of the code that read the answer.
        answer_problem: What the describer said was wrong with its answer.
        own_findings: Whether the findings are the describer's own and not read from its text.
        report: The report.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    image_sha256: str
    fingerprint: str
    told: str = ""
    reading: str
    answer_problem: str = ""
    own_findings: bool = False
    report: Report

    @property
    def key(self) -> tuple[str, str]:
        """Id and content of the picture."""
        return self.report.image_id, self.image_sha256


class ReportLog:
    """Appends lines, each on disk before the next: a context manager.

    Args:
        folder: Where ``reports.jsonl`` lies.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / REPORTS

    def __enter__(self) -> Self:
        self._stream = self._path.open("ab")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stream.close()

    def append(self, line: Line) -> None:
        """Write one line, and wait until it is on disk: an answer may have cost money."""
        self._stream.write(_text(line).encode())
        self._stream.flush()
        os.fsync(self._stream.fileno())


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Hold the folder; two runs that write into one would mix their lines.

    Raises:
        RunError: Another process holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise RunError(
            f"Another process is writing reports into {folder}.",
            hint="Wait for it, or choose another --out.",
        ) from error
    try:
        yield
    finally:
        lock.release()
        (folder / ".lock").unlink(missing_ok=True)


def read_lines(folder: Path, *, mend: bool = False) -> dict[tuple[str, str], Line]:
    """The last line of every picture, by id and content.

    A last line without an end is what a killed run leaves behind: it is not counted.

    Args:
        folder: Where ``reports.jsonl`` lies; no file is no lines.
        mend: Whether to cut that torn line off the file.

    Raises:
        RunError: A line elsewhere is none of a report.
    """
    path = folder / REPORTS
    if not path.is_file():
        return {}
    data = path.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if mend and len(whole) < len(data):
        with path.open("r+b") as stream:
            stream.truncate(len(whole))
    found = {}
    for number, text in enumerate(whole.splitlines(), 1):
        try:
            line = Line.model_validate_json(text)
        except ValidationError as error:
            raise RunError(
                f"Line {number} of {path} is no report: it was altered, or is of another version.",
                hint="Choose another --out, or take the line out.",
            ) from error
        found[line.key] = line
    return found


def write_lines(folder: Path, lines: Iterable[Line]) -> None:
    """Write the whole file anew, atomically."""
    write_text(folder / REPORTS, "".join(map(_text, lines)))


def read_reports(folder: Path, keys: Collection[tuple[str, str]] | None = None) -> list[Report]:
    """Reports of a folder that ``rdface describe`` has written, in the order of the file.

    Args:
        folder: Where ``reports.jsonl`` lies.
        keys: Id and SHA-256 of the pictures that count; None: all. A report on what was once
            called so and has been exchanged, or has left the cohort, is none on the cohort.

    Raises:
        UsageError: There are none.
        RunError: The file was altered.
    """
    lines = read_lines(need_reports(folder))
    kept = [line.report for key, line in lines.items() if keys is None or key in keys]
    if not kept:
        raise UsageError(
            f"No report in {folder} is on a picture of this cohort.",
            hint="Give the cohort that was described; about.json names it.",
        )
    return kept


def need_reports(folder: Path) -> Path:
    """The folder, if ``rdface describe`` has written a report into it.

    Raises:
        UsageError: There is none.
    """
    path = folder / REPORTS
    if not path.is_file() or not path.stat().st_size:
        raise UsageError(
            f"There are no reports in {folder}.",
            hint="`rdface describe COHORT --with NAME --out FOLDER` writes them.",
        )
    return folder


def write_about(folder: Path, about: dict[str, Any]) -> None:
    """Write ``about.json``."""
    write_json(folder / ABOUT, {"schema_version": SCHEMA, **about})


def read_about(folder: Path) -> dict[str, Any]:
    """What ``about.json`` says; empty where it is not there.

    Raises:
        RunError: It is no JSON of this version.
    """
    path = folder / ABOUT
    if not path.is_file():
        return {}
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(about, dict) or about.get("schema_version") != SCHEMA:
            raise ValueError("another version")
        origin = about.get("cohort")
        if not isinstance(origin, dict) or not {"name", "version", "sha256"} <= origin.keys():
            raise ValueError("it does not say which cohort was described")
        if "fingerprint" not in about:
            raise ValueError("it does not say who described it")
    except ValueError as error:
        raise RunError(
            f"{path} is not what rdface wrote: {error}.", hint="Choose another --out."
        ) from error
    return about


def count_statuses(reports: Iterable[Report]) -> dict[str, int]:
    """Reports by status, every status named."""
    counts = Counter(report.status for report in reports)
    return {status: counts[status] for status in STATUSES}


def _text(line: Line) -> str:
    # JSON escapes line ends, so that a line is a line; U+2028 is none to splitlines of bytes.
    return line.model_dump_json() + "\n"
