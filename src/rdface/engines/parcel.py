"""Small folders on their way from one machine to another."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from rdface.errors import RunError
from rdface.files import write_bytes

Parcel = Mapping[str, bytes]
"""Path below a folder, with slashes, to the file's bytes."""


def pack(folder: Path) -> Parcel:
    """The files of a folder and those below it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def unpack(parcel: Parcel, folder: Path) -> None:
    """Write a parcel's files into a folder, each whole or not at all.

    Raises:
        RunError: A path leads out of the folder.
    """
    for name, data in parcel.items():
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts:
            raise RunError(f"A worker sent a file for {name!r}, which is outside its folder.")
        write_bytes(folder / path, data)
