"""Whether another machine would compute the same: the same rdface and the same libraries."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import rdface
from rdface.errors import UsageError
from rdface.files import sha256_bytes, sha256_file
from rdface.versions import package_versions


@cache
def what_decides() -> dict[str, str]:
    """What has to be equal: the code of rdface, versions, the kind of processor."""
    root = Path(rdface.__path__[0])
    code = "".join(
        f"{path.relative_to(root).as_posix()} {sha256_file(path)}\n"
        for path in sorted(root.rglob("*.py"))
    )
    return {
        **package_versions("mitsuba"),
        "code of rdface": sha256_bytes(code.encode())[:12],
        "processor": platform.machine(),
    }


def check_same(wanted: Mapping[str, str]) -> None:
    """Make sure that this machine is as :func:`what_decides` found the one that asks.

    Raises:
        UsageError: It is not; numbers of two versions would stand in one table.
    """
    here = what_decides()
    names = sorted({*wanted, *here})
    other = [
        f"{name} {here.get(name, 'missing')} for {wanted.get(name, 'none')}"
        for name in names
        if here.get(name) != wanted.get(name)
    ]
    if other:
        raise UsageError(
            f"A machine of the cluster would compute something else: {'; '.join(other)}.",
            hint="Install the same rdface and the same libraries on every machine.",
        )
