"""Make a cohort of tables and of pictures that come one after the other."""

from __future__ import annotations

import dataclasses
import errno
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from rdface.cohort.adapters.faults import refuse
from rdface.cohort.adapters.folder import new_folder
from rdface.cohort.adapters.picture_names import leaves, read_picture
from rdface.cohort.adapters.tables import FOLDER, ORIGINALS, Tables, originals
from rdface.cohort.check import Problem, examine
from rdface.cohort.cohort import Cohort
from rdface.cohort.write import write_files
from rdface.errors import ImageError
from rdface.files import sha256_bytes, write_bytes
from rdface.progress import bar

Found = tuple[str, bytes] | Problem
"""An image id with the bytes of its picture, or what is wrong instead."""

_OF_THE_NAME = (errno.ENAMETOOLONG, errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.EINVAL)
"""Errors that another name for the picture would have spared: a path that is too long, or that
goes through another picture."""


def rebuild(
    source: Path,
    out: Path,
    tables: Tables,
    pictures: Iterable[Found],
    *,
    restored_from: Path | None = None,
) -> Cohort:
    """Write the cohort ``out``, whole and checked, or nothing.

    One picture is in memory at a time. Rows keep their order, columns theirs, and a ``sha256`` that
    is empty is filled in.

    Args:
        source: What is read, for messages; ``out`` may not lie in it.
        out: New folder.
        tables: Rows with the paths to write the pictures to.
        pictures: In any order, once each.
        restored_from: Folder of the originals of restored pictures; that beside the tables by
            default.

    Raises:
        CohortError: A picture is missing, has another hash than its row says, is there twice, is
            no picture, or the tables are not sound; all faults are named.
        UsageError: ``out`` is in use.
    """
    ids = list(tables.images["image_id"])
    file_of = dict(zip(ids, tables.images["file"], strict=True))
    said = dict(zip(ids, tables.images["sha256"], strict=True))
    problems = list(_faults_of_paths(tables))
    hashes: dict[str, str] = {}
    with new_folder(out, outside=source) as part:
        refuse(source, problems)
        with bar("writing pictures", len(ids)) as advance:
            for found in pictures:
                if isinstance(found, Problem):
                    problems.append(found)
                    continue
                image_id, data = found
                sha256 = sha256_bytes(data)
                problem = _fault_of(image_id, sha256, said, hashes)
                if problem is not None:
                    problems.append(problem)
                    continue
                hashes[image_id] = sha256
                path = part / file_of[image_id]
                try:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(data)
                except OSError as error:
                    if error.errno not in _OF_THE_NAME:
                        raise
                    reason = f"cannot be written as {file_of[image_id]!r}: {error.strerror}"
                    problems.append(Problem(image_id, None, "file", reason))
                advance(1)
        named = {problem.file for problem in problems}
        problems += [
            Problem(one, None, None, "has a row and no picture")
            for one in ids
            if one not in hashes and one not in named
        ]
        problems += _lay_originals(restored_from or source / FOLDER / ORIGINALS, part, tables)
        refuse(source, problems)
        images = tables.images.assign(sha256=[hashes[one] for one in ids])
        write_files(part, tables.info, images, tables.conditions)
        cohort, problems = examine(part)
        refuse(source, problems)
    assert cohort is not None  # noqa: S101 - examine gives one where it names no problem
    return dataclasses.replace(cohort, root=out)


def pictures_at(places: Mapping[str, Path | bytes], *roots: Path) -> Iterator[Found]:
    """Read pictures one after the other.

    Args:
        places: Image id -> where its picture lies, or the picture itself.
        roots: Folders; a link that leaves all of them is a fault.
    """
    for image_id, place in places.items():
        if isinstance(place, bytes):
            yield image_id, place
        elif not any(place.resolve().is_relative_to(root.resolve()) for root in roots):
            yield Problem(image_id, None, None, "is a link that leaves the folder")
        else:
            try:
                yield image_id, read_picture(place)
            except ImageError as error:
                yield Problem(image_id, None, None, error.message)


def _lay_originals(root: Path, part: Path, tables: Tables) -> Iterable[Problem]:
    """Copy originals of restored pictures; yield what hinders it."""
    for file in originals(tables.images):
        if leaves(file) or (part / file).exists():
            reason = "leaves the cohort folder, or is a picture of it"
            yield Problem("images.csv", None, "original", f"{file!r} {reason}")
            continue
        try:
            if not (root / file).resolve().is_relative_to(root.resolve()):
                raise ImageError("it leaves the folder")
            write_bytes(part / file, read_picture(root / file))
        except ImageError as error:
            yield Problem("images.csv", None, "original", f"{file!r}: {error.message}")


def _faults_of_paths(tables: Tables) -> Iterable[Problem]:
    """Before anything is written: paths that leave, and ids and files that stand twice."""
    for column in ("image_id", "file"):
        first: dict[str, int] = {}
        for row, value in enumerate(tables.images[column], start=2):
            if first.setdefault(value, row) != row:
                reason = f"{value!r} stands in row {first[value]} too"
                yield Problem("images.csv", row, column, reason)
    for row, file in enumerate(tables.images["file"], start=2):
        if leaves(file):
            yield Problem("images.csv", row, "file", f"{file!r} leaves the cohort folder")


def _fault_of(
    image_id: str, sha256: str, said: dict[str, str], hashes: dict[str, str]
) -> Problem | None:
    if image_id not in said:
        return Problem(image_id, None, None, "is a picture without a row")
    if image_id in hashes:
        return Problem(image_id, None, None, "has more than one picture")
    if said[image_id] and sha256 != said[image_id]:
        reason = (
            f"has the SHA-256 {sha256}, its row says {said[image_id]}: the picture was"
            " altered or exchanged"
        )
        return Problem(image_id, None, None, reason)
    return None
