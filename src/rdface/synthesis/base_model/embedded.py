"""Where the base model that comes with rdface lies."""

from __future__ import annotations

from pathlib import Path

from rdface.errors import WeightsError

_FOLDER = Path(__file__).parent / "pipeline"


def embedded_folder() -> Path:
    """Folder of the shipped pipeline, in the format of diffusers.

    Raises:
        WeightsError: This installation came without it.
    """
    if not (_FOLDER / "model_index.json").is_file():
        raise WeightsError(
            f"The embedded base model is not in {_FOLDER}.",
            hint="Install rdface anew, train one with `rdface base-model train`, or name another"
            " base.",
        )
    return _FOLDER
