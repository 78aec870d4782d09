"""Measures by group: plain means, no value below 20 patients, gaps that allow for chance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.metrics import by_group
from rdface.metrics.subgroups import Division, judge
from tests.metrics.subgroups.conftest import grouped_run

Arrays = dict[str, np.ndarray[Any, Any]]
FEW = {"n_resamples": 200, "n_permutations": 200}


def test_values_are_plain_means(make_groups: Callable[..., Arrays]) -> None:
    """Micro is the mean over the group's images, macro the mean over its conditions' means."""
    run = make_groups(repeats=3)
    for macro in (False, True):
        found = by_group(**run, macro=macro, **FEW)
        for one in found.groups:
            own = run["group"] == one.name
            image, truth, values = run["image"][own], run["truth"][own], run["values"][own]
            parts = [truth == c for c in np.unique(truth)] if macro else [truth >= 0]
            means = [
                np.mean([values[part & (image == i)].mean() for i in np.unique(image[part])])
                for part in parts
            ]
            assert one.value == pytest.approx(np.mean(means))
            assert one.n == len(np.unique(image))
            assert one.n_patients == len(np.unique(run["patient"][own]))
            assert one.n_conditions == len(np.unique(truth))


def test_below_twenty_patients_there_is_no_value(make_groups: Callable[..., Arrays]) -> None:
    """19 patients get an interval and nothing else; 20 get a value. They are in no gap or test."""
    run = make_groups(seed=3)
    run["group"] = np.where(run["patient"] < 19, "c", run["group"])
    small = {one.name: one for one in by_group(**run, **FEW).groups}["c"]
    assert small.too_few and small.value is None and small.n_patients == 19
    assert small.low is not None and small.high is not None and small.low < small.high
    assert small.minus_rest is None and small.adjusted is None
    run["group"] = np.where(run["patient"] < 20, "c", run["group"])
    large = {one.name: one for one in by_group(**run, **FEW).groups}["c"]
    assert not large.too_few and large.value is not None


def test_small_groups_do_not_move_the_verdict(make_groups: Callable[..., Arrays]) -> None:
    """The outcome of a group below 20 patients changes neither gap nor p-value."""
    run = make_groups(groups="ab", effect=0.2)
    run["group"] = np.where(run["patient"] < 15, "c", run["group"])
    one = by_group(**run, **FEW)
    run["values"] = np.where(run["group"] == "c", 1.0 - run["values"], run["values"])
    other = by_group(**run, **FEW)
    assert one.p_value == other.p_value
    assert one.gap and other.gap and one.gap.expected == other.gap.expected
    assert (one.gap.worst, one.gap.value) == (other.gap.worst, other.gap.value)


def test_a_small_group_without_bounds_has_no_interval(make_groups: Callable[..., Arrays]) -> None:
    """Where a measure may take any value, few patients give no interval at all."""
    run = make_groups(seed=4)
    run["group"] = np.where(run["patient"] < 5, "c", run["group"])
    found = by_group(**run, bounds=None, **FEW).groups[-1]
    assert (found.name, found.value, found.low, found.high) == ("c", None, None, None)


def test_worst_follows_the_direction(make_groups: Callable[..., Arrays]) -> None:
    """Where less is better the group with most is the worst, and the gap is the same."""
    run = make_groups(effect=0.4)
    up, down = (by_group(**run, higher_is_better=better, **FEW).gap for better in (True, False))
    assert up and down
    assert (up.best, up.worst) == (down.worst, down.best) == ("a", "b")
    assert up.value == down.value > 0.2
    assert up.low > 0 and up.worst_minus_overall.high < 0


def test_the_gap_of_equal_groups_is_no_finding() -> None:
    """Equal groups have a gap above 0, about that expected, and the interval reaches 0."""
    gaps = [by_group(**grouped_run(groups="abcd", seed=s), **FEW).gap for s in range(20)]
    values = [gap.value for gap in gaps if gap]
    assert min(values) > 0
    assert np.mean(values) == pytest.approx(
        np.mean([g.expected for g in gaps if g and g.expected]), rel=0.25
    )
    assert sum(gap.low == 0 for gap in gaps if gap) >= 18


def test_different_conditions_alone_make_a_raw_gap_only() -> None:
    """Group b has the hard conditions: the raw gap is large, the rest of the verdict is calm."""
    rng = np.random.default_rng(0)
    condition = np.repeat(np.arange(40), 10)
    group = np.where(rng.random(400) < np.where(condition < 20, 0.8, 0.2), "a", "b").astype(object)
    hits = (rng.random(400) < np.where(condition < 20, 0.8, 0.2)).astype(float)
    patient = np.arange(400)
    found = by_group(hits, patient, patient, condition, group)
    a, b = found.groups
    assert found.gap and found.gap.low > 0.2
    assert found.gap.expected > 0.2, "the deals keep the groups' conditions"
    assert a.adjusted and b.adjusted
    assert a.adjusted.low < 0 < a.adjusted.high
    assert b.adjusted.value == pytest.approx(-a.adjusted.value)
    assert found.p_value and found.p_value > 0.05


def test_adjusted_is_the_mantel_haenszel_difference(make_groups: Callable[..., Arrays]) -> None:
    """The adjusted difference, straight from its definition."""
    run = make_groups(effect=0.2)
    found = by_group(**run, **FEW)
    first, weights = [], []
    for c in np.unique(run["truth"]):
        a, b = (run["values"][(run["truth"] == c) & (run["group"] == g)] for g in "ab")
        if len(a) and len(b):
            weights.append(len(a) * len(b) / (len(a) + len(b)))
            first.append(a.mean() - b.mean())
    assert found.groups[0].adjusted
    assert found.groups[0].adjusted.value == pytest.approx(np.average(first, weights=weights))
    assert found.groups[0].n_shared == len(weights)


def test_no_condition_holds_both_groups() -> None:
    """Groups that share no condition cannot be tested, and the verdict says so."""
    patient = np.arange(100)
    group = np.where(patient % 10 < 5, "a", "b").astype(object)
    found = by_group((patient % 3 == 0).astype(float), patient, patient, patient % 10, group)
    assert found.p_value is None and found.n_tested == 0
    assert found.gap and found.gap.expected is None
    assert all(one.adjusted is None and one.n_shared == 0 for one in found.groups)


def test_no_hit_at_all_has_a_wide_interval(make_groups: Callable[..., Arrays]) -> None:
    """Where nobody is right the groups do not differ by "0 to 0"."""
    run = make_groups()
    found = by_group(np.zeros_like(run.pop("values")), **run, **FEW)
    assert found.gap and found.gap.value == 0 and found.gap.low == 0 and found.gap.high > 0.01
    assert found.p_value == 1


def test_unknown_images_count_in_the_overall_only(make_groups: Callable[..., Arrays]) -> None:
    """Images of unknown group are in the overall value and in no group."""
    run = make_groups()
    run["group"] = np.where(run["patient"] % 5 == 0, "", run["group"])
    found = by_group(**run, **FEW)
    assert found.overall.value == pytest.approx(run["values"].mean())
    assert found.n_unknown == np.count_nonzero(run["group"] == "")
    assert sum(one.n for one in found.groups) + found.n_unknown == found.overall.n


def test_no_known_group_leaves_the_overall(make_groups: Callable[..., Arrays]) -> None:
    """Where no image has a group there is nothing but the overall value."""
    run = make_groups()
    run["group"] = np.full(len(run["group"]), "", dtype=object)
    found = by_group(**run, **FEW)
    assert found.overall.value == pytest.approx(run["values"].mean())
    assert (found.groups, found.gap, found.p_value) == ((), None, None)


def test_a_patient_may_stand_in_two_bands() -> None:
    """Images stand in their own band; the patient is dealt with the band of most of its images."""
    patient = np.array([*range(60), 0, 0])
    group = np.array(["a", "b"] * 30 + ["b", "b"], dtype=object)
    division = Division.of(np.arange(62), patient, patient % 10, group)
    assert division.n_in_several == 1
    assert division.images.sum(axis=0).tolist() == [30, 32]
    assert division.label[division.patient[0]] == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"group": np.array(["a", "b", "a"], dtype=object)}, "two groups"),
        ({"patient": np.array([0, 1, 1])}, "two patients"),
        ({"truth": np.array([0, 1, 1])}, "two conditions"),
        ({"image": np.array([0, 1])}, "one length"),
    ],
)
def test_rows_that_contradict_one_another_are_refused(change: Arrays, words: str) -> None:
    """An image has one group and one patient, a patient one condition."""
    rows: Arrays = {
        "image": np.array([0, 0, 1]),
        "patient": np.array([0, 0, 0]),
        "truth": np.array([0, 0, 0]),
        "group": np.array(["a", "a", "b"], dtype=object),
    }
    with pytest.raises(ValueError, match=words):
        Division.of(**{**rows, **change})


@pytest.mark.parametrize("values", [[0.5, np.nan], [0.5, 1.5], [0.5]])
def test_values_out_of_bounds_are_refused(values: list[float]) -> None:
    """A NaN, a value beyond the bounds, or a wrong length is an error."""
    one = np.arange(2)
    division = Division.of(one, one, one, np.array(["a", "b"], dtype=object))
    with pytest.raises(ValueError, match="value"):
        judge(division, np.array(values))


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(2, 4), st.floats(-3, 3), st.floats(0.1, 5))
def test_units_and_names_do_not_matter(seed: int, n: int, shift: float, scale: float) -> None:
    """Another scale of the measure, or other names of the groups, change no conclusion."""
    run = grouped_run(patients=100, conditions=20, groups="abcd"[:n], seed=seed)
    plain = by_group(**run, **FEW)
    bounds = (shift, shift + scale)
    moved = by_group(**(run | {"values": run["values"] * scale + shift}), bounds=bounds, **FEW)
    renamed = by_group(**(run | {"group": np.char.add("x", run["group"].astype(str))}), **FEW)
    assert moved.p_value == plain.p_value == renamed.p_value
    if plain.gap:
        assert moved.gap and renamed.gap
        assert moved.gap.value == pytest.approx(plain.gap.value * scale, abs=1e-9)
        assert moved.gap.low == pytest.approx(plain.gap.low * scale, abs=1e-9)
        assert renamed.gap.value == plain.gap.value
        assert 0 <= plain.gap.low <= plain.gap.value <= plain.gap.high <= 1
    for one in plain.groups:
        assert one.low is not None and one.high is not None
        assert 0 <= one.low <= one.high <= 1
        if one.value is not None:
            assert one.low <= one.value + 1e-9 and one.value <= one.high + 1e-9
