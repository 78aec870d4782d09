"""Files that only their owner may read: they tie patients to the ids of a cohort."""

from __future__ import annotations

import os
from pathlib import Path

from rdface.files import atomic_path


def write_private(path: Path, data: bytes) -> None:
    """Write ``data`` atomically to a file of mode 0600, which it has from its first byte on."""
    with atomic_path(path) as part:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
