"""A new folder that appears whole or not at all, and the pictures in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from rdface.errors import UsageError
from rdface.files import atomic_path
from rdface.progress import bar


@contextmanager
def new_folder(out: Path, *, outside: Path | None = None) -> Iterator[Path]:
    """Give a folder beside ``out``, closed to other users; rename it once the block has succeeded.

    A block that fails leaves nothing; a process that is killed leaves a hidden folder beside
    ``out`` whose name begins with a dot and that of ``out``.

    Args:
        out: What it will be called.
        outside: A folder that must not come to hold ``out``.

    Raises:
        UsageError: ``out`` is there and not an empty folder, or lies inside ``outside``.
    """
    check_new(out, outside=outside)
    out = out.resolve()
    with atomic_path(out) as part:
        part.mkdir(mode=0o700)  # these may be photographs of patients
        yield part


def check_new(out: Path, *, outside: Path | None = None) -> None:
    """Raise where :func:`new_folder` would; for those who have much to read before they write.

    Raises:
        UsageError: As there.
    """
    if outside is not None and out.resolve().is_relative_to(outside.resolve()):
        raise UsageError(
            f"--out {out} lies inside of {outside}, which is read.",
            hint="Give a folder somewhere else.",
        )
    if out.is_symlink() or out.exists():
        if not out.is_dir() or out.is_symlink():
            raise UsageError(f"--out {out} is there and is no folder.", hint="Give a new folder.")
        if any(out.iterdir()):
            raise UsageError(
                f"--out {out} is there and is not empty.",
                hint="Give a new folder; nothing is overwritten.",
            )


def copy_files(origins: Mapping[str, Path], root: Path, description: str) -> None:
    """Copy files byte for byte, without their times and rights, and show how far it is.

    Args:
        origins: Path below ``root`` -> the file to copy.
        root: The new folder.
        description: What the progress bar says.
    """
    with bar(description, len(origins)) as advance:
        for file, origin in origins.items():
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(origin, root / file)
            advance(1)
