"""The folder of an audit: ``audit.json`` and ``audit.parquet``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from rdface.errors import RunError
from rdface.files import atomic_path, write_json
from rdface.screening.audit.schema import Audit

if TYPE_CHECKING:
    from rdface.screening.audit.running import Audited

RECORD, IMAGES = "audit.json", "audit.parquet"


def write_audit(audited: Audited, out: Path) -> None:
    """Write both files, each whole or not at all."""
    write_json(out / RECORD, audited.record.model_dump(mode="json"))
    with atomic_path(out / IMAGES) as part:
        audited.images.to_parquet(part, index=False)


def read_audit(folder: Path) -> Audit:
    """Read and check ``audit.json``.

    Raises:
        RunError: It is missing or no such record.
    """
    path = folder / RECORD
    try:
        return Audit.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError) as error:
        raise RunError(f"{path} is no audit: {error}", hint="Run `rdface audit` again.") from error
