"""A folder is one study's."""

from __future__ import annotations

from pathlib import Path

import pytest

from rdface.bench.study_folder import claim, read_about
from rdface.errors import RunError


def test_a_folder_belongs_to_one_study(tmp_path: Path) -> None:
    """Another plan is another study; a folder with something else is none."""
    out = tmp_path / "study"
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "file").write_text("")
    claim(out, {"plan": (1, 2)})
    claim(out, {"plan": (1, 2)})
    assert read_about(out) == {"plan": [1, 2]}
    with pytest.raises(RunError, match="another plan"):
        claim(out, {"plan": 2})
    with pytest.raises(RunError, match="not empty"):
        claim(tmp_path / "other", {"plan": 1})
    with pytest.raises(RunError, match="no study"):
        read_about(tmp_path / "other")
