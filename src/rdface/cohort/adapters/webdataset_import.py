"""Import WebDataset: shards of ours, and those of others with one picture and a label a sample."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rdface.cohort.adapters.adapter import IMPORTERS, Imported
from rdface.cohort.adapters.faults import need_folder, refuse
from rdface.cohort.adapters.folder import check_new
from rdface.cohort.adapters.labelled import labelled_tables
from rdface.cohort.adapters.picture_names import LARGEST, MEDIA_TYPES, id_of, leaves
from rdface.cohort.adapters.rebuilding import Found, rebuild
from rdface.cohort.adapters.tables import read_tables
from rdface.cohort.adapters.webdataset import SHARDS
from rdface.cohort.check import Problem
from rdface.files import sha256_file

_LARGEST_ROW = 1024 * 1024
_SUFFIXES = (*MEDIA_TYPES, "jpeg", "tif")
_LABELS = ("cls", "txt")


@dataclass(frozen=True)
class Member:
    """``AAR%2E1.jpg`` in a shard."""

    shard: Path
    name: str
    key: str
    suffix: str
    offset: int
    size: int

    def read(self) -> bytes:
        """Its bytes."""
        with self.shard.open("rb") as stream:
            stream.seek(self.offset)
            return stream.read(self.size)


@IMPORTERS.register("webdataset")
def import_webdataset(source: Path, out: Path, *, about: Path | None = None) -> Imported:
    """WebDataset: .tar files of pictures, with a .json of columns or a .cls or .txt label each.

    Shards are read where they lie and nothing is unpacked but pictures, one at a time. Samples of
    others must have one picture and say what it shows: ``condition`` or ``label`` of the .json,
    else the .cls or .txt.

    Args:
        source: The folder of the .tar files.
        out: Folder of the new cohort.
        about: A cohort.yaml for shards that rdface did not write.

    Raises:
        UsageError: ``out`` is in use.
        CohortError: Faults; all are named: members that leave the folder, links, members that
            stand twice or are too large, shards that are cut short or altered, pictures without
            a row and rows without a picture.
    """
    check_new(out, outside=source)
    need_folder(source)
    shards = sorted(source.glob("*.tar"))
    tables, problems = read_tables(source)
    problems += _faults_of_shards(source, shards)
    pictures: dict[str, Member] = {}
    rows: dict[str, dict[str, Member]] = {}
    for shard in shards:
        problems += read_members(shard, pictures, rows)
    notes: list[str] = []
    foreign = tables is None
    if foreign and not problems:
        listed, found = _rows(pictures, rows)
        problems += found
        tables, found, notes = labelled_tables(source, about, listed)
        problems += found
    refuse(source, problems)
    assert tables is not None  # noqa: S101 - or there was a problem
    ids = tables.images["image_id"] if foreign else map(id_of, pictures)
    cohort = rebuild(source, out, tables, _pictures(zip(ids, pictures.values(), strict=True)))
    return Imported(cohort, tuple(notes))


def _pictures(members: Iterable[tuple[str, Member]]) -> Iterator[Found]:
    for image_id, member in members:
        yield image_id, member.read()


def _faults_of_shards(source: Path, shards: list[Path]) -> Iterator[Problem]:
    """Shards that are missing, or are others than ``shards.json`` lists."""
    if not shards:
        yield Problem(str(source), None, None, "holds no .tar file")
    if not (source / SHARDS).is_file():
        return
    try:
        said = {
            str(one["file"]): str(one["sha256"])
            for one in json.loads((source / SHARDS).read_text(encoding="utf-8"))
        }
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        yield Problem(SHARDS, None, None, "is no list of shards")
        return
    there = {shard.name: shard for shard in shards}
    for name in sorted(said.keys() - there.keys()):
        yield Problem(name, None, None, f"is missing; {SHARDS} lists it")
    for name in sorted(there.keys() - said.keys()):
        yield Problem(name, None, None, f"is not in {SHARDS}")
    for name in sorted(there.keys() & said.keys()):
        if sha256_file(there[name]) != said[name]:
            yield Problem(name, None, None, f"has another SHA-256 than {SHARDS} says")


def read_members(
    shard: Path, pictures: dict[str, Member], rows: dict[str, dict[str, Member]]
) -> Iterator[Problem]:
    """Sort a shard's members into pictures and what is said of them; yield what is neither."""
    end = 0
    try:
        with tarfile.open(shard, "r:") as tar:
            for member in tar:
                where = f"{shard.name}, {member.name[:200]!r}"
                end = member.offset_data + -(-member.size // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE
                if member.isdir() and not leaves(member.name):
                    continue
                if leaves(member.name):
                    yield Problem(where, None, None, "leaves the folder")
                    continue
                if not member.isreg() or member.sparse is not None:
                    yield Problem(where, None, None, "is a link or a device, no file")
                    continue
                yield from _sort(shard, where, member, pictures, rows)
    except (tarfile.TarError, OSError, ValueError, RecursionError) as error:
        yield Problem(shard.name, None, None, f"is no tar file, or is cut short: {error}")
        return
    if shard.stat().st_size < end + 2 * tarfile.BLOCKSIZE:
        yield Problem(shard.name, None, None, "is cut short: its end is missing")


def _sort(
    shard: Path,
    where: str,
    member: tarfile.TarInfo,
    pictures: dict[str, Member],
    rows: dict[str, dict[str, Member]],
) -> Iterator[Problem]:
    folder, slash, base = member.name.rpartition("/")
    key, _, suffix = base.partition(".")
    key, suffix = f"{folder}{slash}{key}", suffix.lower()
    limit = LARGEST if suffix in _SUFFIXES else _LARGEST_ROW
    one = Member(shard, member.name, key, suffix, member.offset_data, member.size)
    known = pictures.get(key) if suffix in _SUFFIXES else rows.get(key, {}).get(suffix)
    if member.size > limit:
        reason = f"would be {member.size:,} bytes, more than the {limit:,} that are read"
        yield Problem(where, None, None, reason)
    elif known is not None:
        reason = f"stands twice: {known.name!r} in {known.shard.name} is the same"
        yield Problem(where, None, None, reason)
    elif suffix in _SUFFIXES:
        pictures[key] = one
    else:
        rows.setdefault(key, {})[suffix] = one


def _rows(
    pictures: dict[str, Member], rows: dict[str, dict[str, Member]]
) -> tuple[list[dict[str, str]], list[Problem]]:
    """What samples of others say, as rows with ``image_id`` and, if they say it, ``label``."""
    listed, problems = [], []
    for key, picture in pictures.items():
        said = rows.get(key, {})
        where = f"{picture.shard.name}, {picture.name!r}"
        row: dict[str, Any] = {}
        try:
            if "json" in said:
                row = json.loads(said["json"].read())
                if not isinstance(row, dict):
                    raise ValueError("it is no object")
            for suffix in _LABELS:
                if suffix in said:
                    row.setdefault("label", said[suffix].read().decode().strip())
        except (ValueError, RecursionError) as error:
            problems.append(Problem(where, None, None, f"has a row that cannot be read: {error}"))
            continue
        row = {str(k): "" if v is None else v if isinstance(v, str) else json.dumps(v)
               for k, v in row.items()}  # fmt: skip
        row["image_id"] = id_of(key)
        row.setdefault("file", f"{picture.key}.{picture.suffix}")
        listed.append(row)
    for key in rows.keys() - pictures.keys():
        first = next(iter(rows[key].values()))
        problems.append(
            Problem(f"{first.shard.name}, {first.name!r}", None, None, "has a row and no picture")
        )
    return listed, problems
