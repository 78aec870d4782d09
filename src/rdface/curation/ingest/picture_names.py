"""Which picture a row means: by its path, else by its name, else not at all."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from rdface.curation.ingest.normalise.outcome import Candidate, Outcome
from rdface.errors import UsageError
from rdface.imaging import CLOSED_SUFFIXES, OPENED_SUFFIXES

PICTURE_SUFFIXES = frozenset({*OPENED_SUFFIXES, *CLOSED_SUFFIXES, ".svg", ".pdf"})
"""What people call pictures; whether rdface opens them is found out by opening them."""

_SHOWN = 8


@dataclass(frozen=True)
class SourcePicture:
    """A file of the source.

    Attributes:
        name: Path below its folder; in further folders after the folder's name. Ids hang on it, so
            a folder that joins later changes no names.
        path: Where it lies.
        below: Path below its folder.
    """

    name: str
    path: Path
    below: str


def find_pictures(folders: Iterable[str]) -> tuple[SourcePicture, ...]:
    """Every picture below the folders, sorted by name; hidden files and other files are left out.

    Raises:
        UsageError: A folder is not there, one lies in another, or there are no pictures.
    """
    roots = [Path(folder) for folder in folders]
    for root in roots:
        if not root.is_dir():
            raise UsageError(
                f"There is no folder of pictures {root}.", hint="See `pictures` of the spec."
            )
        inside = [
            other
            for other in roots
            if other != root and root.resolve().is_relative_to(other.resolve())
        ]
        if inside:
            raise UsageError(f"{root} lies in {inside[0]}, which is read as well.")
    found = []
    for number, root in enumerate(roots, start=1):
        prefix = f"{number} {root.name}/" if number > 1 else ""
        for path in _files(root):
            below = path.relative_to(root).as_posix()
            found.append(SourcePicture(prefix + below, path, below))
    if not found:
        raise UsageError(f"There are no pictures in {', '.join(map(str, roots))}.")
    return tuple(sorted(found, key=lambda one: one.name))


def _files(root: Path) -> Iterable[Path]:
    for folder, below, files in os.walk(root):
        below[:] = sorted(name for name in below if not name.startswith("."))
        for name in files:
            if not name.startswith(".") and Path(name).suffix.lower() in PICTURE_SUFFIXES:
                yield Path(folder, name)


class PictureIndex:
    """Finds pictures by what a cell says.

    Args:
        pictures: All of the source.
    """

    def __init__(self, pictures: Iterable[SourcePicture]) -> None:
        self.by_name = {one.name: one for one in pictures}
        self._below: dict[str, list[str]] = {}
        for name, one in self.by_name.items():
            self._below.setdefault(one.below, []).append(name)
        self._by: list[dict[str, list[str]]] = [{}, {}, {}]
        for name, one in self.by_name.items():
            parts = PurePosixPath(_same(one.below)).parts
            for start in range(len(parts)):
                tail = PurePosixPath(*parts[start:])
                for table, key in zip(
                    self._by, (str(tail), str(tail).casefold(), _stem(tail)), strict=True
                ):
                    table.setdefault(key, []).append(name)

    def find(self, text: str) -> Outcome:
        """The name of the one picture that a cell means.

        The path or the file name first; then whatever the case; then without the suffix. The last
        two are said. More than one picture, or none, is a doubt.
        """
        wanted = _same(text.replace("\\", "/")).removeprefix("./").strip("/")
        if text in self.by_name and len(self._below.get(text, ())) < 2:  # in one folder only
            return Outcome(text)
        keys = (wanted, wanted.casefold(), _stem(PurePosixPath(wanted)))
        ways = ("", "by its file name in other case", "without the suffix")
        for way, key, table in zip(ways, keys, self._by, strict=True):
            found = list(dict.fromkeys(table.get(key, ())))
            if not found and way == "without the suffix":
                found = list(dict.fromkeys(table.get(wanted.casefold(), ())))
            if len(found) == 1:
                return Outcome(found[0], way)
            if found:
                candidates = tuple(Candidate(name) for name in found[:_SHOWN])
                return Outcome(None, f"{len(found)} pictures match {way}".rstrip(), candidates)
        return Outcome(None, "there is no such picture")

    def find_all(self, text: str) -> tuple[tuple[str, Outcome], ...]:
        """As :meth:`find`; a cell that names no picture as a whole may name several.

        Returns:
            The text that names each picture, and what was found.
        """
        whole = self.find(text)
        parts = [part.strip() for part in re.split(r"[;|,\n]", text) if part.strip()]
        if not whole.doubtful or whole.candidates or len(parts) < 2:
            return ((text, whole),)
        found = tuple((part, self.find(part)) for part in parts)
        nothing = all(one.doubtful and not one.candidates for _, one in found)
        return ((text, whole),) if nothing else found


def _same(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _stem(path: PurePosixPath) -> str:
    """The path without a suffix that is one of a picture; any other dot belongs to the name."""
    plain = str(path).casefold()
    suffix = PurePosixPath(plain).suffix
    return plain.removesuffix(suffix) if suffix in PICTURE_SUFFIXES else plain
