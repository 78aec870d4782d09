"""Hash files, write them whole or not at all, and know where the cache lies."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from rdface.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LONGEST = 240


def sha256_bytes(data: bytes) -> str:
    """SHA-256 of ``data`` as 64 hex digits."""
    return hashlib.sha256(data).hexdigest()


def sha256_file(path: Path) -> str:
    """SHA-256 of a file's bytes as 64 hex digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def code_sha256(folder: Path) -> str:
    """The first 16 digits of a hash of all Python files of a folder and of those below it."""
    sources = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.py")}
    text = "".join(f"{name} {sha256_file(sources[name])}\n" for name in sorted(sources))
    return sha256_bytes(text.encode())[:16]


def code_of(*packages: ModuleType) -> dict[str, str]:
    """Name of each package to :func:`code_sha256` of it."""
    return {package.__name__: code_sha256(Path(package.__path__[0])) for package in packages}


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Give a temporary path beside ``path``; move it there once the block has succeeded.

    A reader, or a run that was killed in the middle, never sees half a file or folder. Where
    ``path`` is a symbolic link, the link stays and what it points to is written. A device or a
    pipe (``/dev/null``) is written to, never replaced.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        with tempfile.TemporaryDirectory() as folder:
            part = Path(folder, path.name)
            yield part
            with part.open("rb") as written, path.open("wb") as stream:
                shutil.copyfileobj(written, stream)
        return
    target = Path(os.path.realpath(path)) if path.is_symlink() else path
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{_cut(target.name)}.", dir=target.parent))
    part = scratch / path.name
    try:
        yield part
        if part.is_file():
            with part.open("rb") as stream:
                os.fsync(stream.fileno())
        part.replace(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _cut(name: str) -> str:
    """The longest start of a name to which :func:`atomic_path` may add: 255 bytes are a name."""
    return os.fsencode(name)[:_LONGEST].decode(errors="ignore")


def write_bytes(path: Path, data: bytes) -> None:
    """Write ``data`` atomically."""
    with atomic_path(path) as part:
        part.write_bytes(data)


def write_text(path: Path, text: str) -> None:
    """Write ``text`` as UTF-8, line ends untouched, atomically."""
    write_bytes(path, text.encode())


def write_json(path: Path, content: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
    """Write JSON that a person can read and that is equal for equal content."""
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def path_in(variable: str) -> Path | None:
    """The path that an environment variable holds, ``~`` resolved; None if it is unset or empty.

    Raises:
        UsageError: It begins with the ``~`` of somebody who has no home here.
    """
    said = os.environ.get(variable)
    if not said:
        return None
    try:
        return Path(said).expanduser()
    except RuntimeError as error:
        raise UsageError(
            f"{variable} is set to {said}, and there is no such home here.",
            hint=f"Set {variable} to a whole path.",
        ) from error


def load_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """All arrays of an ``.npz`` file by name.

    Raises:
        OSError: The file cannot be read, which says nothing of what it holds.
        ValueError: It is damaged.
    """
    import numpy as np

    data = io.BytesIO(path.read_bytes())
    try:
        with np.load(data, allow_pickle=False) as content:
            return {name: content[name] for name in content.files}
    except MemoryError:
        raise
    except Exception as error:  # a changed byte makes zipfile and NumPy raise almost anything
        raise ValueError(f"{type(error).__name__}: {error}") from error


def cache_dir(*parts: str) -> Path:
    """A folder of rdface's cache (made if need be); ``RDFACE_CACHE`` moves it.

    The cache is closed to other users: embeddings of patients are biometric data.

    Raises:
        UsageError: The folder cannot be made.
    """
    root = path_in("RDFACE_CACHE")
    if root is None:
        from platformdirs import user_cache_path

        root = user_cache_path("rdface", appauthor=False)
    folder = root.joinpath(*parts)
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"The cache folder {folder} cannot be made: {error.strerror}.",
            hint="Set RDFACE_CACHE to a folder that you may write to.",
        ) from error
    return folder
