"""The record of withdrawals: who signed, when, how much was removed; nothing of whom.

A line of ``withdrawals.jsonl`` in the cohort's folder for each. It holds no id, no file name and
no hash of a picture, not even a salted one: whoever has the picture could prove with it that the
child was in the cohort. Each line names the SHA-256 of the one before, so that none can be taken
out or altered unseen. The hash of the cohort before is of all of its tables at once; nobody can
come from it to one patient without having all the others.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from rdface.curation.withdrawal.traces import Traces
from rdface.errors import RunError
from rdface.files import atomic_path, sha256_bytes, write_text

RECORDS: Final = "withdrawals.jsonl"
JOURNAL: Final = ".withdrawal.json"
OWN_FILES: Final = frozenset({RECORDS, JOURNAL})


@dataclass
class Journal:
    """What an interrupted withdrawal needs to go on; removed once it has finished.

    Attributes:
        traces: What was searched for, which the cohort no longer tells.
        counts: Kind -> how many went, as planned before anything was touched.
        version_before: Of the cohort.
        sha256_before: Of the cohort.
        renamed: SHA-256 of cohorts and pools -> that of what is left of them.
        roots: Folders that were looked through for the counts.
    """

    traces: Traces
    version_before: str
    sha256_before: str
    counts: dict[str, int] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    roots: list[str] = field(default_factory=list)

    def plan(self, counts: dict[str, int], roots: list[Path]) -> None:
        """Take over what is planned; of folders that were planned for before, nothing is new."""
        names = sorted(map(str, roots))
        if not set(names) <= set(self.roots):
            kinds = sorted({*counts, *self.counts})
            self.counts = {one: max(counts.get(one, 0), self.counts.get(one, 0)) for one in kinds}
            self.roots = sorted({*names, *self.roots})

    def write(self, root: Path) -> None:
        """Into the cohort's folder, for its owner alone."""
        content = {
            "patient_id": self.traces.patient_id,
            "image_ids": sorted(self.traces.image_ids),
            "pictures": sorted(self.traces.pictures),
            "wholes": sorted(self.traces.wholes),
            "version_before": self.version_before,
            "sha256_before": self.sha256_before,
            "counts": self.counts,
            "renamed": self.renamed,
            "roots": self.roots,
        }
        with atomic_path(root / JOURNAL) as part:
            part.touch(mode=0o600)
            part.write_text(json.dumps(content), encoding="utf-8")


def read_journal(root: Path) -> Journal | None:
    """Of a withdrawal that was interrupted; None where there is none.

    Raises:
        RunError: It is damaged.
    """
    path = root / JOURNAL
    if not path.is_file():
        return None
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        traces = Traces(
            said["patient_id"],
            frozenset(said["image_ids"]),
            frozenset(said["pictures"]),
            frozenset(said["wholes"]),
        )
        before = said["version_before"], said["sha256_before"]
        return Journal(traces, *before, said["counts"], said["renamed"], said["roots"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(
            f"{path}, with which an interrupted withdrawal goes on, is damaged.",
            hint="Restore it, or remove it and search for the patient's files by hand.",
        ) from error


def read_records(root: Path) -> list[dict[str, Any]]:
    """All records, oldest first, the chain checked.

    Raises:
        RunError: A line was altered, or one is missing.
    """
    path = root / RECORDS
    if not path.is_file():
        return []
    records, former = [], ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            record = json.loads(line)
            sound = record["former"] == former
        except (ValueError, KeyError, TypeError):
            sound = False
        if not sound:
            raise RunError(f"{path}, line {number}: the record or the one before it was altered.")
        records.append(record)
        former = sha256_bytes(line.encode())
    return records


def add_record(root: Path, record: dict[str, Any]) -> dict[str, Any]:
    """Append a record, chained to the last one; the same one twice is written once."""
    records = read_records(root)
    lines = [json.dumps(one, ensure_ascii=False) for one in records]
    if records and {**records[-1], "former": ""} == {**record, "former": ""}:
        return records[-1]
    record["former"] = sha256_bytes(lines[-1].encode()) if lines else ""
    lines.append(json.dumps(record, ensure_ascii=False))
    write_text(root / RECORDS, "\n".join(lines) + "\n")
    return record
