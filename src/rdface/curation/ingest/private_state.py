"""What a build keeps beside the source and never in the cohort: the key from names to ids."""

from __future__ import annotations

import csv
import io
import json
import secrets
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from rdface.curation.ingest.private_file import write_private
from rdface.errors import UsageError

REVIEW = "review.csv"
_KEY = "ids.json"
_SOURCE = "source.csv"
_COHORTS, _PEOPLE, _WITHDRAWN = "cohorts", "people", "withdrawn"
WITHDRAWALS = "withdrawals.jsonl"
"""The record that a withdrawal leaves in a cohort."""
UNFINISHED = ".withdrawal.json"
"""The journal of one that was interrupted."""
_LOCK = "lock"
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
"""32 signs without l, o, 0 and 1, which people mistake for each other."""


def random_id(prefix: str) -> str:
    """``img-`` and 10 random signs: 50 bits that come from nothing.

    >>> len(random_id("img"))
    14
    """
    return f"{prefix}-{''.join(secrets.choice(_ALPHABET) for _ in range(10))}"


class PrivateState:
    """The private folder of one build; other users cannot open it.

    Args:
        folder: Made if need be.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if folder.is_dir() and any(folder.iterdir()) and not (folder / _LOCK).exists():
            raise UsageError(
                f"state: {folder} is in use for something else.",
                hint="Give a folder of its own: it is closed to other users.",
            )
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except FileExistsError as error:
            raise UsageError(f"{folder} is there and is no folder.") from error
        folder.chmod(0o700)
        self._ids = self._read()

    @property
    def review(self) -> Path:
        """Where the review lies."""
        return self.folder / REVIEW

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep a second build of the same spec out; a build that is killed leaves no lock.

        Raises:
            UsageError: Another build is at work.
        """
        lock = FileLock(self.folder / _LOCK, timeout=0)
        try:
            with lock:
                yield
        except Timeout as error:
            raise UsageError(
                f"Another build works with {self.folder}.", hint="Wait for it, or stop it."
            ) from error

    def ids(self, kind: str, names: Iterable[str], prefix: str) -> dict[str, str]:
        """The id of each name, the same as ever; new names get random ones, kept at once."""
        known = self._ids.setdefault(kind, {})
        used = self.given("pictures") | self.given("patients")
        found: dict[str, str] = {}
        new = False
        for name in names:
            while name not in known:
                made = random_id(prefix)
                if made not in used:
                    known[name], new = made, True
                    used |= {made}
            found[name] = known[name]
        if new:
            self._write()
        return found

    def names(self, kind: str, ids: Container[str]) -> list[str]:
        """What was given one of these ids."""
        return [name for name, identifier in self._ids.get(kind, {}).items() if identifier in ids]

    def published(self, patient_of: Mapping[str, str], out: Path) -> None:
        """Remember which images went into which cohort, so that a withdrawal is noticed.

        Args:
            patient_of: Id of the image -> of the patient.
            out: The cohort.
        """
        self._ids.setdefault(_COHORTS, {})[str(out.resolve())] = " ".join(patient_of)
        self._ids.setdefault(_PEOPLE, {}).update(patient_of)
        self._write()

    def withdrawn(self) -> frozenset[str]:
        """Images and patients withdrawn from a cohort of this build, now or at any time before.

        A withdrawal takes rows out of a cohort and leaves a record of it, without ids, there.

        Raises:
            UsageError: A withdrawal was interrupted, or its cohort cannot be read.
        """
        gone = self._ids.setdefault(_WITHDRAWN, {})
        for out, images in self._ids.get(_COHORTS, {}).items():
            if (Path(out) / UNFINISHED).exists():
                raise UsageError(
                    f"A withdrawal from {out} was interrupted.",
                    hint="Finish it with the same command; then build.",
                )
            if (Path(out) / WITHDRAWALS).exists():
                left = _images_of(Path(out))
                gone |= {one: out for one in images.split() if one not in left | gone.keys()}
        self._write()
        people = self._ids.get(_PEOPLE, {})
        return frozenset(gone) | {people[one] for one in gone if one in people}

    def _write(self) -> None:
        content = json.dumps(self._ids, indent=1, ensure_ascii=False) + "\n"
        write_private(self.folder / _KEY, content.encode())

    def given(self, kind: str) -> frozenset[str]:
        """Every id that this build has ever given."""
        return frozenset(self._ids.get(kind, {}).values())

    def _read(self) -> dict[str, dict[str, str]]:
        path = self.folder / _KEY
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            return {kind: dict(table) for kind, table in content.items()}
        except FileNotFoundError:
            return {}
        except (ValueError, AttributeError, TypeError) as error:
            raise UsageError(
                f"{path} cannot be read any more, and it alone ties names to ids.",
                hint="Put a copy of it back. Without it, a new build gives new ids to everything.",
            ) from error

    def write_source(self, columns: tuple[str, ...], rows: Iterable[Mapping[str, str]]) -> None:
        """Keep the original strings of every row, with the ids that it became."""
        stream = io.StringIO(newline="")
        writer = csv.writer(stream, lineterminator="\n")
        ours = ("row", "picture", "image_id", "patient_id", "state")
        writer.writerow([*ours, *(f"source: {column}" for column in columns)])
        for row in rows:
            kept = [row.get(f"source: {column}", "") for column in columns]
            writer.writerow([*(row.get(one, "") for one in ours), *kept])
        write_private(self.folder / _SOURCE, stream.getvalue().encode())


def _images_of(cohort: Path) -> frozenset[str]:
    try:
        with (cohort / "images.csv").open(encoding="utf-8-sig", newline="") as stream:
            return frozenset(row["image_id"] for row in csv.DictReader(stream))
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(
            f"{cohort} holds the record of a withdrawal, and its images.csv cannot be read.",
            hint="It tells who was withdrawn. Put a copy of it back.",
        ) from error
