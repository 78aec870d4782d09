"""Open every picture, take out all but its pixels, and remember it, so that a build goes on.

Memory holds a few pictures at a time. A line of the log is written when its picture lies there
whole, so whatever moment a build is killed at, the log says less than is done, never more.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

from rdface.cohort.picture_metadata import strip_metadata
from rdface.curation.ingest.picture_names import SourcePicture
from rdface.errors import ImageError
from rdface.files import sha256_bytes
from rdface.progress import bar

_LOG = "pictures.jsonl"
_STAGE = "pictures"
_AT_ONCE = 4
"""Pictures in memory at a time; decoding lets other threads work."""

_FORMATS = {
    b"\xff\xd8\xff": ".jpg",
    b"\x89PNG": ".png",
    b"GIF8": ".gif",
    b"BM": ".bmp",
    b"II*\0": ".tif",
    b"MM\0*": ".tif",
    b"II+\0": ".tif",
    b"MM\0+": ".tif",
    b"RIFF": ".webp",
}


@dataclass(frozen=True)
class OpenedPicture:
    """What became of one picture of the source.

    Attributes:
        source: Its name there.
        size: Bytes there.
        changed: When it was last changed, in nanoseconds.
        source_sha256: Of the bytes there.
        sha256: Of the cleaned bytes; empty where it cannot be opened.
        suffix: Of its format, whatever the name says.
        removed: Kinds of metadata that were taken out.
        error: Why it cannot be opened; empty if it can.
    """

    source: str
    size: int
    changed: int
    source_sha256: str = ""
    sha256: str = ""
    suffix: str = ""
    removed: tuple[str, ...] = ()
    error: str = ""


class PictureFiles:
    """Cleaned pictures in the private folder of a build.

    Args:
        folder: The private folder.
    """

    def __init__(self, folder: Path) -> None:
        self._stage = folder / _STAGE
        self._log = folder / _LOG
        self._known = dict(self._read())

    def open_all(
        self, pictures: Iterable[tuple[SourcePicture, str]], *, files: bool = True
    ) -> dict[str, OpenedPicture]:
        """Clean pictures that were not cleaned before, or were changed since.

        Args:
            pictures: Each with its image id.
            files: Whether the cleaned files must lie here; without it, to know them is enough.

        Returns:
            Name of the picture in the source -> what became of it.
        """
        wanted = list(pictures)
        done = {one.name: self._done(one, identifier, files) for one, identifier in wanted}
        to_do = [(one, identifier) for one, identifier in wanted if done[one.name] is None]
        if to_do:
            self._stage.mkdir(mode=0o700, exist_ok=True)
            with (
                self._log.open("ab") as log,
                bar("opening and cleaning pictures", len(wanted)) as advance,
                ThreadPoolExecutor(_AT_ONCE) as pool,
            ):
                os.chmod(self._log, 0o600)
                log.write(b"\n")  # ends a line that a killed build left half written
                advance(len(wanted) - len(to_do))
                queue = iter(to_do)
                while block := list(islice(queue, _AT_ONCE)):
                    for opened in pool.map(lambda each: self._open(*each), block):
                        log.write(json.dumps(asdict(opened), ensure_ascii=False).encode() + b"\n")
                        log.flush()
                        done[opened.source] = self._known[opened.source] = opened
                        advance(1)
        return {name: opened for name, opened in done.items() if opened is not None}

    def hashes(self, names: Iterable[str]) -> frozenset[str]:
        """SHA-256 that these pictures of the source had when they were opened."""
        known = (self._known.get(name) for name in names)
        return frozenset(one.source_sha256 for one in known if one and one.source_sha256)

    def staged(self, identifier: str, suffix: str) -> Path:
        """Where the cleaned file of an image lies."""
        return self._stage / f"{identifier}{suffix}"

    def lay(self, files: Mapping[str, Path]) -> None:
        """Lay cleaned files at their paths in the new cohort, without a second copy if possible."""
        with bar("laying pictures into the cohort", len(files)) as advance:
            for origin, target in ((self._stage / name, path) for name, path in files.items()):
                target.parent.mkdir(parents=True, exist_ok=True)
                try:
                    os.link(origin, target)
                except OSError:  # another file system, or one without links
                    shutil.copyfile(origin, target)
                advance(1)

    def clear(self) -> None:
        """Remove the cleaned files, which are in the cohort now; what is known of them stays."""
        shutil.rmtree(self._stage, ignore_errors=True)

    def _done(self, picture: SourcePicture, identifier: str, files: bool) -> OpenedPicture | None:
        known = self._known.get(picture.name)
        try:
            about = picture.path.stat()
        except OSError:
            return None
        if known is None or (known.size, known.changed) != (about.st_size, about.st_mtime_ns):
            return None
        there = known.error or not files or self.staged(identifier, known.suffix).exists()
        return known if there else None

    def _open(self, picture: SourcePicture, identifier: str) -> OpenedPicture:
        try:
            about = picture.path.stat()
            known = OpenedPicture(picture.name, about.st_size, about.st_mtime_ns)
            data = picture.path.read_bytes()
        except OSError as error:
            return OpenedPicture(picture.name, 0, 0, error=f"cannot be read: {error.strerror}")
        try:
            cleaned = strip_metadata(data, "The picture")  # said on the terminal, too
        except ImageError as error:
            hint = f" {error.hint}" if error.hint else ""
            why = f"{error.message}{hint}"
            return OpenedPicture(picture.name, known.size, known.changed, error=why)
        suffix = next(s for sign, s in _FORMATS.items() if cleaned.data.startswith(sign))
        path = self.staged(identifier, suffix)
        part = path.with_suffix(f"{suffix}.part")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(cleaned.data)
        part.replace(path)
        return OpenedPicture(
            picture.name,
            known.size,
            known.changed,
            sha256_bytes(data),
            sha256_bytes(cleaned.data),
            suffix,
            tuple(cleaned.removed),
        )

    def _read(self) -> Iterator[tuple[str, OpenedPicture]]:
        try:
            lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return
        for line in lines:
            try:
                content = json.loads(line)
                content["removed"] = tuple(content["removed"])
                opened = OpenedPicture(**content)
            except (ValueError, TypeError, KeyError):
                continue  # half a line, of a build that was killed
            yield opened.source, opened
