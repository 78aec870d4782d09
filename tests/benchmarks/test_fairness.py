"""The simulation behind docs/fairness.md: its worlds are what they say, and its verdict holds."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.fairness import ease_of, layout_of, mixed_labels, naive_gap, rows, world
from rdface.metrics.subgroups import judge


def test_worlds_are_on_the_patients_of_the_cohort() -> None:
    """Only conditions that can be tested; all groupings; the planted loss is in the truth."""
    layout = layout_of("sim103")
    people = [len(np.unique(layout.patient[layout.truth == c])) for c in np.unique(layout.truth)]
    assert min(people) == 2
    assert set(layout.groups) == {"sex", "age", "ancestry", "region", "sex x ancestry"}
    lost = np.where(layout.groups["sex"] == "female", 0.2, 0.0)
    plain, planted = (world(layout, of, ease_of(layout, 0), 0) for of in (0 * lost, lost))
    assert np.mean(plain.expected - planted.expected) == pytest.approx(lost.mean(), abs=0.03)
    assert set(np.unique(plain.values * 5)) <= set(range(6))


def test_mixed_labels_follow_the_ease_of_conditions() -> None:
    """The first group has the easier conditions, and patients keep one label."""
    layout, ease = layout_of("sim103"), ease_of(layout_of("sim103"), 0)
    labels = mixed_labels(layout, ease, 0)
    easy = ease[layout.truth]
    assert easy[labels == "african"].mean() > easy[labels != "african"].mean() + 0.05
    for patient in np.unique(layout.patient):
        assert len(set(labels[layout.patient == patient])) == 1


def test_the_plain_interval_is_the_bootstrap_of_the_gap() -> None:
    """It lies above zero even where groups are equal, which is why it is not used."""
    layout = layout_of("sim103")
    division = layout.division(layout.groups["ancestry"], deals=99)
    made = world(layout, np.zeros(len(layout.image)), ease_of(layout, 1), 1)
    low, high = naive_gap(division, made.values)
    gap = judge(division, made.values).gap
    assert gap and gap.low == 0 < low < high


@pytest.mark.slow
def test_level_power_and_coverage() -> None:
    """What docs/fairness.md has as 3 to 6 %, 98 % and more, and 94 % and more, in 150 worlds."""
    for line in rows(layout_of("sim103"), 150, 199):
        by, planted, _, alarms, _, flat, gap, _, rest, adjusted, _ = line
        if planted == "0":
            assert float(alarms) <= 10, line
        if planted == "30" and by in ("sex", "age", "ancestry"):
            assert float(alarms) >= 95, line
        assert min(float(gap), float(rest)) >= 94, line
        assert float(adjusted) >= 88, line
        if flat:
            assert float(flat) > 50, "dealt over all patients the test takes conditions for groups"
