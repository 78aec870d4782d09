"""A signed withdrawal, and what lies in a folder after it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rdface.curation.withdrawal import withdraw
from tests.curation.withdrawal.conftest import PATIENT, Workspace

SIGNED = "A. Lead, data protection officer"


def go(workspace: Workspace, **options: Any) -> Any:  # noqa: ANN401
    return withdraw(
        workspace.cohort.root, PATIENT, also=[workspace.also], signed_by=SIGNED, **options
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "weights" not in path.parts and path.suffix != ".npz"
    }
