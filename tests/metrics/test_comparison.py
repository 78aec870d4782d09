"""Paired comparison of two runs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdface.errors import UsageError
from rdface.metrics import Outcomes, compare, holm, mcnemar, summarise


def outcomes(run: dict) -> Outcomes:
    """Of the arrays of a run."""
    return Outcomes.from_scores(**run)


def test_a_run_does_not_differ_from_itself(make_run) -> None:  # noqa: ANN001
    """No difference, p = 1, and still an interval of some width."""
    run = outcomes(make_run([4] * 20, signal=2.0))
    for difference in compare(run, run).values():
        assert difference.value == 0
        assert difference.p_value == 1.0
        assert difference.low < 0 < difference.high


def test_swapping_the_runs_turns_the_sign(make_run) -> None:  # noqa: ANN001
    """Value and interval mirror, the p-value stays."""
    a = outcomes(make_run([4] * 30, signal=2.0, seed=1))
    b = outcomes(make_run([4] * 30, signal=1.0, seed=2))
    there, back = compare(a, b), compare(b, a)
    for name, difference in there.items():
        assert back[name].value == pytest.approx(-difference.value)
        assert back[name].low == pytest.approx(-difference.high)
        assert back[name].p_value == pytest.approx(difference.p_value)


def test_values_are_differences_of_the_summaries(make_run) -> None:  # noqa: ANN001
    """Also where the rows of one run come in another order."""
    a, b = make_run([3] * 25, signal=2.0, seed=1, repeats=2), make_run([3] * 25, seed=2, repeats=2)
    order = np.random.default_rng(0).permutation(len(b["truth"]))
    shuffled = {name: column[order] for name, column in b.items()}
    single_a, single_b = summarise(**a), summarise(**b)
    for name, difference in compare(outcomes(a), outcomes(shuffled)).items():
        expected = single_a[name].value - single_b[name].value
        assert difference.value == pytest.approx(expected)


def test_pairing_pays(make_run) -> None:  # noqa: ANN001
    """Two runs that err on the same images differ with more certainty than two of strangers."""
    a = make_run([4] * 30, signal=1.5, seed=1)
    near = a | {"scores": a["scores"] + 0.3 * np.random.default_rng(5).normal(size=(120, 30))}
    paired = compare(outcomes(a), outcomes(near))["mrr_micro"]
    strangers = compare(outcomes(a), outcomes(make_run([4] * 30, signal=1.5, seed=9)))["mrr_micro"]
    assert paired.high - paired.low < 0.6 * (strangers.high - strangers.low)


def test_mcnemar_is_the_exact_binomial_test(make_run) -> None:  # noqa: ANN001
    """The same p as SciPy's, from the discordant images alone."""
    from scipy.stats import binomtest

    a = outcomes(make_run([4] * 30, signal=2.5, seed=1))
    b = outcomes(make_run([4] * 30, signal=1.0, seed=2))
    found = mcnemar(a, b)
    n = found.only_a + found.only_b
    assert found.only_a > found.only_b > 0
    assert found.p_value == pytest.approx(binomtest(found.only_a, n).pvalue)
    assert mcnemar(a, a).p_value == 1.0


def test_mcnemar_takes_the_majority_of_the_repeats() -> None:
    """Two of three are right, one of two is not."""

    def run(hits: list[list[int]]) -> Outcomes:
        rows = [(image, hit) for image, row in enumerate(hits) for hit in row]
        image = np.array([image for image, _ in rows])
        scores = np.array([[float(hit), 0.5] for _, hit in rows])
        zeros = np.zeros_like(image)
        return Outcomes.from_scores(scores, zeros, image, image, zeros)

    found = mcnemar(run([[1, 1, 0], [1, 0]]), run([[0, 0, 1], [0, 0]]))
    assert (found.only_a, found.only_b) == (1, 0)


def test_runs_of_different_images_are_refused(make_run) -> None:  # noqa: ANN001
    """No pairs, no test."""
    a, b = outcomes(make_run([3] * 5)), outcomes(make_run([3] * 4 + [2, 1]))
    with pytest.raises(UsageError, match="same images"):
        compare(a, b)
    with pytest.raises(UsageError, match="same images"):
        mcnemar(a, b)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_lies_between_nothing_and_bonferroni(p_values: list[float]) -> None:
    """Monotone in p, never below p, never above Bonferroni, equal to it for the smallest."""
    corrected = holm(p_values)
    for p, q in zip(p_values, corrected, strict=True):
        assert p <= q <= min(1.0, len(p_values) * p) or q == pytest.approx(p)
    assert min(corrected) == pytest.approx(min(1.0, len(p_values) * min(p_values)))
    order = np.argsort(p_values)
    assert (np.diff(np.array(corrected)[order]) >= 0).all()


def test_holm_by_hand() -> None:
    """Holm's own kind of example; an empty list stays one."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []
