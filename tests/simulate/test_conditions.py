"""The table of conditions is whole."""

from __future__ import annotations

from rdface.simulate.conditions import all_conditions


def test_the_table_has_103_distinct_conditions() -> None:
    """Every frequency in it can be read, and every condition has terms."""
    table = all_conditions()
    assert len({condition.abbreviation for condition in table}) == 103
    assert all(condition.terms for condition in table)
