"""Whose a folder is: what decided all that lies in it, so that nothing else is mixed with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from rdface.errors import RunError
from rdface.files import write_json

PLAN_FILE: Final = "study.json"


def claim(out: Path, about: dict[str, Any]) -> None:
    """Take a folder for a study, or make sure that it is that study's already.

    Args:
        out: The folder.
        about: All that decides what will lie there, in plain types.

    Raises:
        RunError: It holds something else.
    """
    if (out / PLAN_FILE).is_file():
        if read_about(out) == json.loads(json.dumps(about)):
            return
        raise RunError(
            f"{out} holds a study of another plan, cohort or version.",
            hint="Give another --out, or remove this one.",
        )
    if out.is_dir() and any(each.name != ".lock" for each in out.iterdir()):
        raise RunError(f"{out} is no study, and not empty.", hint="Give another --out.")
    write_json(out / PLAN_FILE, about)


def read_about(out: Path) -> dict[str, Any]:
    """What decided the study.

    Raises:
        RunError: There is none.
    """
    try:
        return dict(json.loads((out / PLAN_FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise RunError(
            f"{out} holds no study.", hint="`rdface study --help` lists the studies."
        ) from error
