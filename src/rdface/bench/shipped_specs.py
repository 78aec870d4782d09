"""The specs that come with rdface, by name: ``demo``, ``strict``, ``few-shot`` ..."""

from __future__ import annotations

from pathlib import Path

import rdface

_PACKAGE = Path(rdface.__file__).parent


def specs_folder() -> Path:
    """Where the shipped specs lie: in the package, or beside ``src`` in a checkout."""
    installed = _PACKAGE / "specs"
    return installed if installed.is_dir() else _PACKAGE.parents[1] / "specs"


def shipped_specs() -> list[str]:
    """Names of all specs that come with rdface."""
    return sorted(path.stem for path in specs_folder().glob("*.yaml"))


def find_spec(name_or_file: Path) -> Path:
    """File of a spec; a file of that name here goes before a shipped spec.

    What is neither is given back as it is: who reads it says that it is not there.
    """
    if not name_or_file.exists() and str(name_or_file) in shipped_specs():
        return specs_folder() / f"{name_or_file}.yaml"
    return name_or_file
