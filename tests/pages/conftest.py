"""Finished runs of a tiny cohort, with scores drawn by lot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rdface.cohort import Cohort
from tests.bench.finished_run import write_run

MakeRun = Callable[..., Path]


@pytest.fixture
def runs_folder(tmp_path: Path) -> Path:
    """Where the runs lie."""
    return tmp_path / "runs" / "tiny"


@pytest.fixture
def make_run(runs_folder: Path) -> MakeRun:
    """Write a finished run; keyword arguments change its result."""

    def make(
        cohort: Cohort,
        *,
        backbone: str = "facenet",
        learner: str = "lda",
        **changes: Any,  # noqa: ANN401 - see write_run
    ) -> Path:
        folder = runs_folder / f"{backbone}__{learner}"
        return write_run(folder, cohort, backbone=backbone, learner=learner, **changes)

    return make
