"""Weights and caches: what lies there, how much, and who can read it."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from rdface.doctor.finding import Finding, State, without_home
from rdface.errors import RdfaceError
from rdface.files import cache_dir
from rdface.weights import weights

NEEDED = ("yunet", "mesh468", "facenet", "sface")
"""Weights without which the shipped spec ``demo`` cannot run, 103 MB."""

_ROOM = 200e6
"""Bytes that the demo writes at most, with its weights."""


def examine_weights() -> Iterator[Finding]:
    """The weights of the demo one by one, the others by kind; no file is hashed."""
    try:
        known = weights()
    except RdfaceError as error:  # RDFACE_WEIGHTS names no folder
        yield Finding(
            section="weights",
            name="RDFACE_WEIGHTS",
            state="wrong",
            about=error.message,
            mend="Unset it, or give a folder.",
        )
        return
    for one in known:
        if one.name in NEEDED or one.state == "altered":
            good = one.state == "present"
            yield Finding(
                section="weights",
                name=one.name,
                state="good" if good else "wrong",
                about=f"{one.summary}: {one.state}",
                mend="" if good else f"Run `rdface weights pull {one.name}`.",
            )
    others = [one for one in known if one.name not in NEEDED and one.state != "altered"]
    for kind, several in groupby(sorted(others, key=lambda one: one.kind), lambda one: one.kind):
        members = list(several)
        absent = [one.name for one in members if one.state == "absent"]
        hub = [one.name for one in members if one.state == "hub"]
        parts = [f"{len(members) - len(absent) - len(hub)} of {len(members)} here"]
        parts += [f"not here: {', '.join(absent)}"] if absent else []
        parts += [f"on a hub only: {', '.join(hub)}"] if hub else []
        ways = [f"`rdface weights pull {' '.join(absent)}`"] if absent else []
        ways += [f"`rdface weights where {hub[0]}` says how to get it"] if hub else []
        yield Finding(
            section="weights",
            name=f"other {kind} weights",
            state="absent" if absent or hub else "good",
            about="; ".join(parts),
            mend=f"{'; '.join(ways)}." if ways else "",
        )


def examine_cache() -> Iterator[Finding]:
    """Whether the cache can be written, is closed to others and has room; what it holds."""
    try:
        root = cache_dir()
    except RdfaceError as error:
        yield _cache("folder", "wrong", error.message, error.hint or "")
        return
    name = without_home(root)
    if not os.access(root, os.W_OK):
        yield _cache("folder", "wrong", f"{name} cannot be written", "Set RDFACE_CACHE to another.")
    elif os.name == "posix" and stat.S_IMODE(root.stat().st_mode) & 0o077:
        about = f"{name} is open to other users; embeddings of patients are biometric data"
        yield _cache("folder", "wrong", about, f"Run `chmod 700 {name}`.")
    else:
        yield _cache("folder", "good", f"{name} is yours alone and can be written")
    free = shutil.disk_usage(root).free
    room = free > _ROOM
    mend = "" if room else "Make room, or set RDFACE_CACHE to a folder on another disk."
    yield _cache("room", "good" if room else "wrong", f"{free / 1e9:.1f} GB free", mend)
    sizes = {folder.name: _bytes(folder) for folder in sorted(root.iterdir()) if folder.is_dir()}
    if sizes:
        held = ", ".join(f"{folder} {size / 1e6:.0f} MB" for folder, size in sizes.items())
        yield _cache("holds", "good", held)


def _cache(name: str, state: State, about: str, mend: str = "") -> Finding:
    return Finding(section="cache", name=name, state=state, about=about, mend=mend)


def _bytes(folder: Path) -> int:
    """Size of all files; those that another process takes away meanwhile count nothing."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(place, name)).st_size
            except OSError:
                continue
    return total
