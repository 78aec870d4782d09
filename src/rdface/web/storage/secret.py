"""The explorer's secret, in a file that only its owner may read."""

from __future__ import annotations

import os
import secrets
import stat
import tempfile
from pathlib import Path

from sqlalchemy import URL

from rdface.errors import UsageError

_BYTES = 32


def secret_file(url: URL, said: Path | None) -> Path:
    """Where the secret lies: where it was said, else beside the database.

    Raises:
        UsageError: PostgreSQL has no such place.
    """
    if said is not None:
        return said.expanduser().absolute()
    if url.get_backend_name() == "sqlite":
        return Path(f"{url.database}.secret")
    raise UsageError(
        "With PostgreSQL say where the secret lies that signs the cookies.",
        hint="Give --secret-file FILE; it is made where it is missing. "
        "Machines that share the database need the same one.",
    )


def read_secret(file: Path) -> bytes:
    """The secret; made where there is none. Of several processes the first one's counts.

    Raises:
        UsageError: Others may read the file, or it is no secret.
        OSError: It cannot be read or made.
    """
    if not file.exists():
        _make(file)
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        raise UsageError(
            f"Others may read the secret {file} (mode {mode:04o}).",
            hint=f"Nobody is signed in for longer if it is made anew: rm {file}. Or: chmod 600.",
        )
    secret = file.read_bytes()
    if len(secret) != _BYTES:
        raise UsageError(
            f"{file} is not a secret of rdface: it has {len(secret)} bytes, not {_BYTES}.",
            hint="Delete it, or say another place with --secret-file.",
        )
    return secret


def _make(file: Path) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(secrets.token_bytes(_BYTES))
            stream.flush()
            os.fsync(stream.fileno())
        os.link(part, file)  # never replaces one that was made meanwhile
    except FileExistsError:
        pass
    finally:
        Path(part).unlink()
