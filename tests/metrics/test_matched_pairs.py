"""Pairs against matched pairs: values, AUROC, and intervals that hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.metrics.matched_pairs import (
    Meeting,
    draw_units,
    judge_meetings,
    mean_of_pairs,
)
from rdface.metrics.open_set import auroc


def meeting(partner: int, same: list[float], other: list[list[float]], first: int) -> Meeting:
    """Anchors and strangers are units of their own, numbered from ``first`` on."""
    units = np.arange(first, first + len(same) + len(other[0]))
    return Meeting(partner, units[: len(same)], units[len(same) :], np.array(same), np.array(other))


def test_each_partner_counts_the_same_and_nan_is_no_pair() -> None:
    nan = float("nan")
    meetings = [
        meeting(0, [0.8], [[0.1, nan, 0.3]], 2),
        meeting(1, [0.2, 0.4], [[0.2, 0.6], [0.0, 0.0]], 6),
        meeting(1, [0.9], [[nan]], 10),
    ]
    found = judge_meetings(meetings, draw_units([12], 20))
    assert found.same.value == pytest.approx((0.8 + 0.3) / 2)
    assert found.other.value == pytest.approx((0.2 + (0.4 + 0.0) / 2) / 2)
    assert found.auroc.value == pytest.approx((1.0 + (0.25 + 1.0) / 2) / 2)
    assert (found.n_pairs, found.n_partners) == (3, 2)
    drawn = draw_units([12], 20)
    assert mean_of_pairs(meetings, drawn).value == pytest.approx((0.8 + 0.3 + 0.9) / 3)
    alone = mean_of_pairs(meetings[:2], drawn)
    np.testing.assert_allclose(alone.samples, found.same.samples, rtol=1e-5)


def test_with_one_anchor_it_is_the_auroc_of_two_samples() -> None:
    rng = np.random.default_rng(0)
    anchors, strangers = rng.normal(size=7).round(1), rng.normal(size=9).round(1)
    meetings = [meeting(k, [value], [list(strangers)], 7) for k, value in enumerate(anchors)]
    found = judge_meetings(meetings, draw_units([20], 5))
    assert found.auroc.value == pytest.approx(auroc(strangers, anchors))


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_a_resample_is_the_cohort_with_units_repeated(seed: int) -> None:
    """Weights stand for repetition: each member of a triple as often as it is drawn."""
    rng = np.random.default_rng(seed)
    table = rng.random((4, 5))
    one = Meeting(0, np.arange(1, 5), np.arange(5, 10), rng.random(4), table)
    drawn = np.ones((10, 2), np.float32)
    drawn[:, 1] = rng.integers(0, 3, 10)
    drawn[0, 1] = 1
    found = judge_meetings([one], drawn)
    weight = np.outer(drawn[1:5, 1], drawn[5:, 1])
    if weight.sum():
        assert found.other.samples[0] == pytest.approx((weight * table).sum() / weight.sum(), 1e-4)


def test_differences_are_paired() -> None:
    """A shift that is the same for all is known without error, however partners vary."""
    rng = np.random.default_rng(1)
    level = rng.normal(size=40)
    meetings = [meeting(k, [level[k] + 0.2], [[level[k]]], 40 + 2 * k) for k in range(40)]
    found = judge_meetings(meetings, draw_units([120], 200))
    assert (found.same - found.same).spread == pytest.approx((0, 0, 0))
    assert found.same.spread.high - found.same.spread.low > 0.3
    assert (found.same - found.other).value == pytest.approx(0.2)


def test_few_patients_have_no_interval_and_none_no_number() -> None:
    few = judge_meetings([meeting(0, [1.0], [[0.0]], 1)], draw_units([3], 50))
    assert few.auroc.spread.value == 1 and np.isnan(few.auroc.spread.low)
    assert np.isnan(judge_meetings([], draw_units([3], 50)).same.value)


def test_intervals_hold_the_truth() -> None:
    """At least 90 % of 80 worlds of 40 patients in 10 conditions, where condition matters not."""
    held = 0
    for seed in range(80):
        rng = np.random.default_rng(seed)
        tilt = rng.normal(size=40)
        table = tilt[:, None] + tilt[None, :] + rng.normal(size=(40, 40))
        table = (table + table.T) / 2
        condition = np.arange(40) // 4
        meetings = []
        for k in range(40):
            ours = np.flatnonzero((condition == condition[k]) & (np.arange(40) != k))
            others = np.flatnonzero(condition != condition[k])
            meetings.append(Meeting(k, ours, others, table[ours, k], table[np.ix_(ours, others)]))
        low, high = judge_meetings(meetings, draw_units([40], 200, seed)).auroc.spread[1:]
        held += low <= 0.5 <= high
    assert held >= 72
