"""Do what was planned for one file or folder; done twice it is done once."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from rdface.cohort import Cohort
from rdface.curation.withdrawal.cohorts import write
from rdface.curation.withdrawal.judging import Step
from rdface.curation.withdrawal.mentions import read_table, rows_of_files, rows_of_patient
from rdface.curation.withdrawal.released import folds_without
from rdface.curation.withdrawal.text_tables import encoded, read_records
from rdface.curation.withdrawal.traces import Traces
from rdface.curation.withdrawal.trees import HALF_GONE
from rdface.files import atomic_path, write_bytes, write_json
from rdface.protocols.release import write_folds

MARK = ".withdrawn.json"
"""Beside a folder of results that was removed: that it was, and the spec that makes it again."""


def do_step(step: Step, traces: Traces, today: date) -> None:
    """Remove a file, a folder or rows; nothing where it is gone already or is left to the user."""
    if step.action == "look" or not step.path.exists():
        return
    if step.action == "rows":
        _remove_rows(step, traces)
    elif step.path.is_dir():
        if step.kind == "folders of results" and not HALF_GONE.fullmatch(step.path.name):
            _mark(step.path, traces, today)
        # Renamed first: a folder of results that a kill has halved would not be known as one.
        if HALF_GONE.fullmatch(step.path.name):
            shutil.rmtree(step.path)
            return
        away = step.path.with_name(f".{step.path.name}.withdrawn.old")
        shutil.rmtree(away, ignore_errors=True)
        step.path.rename(away)
        shutil.rmtree(away)
    else:
        step.path.unlink()


def shrink(before: Cohort, after: Cohort) -> None:
    """Write what is left of a cohort, then remove the pictures that its table names no more.

    A pool of which nothing is left goes as a whole.
    """
    if after.images.empty:
        do_step(Step("pool", after.root, "remove"), Traces(""), date.min)
        return
    write(after)
    kept = _files(after)
    for file in sorted(_files(before) - kept):
        path = before.root / file
        if path.resolve().is_relative_to(before.root.resolve()):
            path.unlink(missing_ok=True)


def _files(cohort: Cohort) -> set[str]:
    images = cohort.images
    return {file for name in {"file", "original"} & set(images) for file in images[name] if file}


def _mark(folder: Path, traces: Traces, today: date) -> None:
    if traces.in_text(folder.name.encode()):
        return
    try:
        spec = (folder / "spec.yaml").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        spec = ""
    content = {
        "removed": folder.name,
        "on": today.isoformat(),
        "why": "A patient was withdrawn from the cohort; all that was learnt with the pictures,"
        " and every number that came of it, went. Run the spec again to make it anew.",
        "spec": "" if traces.in_text(spec.encode()) else spec,
    }
    write_json(folder.with_name(folder.name + MARK), content)


def _remove_rows(step: Step, traces: Traces) -> None:
    path = step.path
    if path.suffix == ".jsonl":
        lines = path.read_bytes().splitlines(keepends=True)
        write_bytes(path, b"".join(line for line in lines if not traces.person_in_text(line)))
        return
    if path.suffix == ".json":
        folds = folds_without(path, traces)
        if folds is not None:
            write_folds(path, folds[0])
        return
    table = read_table(path)
    keep = ~(rows_of_files(table, step.files) | rows_of_patient(table, traces))
    if path.suffix.lower() == ".parquet":
        import pyarrow.parquet as pq

        whole = pq.read_table(path)  # pandas would lose what is said beside the columns
        with atomic_path(path) as part:
            pq.write_table(whole.filter(keep), part)
        return
    text = read_records(path)
    header, *records = text.written
    kept = [record for record, stays in zip(records, keep, strict=True) if stays]
    write_bytes(path, encoded([header, *kept], text.encoding))
