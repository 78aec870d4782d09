"""Read a cohort's picture, and make sure that it is still the one the cohort names."""

from __future__ import annotations

from pathlib import Path

from rdface.errors import ImageError
from rdface.files import sha256_bytes


def picture_bytes(path: Path, name: str, sha256: str) -> bytes:
    """The bytes of a picture.

    What is worked out from them is cached under ``sha256``: a file exchanged in the meantime
    would give another picture's numbers for good.

    Args:
        path: The file.
        name: What to call it in an error; where it lies is not said, for the explorer shows that
            error to visitors.
        sha256: What the cohort says; "" for a picture of no cohort, which is taken as it is.

    Raises:
        ImageError: It cannot be read, or its SHA-256 is another.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ImageError(f"{name} cannot be read: {error.strerror}.") from error
    if sha256 and sha256_bytes(data) != sha256:
        raise ImageError(
            f"{name} was altered since the cohort was opened: its SHA-256 differs.",
            hint="Put the original back, or write the cohort's tables anew.",
        )
    return data
