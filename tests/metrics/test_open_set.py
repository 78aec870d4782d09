"""Measures of refusal agree with well-kept libraries, and with their own definitions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rdface.metrics.open_set import (
    Sides,
    auroc,
    fpr_at_95_tpr,
    measure_sides,
    oscr_curve,
)

# Few distinct values, so that ties are the rule.
side = arrays(np.float64, st.integers(1, 30), elements=st.integers(-4, 4).map(float))


@st.composite
def meetings(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Known images, strangers, and whether the known ones are right."""
    known, strange = draw(side), draw(side)
    return known, strange, draw(arrays(bool, len(known)))


@given(side, side)
def test_auroc_and_fpr95_are_those_of_scikit_learn(known: np.ndarray, strange: np.ndarray) -> None:
    """Known images are its positives, and what is familiar scores high."""
    from sklearn.metrics import roc_auc_score, roc_curve

    truth = np.concatenate([np.ones(len(known)), np.zeros(len(strange))])
    familiar = -np.concatenate([known, strange])
    assert auroc(known, strange) == pytest.approx(roc_auc_score(truth, familiar))
    fpr, tpr, _ = roc_curve(truth, familiar, drop_intermediate=False)
    assert fpr_at_95_tpr(known, strange) == pytest.approx(fpr[np.argmax(tpr >= 0.95 - 1e-9)])


@given(side, side)
def test_auroc_is_that_of_torchmetrics(known: np.ndarray, strange: np.ndarray) -> None:
    import torch
    from torchmetrics.functional.classification import binary_auroc

    truth = torch.tensor([0] * len(known) + [1] * len(strange))
    # It takes numbers outside of [0, 1] for logits, and float64 keeps ties what they are.
    shares = torch.tensor((np.concatenate([known, strange]) + 4) / 8)
    assert auroc(known, strange) == pytest.approx(float(binary_auroc(shares, truth)), abs=1e-6)


@given(meetings())
def test_a_monotone_map_changes_nothing(
    meeting: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    """Only the order of images counts."""
    known, strange, right = meeting
    plain = measure_sides(Sides.of(known, strange, right))
    mapped = measure_sides(Sides.of(np.exp(known) + 7, np.exp(strange) + 7, right))
    for name, value in plain.items():
        assert mapped[name][0] == value[0]


@given(side, side)
def test_sides_that_change_places_mirror_the_auroc(known: np.ndarray, strange: np.ndarray) -> None:
    assert auroc(known, strange) == pytest.approx(1 - auroc(strange, known))
    assert auroc(known, strange) == pytest.approx(auroc(-strange, -known))


@given(meetings())
def test_oscr_ends_at_the_accuracy_and_has_the_area_that_is_measured(
    meeting: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    """And never lies above the AUROC or the accuracy."""
    known, strange, right = meeting
    sides = Sides.of(known, strange, right)
    measured = {name: float(value[0]) for name, value in measure_sides(sides).items()}
    fpr, ccr = oscr_curve(sides)
    assert (fpr[0], ccr[0]) == (0, 0)
    assert fpr[-1] == 1
    assert ccr[-1] == pytest.approx(right.mean())
    assert measured["accuracy"] == pytest.approx(right.mean())
    assert np.all(np.diff(fpr) >= 0)
    assert np.all(np.diff(ccr) >= 0)
    assert measured["oscr"] == pytest.approx(np.trapezoid(ccr, fpr))
    assert measured["oscr"] <= min(measured["auroc"], measured["accuracy"]) + 1e-12


@given(side, side)
def test_oscr_of_a_model_that_is_always_right_is_the_auroc(
    known: np.ndarray, strange: np.ndarray
) -> None:
    measured = measure_sides(Sides.of(known, strange))
    assert measured["oscr"][0] == pytest.approx(measured["auroc"][0])


@given(meetings(), st.integers(0, 2**32 - 1))
def test_a_weight_of_n_is_an_image_n_times(
    meeting: tuple[np.ndarray, np.ndarray, np.ndarray], seed: int
) -> None:
    """What the bootstrap rests on."""
    known, strange, right = meeting
    rng = np.random.default_rng(seed)
    k, s = rng.integers(0, 3, len(known)), rng.integers(0, 3, len(strange))
    weighted = measure_sides(Sides.of(known, strange, right), 1.0 * k[None], 1.0 * s[None])
    if not k.any() or not s.any():
        assert np.isnan(weighted["auroc"][0])
        return
    repeated = Sides.of(np.repeat(known, k), np.repeat(strange, s), np.repeat(right, k))
    for name, value in measure_sides(repeated).items():
        assert weighted[name][0] == pytest.approx(value[0])
    curve = oscr_curve(Sides.of(known, strange, right), 1.0 * k, 1.0 * s)
    assert np.trapezoid(curve[1], curve[0]) == pytest.approx(weighted["oscr"][0])


def test_the_ends_of_the_scale() -> None:
    """Strangers all above, all below, all alike."""
    low, high = np.arange(5.0), np.arange(5.0) + 10
    assert (auroc(low, high), fpr_at_95_tpr(low, high)) == (1, 0)
    assert (auroc(high, low), fpr_at_95_tpr(high, low)) == (0, 1)
    assert (auroc(np.ones(4), np.ones(3)), fpr_at_95_tpr(np.ones(4), np.ones(3))) == (0.5, 1)


def test_what_is_no_meeting_is_refused() -> None:
    for known, strange in (([], [1.0]), ([1.0], []), ([np.nan], [1.0])):
        with pytest.raises(ValueError, match=r"strang"):
            auroc(np.array(known), np.array(strange))
    with pytest.raises(ValueError, match="differ in length"):
        Sides.of(np.ones(2), np.ones(2), np.ones(3, bool))
