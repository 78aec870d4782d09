"""Layouts are found by name, and take their own options only."""

from __future__ import annotations

from pathlib import Path

import pytest

from rdface.cohort.adapters import EXPORTERS, IMPORTERS, import_cohort
from rdface.errors import UsageError


def test_every_layout_has_a_name_and_a_line_for_the_help() -> None:
    assert {"rdface-real", "rdface-syn"} <= set(IMPORTERS.names())
    assert "rdface-real" in EXPORTERS.names()
    for registry in (IMPORTERS, EXPORTERS):
        for name in registry.names():
            assert (registry.get(name).__doc__ or "").split("\n")[0].endswith(".")


def test_a_slip_shows_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        import_cohort("rdface-rael", tmp_path, tmp_path / "out")
    assert "Did you mean rdface-real" in str(refused.value.hint)


def test_another_layouts_option_is_refused(tmp_path: Path) -> None:
    """It would have no effect, which the user would not see."""
    with pytest.raises(UsageError, match="has no option 'real'") as refused:
        import_cohort("rdface-real", tmp_path, tmp_path / "out", {"real": tmp_path})
    assert refused.value.hint == "It has: --set patients=PATH."
