"""Imports keep published ids and take nothing from where the files lay."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rdface.cohort import Cohort
from rdface.cohort.adapters import export_cohort, import_cohort


def test_ids_are_the_published_ones_and_no_file_names_the_source(
    make_cohort: Callable[..., Cohort], tmp_path: Path
) -> None:
    """A folder that is called after a child does not name it in any file of the cohort."""
    source = tmp_path / "Anna_Maier_photographs"
    export_cohort("rdface-real", make_cohort(conditions=2, patients=2), source)
    made = import_cohort("rdface-real", source, tmp_path / "made").cohort
    assert list(made.image_ids) == ["C0.1", "C0.2", "C1.1", "C1.2"]
    for path in (tmp_path / "made").rglob("*"):
        assert "Anna" not in str(path.relative_to(tmp_path))
        if path.is_file():
            assert b"Anna" not in path.read_bytes()
