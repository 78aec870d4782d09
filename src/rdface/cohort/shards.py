"""A cohort shard by shard: rows and pictures of a folder, or of an export, never all at once.

The pictures of an export stay in its Parquet or tar files. Rows come from the tables beside them
(``rdface/images.csv``), a line at a time, and each picture must have the hash that its row names:
just what an import would write to the disk and read again.
"""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pandas as pd

from rdface.cohort.adapters.faults import refuse
from rdface.cohort.adapters.parquet_import import open_pictures, pictures_of_files
from rdface.cohort.adapters.picture_names import id_of
from rdface.cohort.adapters.rebuilding import Found, pictures_at
from rdface.cohort.adapters.tables import FOLDER, stated
from rdface.cohort.adapters.webdataset import SHARDS
from rdface.cohort.adapters.webdataset_import import Member, read_members
from rdface.cohort.check import Problem, find_problems, read_info, read_table
from rdface.cohort.cohort import Cohort, CohortInfo
from rdface.cohort.read import find_cohort, load_cohort, shipped_cohorts
from rdface.cohort.schema import CONDITION_COLUMNS, IMAGE_COLUMNS
from rdface.errors import CohortError
from rdface.files import sha256_bytes

ROWS = 1000
"""Pictures of a shard of a cohort folder, which has no shards of its own."""


@dataclass(frozen=True)
class _File:
    """Pictures that lie together.

    Attributes:
        name: For messages.
        count: How many.
        read: Image ids, as the rows have them, to the pictures in the same order.
    """

    name: str
    count: int
    read: Callable[[Sequence[str]], Iterator[Found]]


@dataclass(frozen=True, eq=False)
class Shard:
    """Some of a cohort's images.

    Attributes:
        name: Of the file that the pictures lie in.
        number: From 0.
        cohort: Its rows as a cohort of their own, with the terms of the whole; its pictures are
            not to be found by :meth:`Cohort.path`.
        found: The pictures; read them by :meth:`pictures`.
    """

    name: str
    number: int
    cohort: Cohort
    found: Iterator[Found]

    def pictures(self) -> Iterator[tuple[str, bytes]]:
        """Image id and bytes, in the order of the rows, one in memory at a time; once.

        Raises:
            CohortError: A picture is missing, damaged, or is not that of its row.
        """
        images = self.cohort.images
        for image_id, digest in zip(images["image_id"], images["sha256"], strict=True):
            found = next(self.found, None)
            if found is None or isinstance(found, Problem) or found[0] != image_id:
                reason = found if isinstance(found, Problem) else f"where is {image_id!r}?"
                raise CohortError(
                    f"{self.name}: {reason}",
                    hint="The shards are not those of the tables beside them; export them anew.",
                )
            if sha256_bytes(found[1]) != digest:
                raise CohortError(
                    f"{self.name}, {image_id!r} has another SHA-256 than its row: the picture was"
                    " altered or exchanged.",
                    hint="Put the original back, or export the cohort anew.",
                )
            yield image_id, found[1]


class ShardedCohort:
    """A cohort that is read shard by shard; make one with :func:`open_shards`.

    Args:
        root: The folder.
        info: Metadata.
        conditions: One row a condition.
        files: Where the pictures lie.
        rows: Rows of ``images.csv``; called for each pass over the shards.
    """

    def __init__(
        self,
        root: Path,
        info: CohortInfo,
        conditions: pd.DataFrame,
        files: Sequence[_File],
        rows: Callable[[], Iterator[dict[str, str]]],
    ) -> None:
        self.root, self.info, self.conditions = root, info, conditions
        self._files = [file for file in files if file.count]  # others may leave empty ones
        self._rows = rows
        self._sha256 = ""

    def __len__(self) -> int:
        return sum(file.count for file in self._files)

    @property
    def n_shards(self) -> int:
        """How many shards."""
        return len(self._files)

    @property
    def sha256(self) -> str:
        """Hash of the cohort, the same as :attr:`Cohort.sha256`; known after a whole pass."""
        return self._sha256

    def shards(self) -> Iterator[Shard]:
        """One shard after the other; the terms of images met before bind those that follow.

        Raises:
            CohortError: Rows that are not sound, or more or fewer of them than pictures.
        """
        rows, info, first = self._rows(), self.info, 2
        digest = hashlib.sha256(json.dumps(info.model_dump(mode="json"), sort_keys=True).encode())
        digest.update(self.conditions.to_csv(index=False, lineterminator="\n").encode())
        for number, file in enumerate(self._files):
            images = pd.DataFrame(list(islice(rows, file.count)), dtype=str)
            if len(images) < file.count:
                raise self._miscounted(f"{file.name} has more pictures than are left of the rows")
            refuse(self.root, self._faults(images, first))
            text = images.to_csv(index=False, lineterminator="\n", header=number == 0)
            digest.update(text.encode())
            first += len(images)
            cohort = Cohort(self.root, info, images, self.conditions)
            info = stated(cohort)
            yield Shard(file.name, number, cohort, file.read(images["image_id"].tolist()))
        if next(rows, None) is not None:
            raise self._miscounted("rows without pictures are left")
        self._sha256 = digest.hexdigest()

    def _miscounted(self, what: str) -> CohortError:
        return CohortError(f"{self.root}: {what}.", hint="Export the cohort anew.")

    def _faults(self, images: pd.DataFrame, first: int) -> Iterator[Problem]:
        # Parents and originals may lie in other shards.
        alone = images.assign(synthetic_of="").drop(columns="original", errors="ignore")
        for fault in find_problems(self.root, alone, self.conditions, opened=True):
            row = None if fault.row is None else fault.row - 2 + first
            yield dataclasses.replace(fault, row=row)


def open_shards(place: str | Path) -> ShardedCohort:
    """Open a cohort (folder or name), or what ``cohort export parquet|webdataset`` wrote.

    Raises:
        CohortError: It is neither, or is damaged. Shards of others are to be imported first.
    """
    root = Path(place)
    if (root / "images.csv").is_file() or (not root.exists() and str(place) in shipped_cohorts()):
        return _of_cohort(load_cohort(place))
    root = find_cohort(place)
    parquet = sorted([*root.glob("*.parquet"), *root.glob("data/*.parquet")])
    tar = sorted(root.glob("*.tar"))
    tables = root / FOLDER
    if not (parquet or tar) or not tables.is_dir():
        what = f"no folder {FOLDER}" if parquet or tar else "neither images.csv nor shards"
        raise CohortError(
            f"{root} has {what}.",
            hint="Give a cohort, or what `rdface cohort export parquet` or `webdataset` wrote;"
            " import shards of others first: rdface cohort import parquet FOLDER --out COHORT.",
        )
    info, problems = read_info(tables)
    conditions, found = read_table(tables, "conditions.csv", CONDITION_COLUMNS)
    files: list[_File] = []
    for file in map(_parquet_file, parquet) if parquet else _tar_files(root, tar):
        (problems if isinstance(file, Problem) else files).append(file)  # type: ignore[arg-type]
    refuse(root, [*problems, *found])
    assert info is not None and conditions is not None  # noqa: S101 - or there was a problem
    return ShardedCohort(root, info, conditions, files, lambda: _rows(tables / "images.csv"))


def _of_cohort(cohort: Cohort) -> ShardedCohort:
    def read(ids: Sequence[str]) -> Iterator[Found]:
        return pictures_at({one: cohort.path(one) for one in ids}, cohort.root)

    files = [
        _File(f"rows {start + 1} to {end}", end - start, read)
        for start in range(0, len(cohort), ROWS)
        for end in [min(start + ROWS, len(cohort))]
    ]
    rows = cohort.images

    def each() -> Iterator[dict[str, str]]:
        for start in range(0, len(rows), ROWS):
            yield from rows.iloc[start : start + ROWS].to_dict("records")  # type: ignore[misc]

    return ShardedCohort(cohort.root, cohort.info, cohort.conditions, files, each)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    """Rows of images.csv, a line at a time."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            lines = csv.reader(stream, strict=True)
            header = next(lines, [])
            missing = [name for name in IMAGE_COLUMNS if name not in header]
            if missing or len(set(header)) < len(header):
                why = f"has no column {missing[0]}" if missing else "has a column twice"
                raise CohortError(f"{path} {why}.")
            for line in filter(None, lines):
                if len(line) != len(header):
                    raise CohortError(f"{path}, line {lines.line_num}: not {len(header)} fields.")
                yield dict(zip(header, line, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CohortError(f"{path} is no CSV file in UTF-8: {error}") from error


def _parquet_file(path: Path) -> _File | Problem:
    import pyarrow.parquet as pq

    file = open_pictures(path)
    if isinstance(file, Problem):
        return file
    if "image_id" not in file.columns:
        return Problem(path.name, None, "image_id", "this column is missing")

    def read(ids: Sequence[str]) -> Iterator[Found]:
        own = pq.read_table(path, columns=["image_id"], partitioning=None).column(0).to_pylist()
        return pictures_of_files([file], list(map(str, own)))

    return _File(path.name, pq.read_metadata(path).num_rows, read)


def _tar_files(root: Path, paths: list[Path]) -> Iterator[_File | Problem]:
    try:
        listed = json.loads((root / SHARDS).read_text(encoding="utf-8"))
        counts = {str(one["file"]): int(one["samples"]) for one in listed}
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        yield Problem(SHARDS, None, None, "is missing, or is no list of shards")
        return
    there = {path.name: path for path in paths}
    for name in sorted(there.keys() ^ counts.keys()):
        yield Problem(name, None, None, f"is only in the folder, or only in {SHARDS}")
    for name in sorted(there.keys() & counts.keys()):
        yield _File(name, counts[name], lambda _, path=there[name]: _tar_pictures(path))  # type: ignore[misc]


def _tar_pictures(path: Path) -> Iterator[Found]:
    pictures: dict[str, Member] = {}
    yield from read_members(path, pictures, {})
    for key, member in pictures.items():
        yield id_of(key), member.read()
