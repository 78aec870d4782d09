"""Several models, patients on both sides, and intervals that hold the truth."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from rdface.metrics.open_set import Sides, auroc, measure_sides, oscr_curve
from rdface.metrics.open_set_summary import Meeting, mean_oscr_curve, summarise_open_set


@pytest.fixture
def rng() -> np.random.Generator:
    """Seeded anew for every test."""
    return np.random.default_rng(7)


def cross_over(
    rng: np.random.Generator, patients: int, models: int, shift: float
) -> tuple[Meeting, np.ndarray]:
    """Every patient (two images) is a stranger to one model and known to the others.

    An image has a strangeness of its own, and so has its patient; each model shifts and stretches
    all of them, and adds noise.
    """
    patient = np.repeat(np.arange(patients), 2)
    own = rng.normal(size=patients)[patient] + 0.5 * rng.normal(size=2 * patients)
    part = rng.permutation(patients) % models
    rows = []
    for model in range(models):
        stranger = part[patient] == model
        value = own + shift * stranger + 0.5 * rng.normal(size=len(own))
        scale, offset = rng.uniform(0.1, 10), rng.normal() * 100
        rows.append((stranger, np.full(len(own), model), value * scale + offset))
    stranger, model, value = (np.concatenate(column) for column in zip(*rows, strict=True))
    image = np.tile(np.arange(2 * patients), models)
    right = np.tile(own < 0, models)
    return Meeting(stranger, right, model, image, np.tile(patient, models)), value


def test_the_number_is_the_mean_over_models(rng: np.random.Generator) -> None:
    """Images of two models are never compared: their scales differ a hundredfold."""
    meeting, value = cross_over(rng, 60, 3, 1.0)
    found = summarise_open_set(value, meeting, n_resamples=20)
    by_hand = [auroc(value[known], value[strange]) for known, strange in meeting.models()]
    assert found["auroc"].value == pytest.approx(np.mean(by_hand))
    assert abs(found["auroc"].value - auroc(value[~meeting.stranger], value[meeting.stranger])) > 0
    assert (found["auroc"].n, found["auroc"].n_patients) == (120, 60)
    assert not found["fpr95"].higher_is_better


def test_a_patient_on_both_sides_is_drawn_once(rng: np.random.Generator) -> None:
    """All rows of a patient have one weight, and the numbers of patients add up."""
    meeting, _ = cross_over(rng, 30, 3, 1.0)
    weights = meeting.weights(7, 0)
    for patient in range(30):
        own = weights[:, meeting.patient == patient]
        assert np.array_equal(own, np.repeat(own[:, :1], own.shape[1], axis=1))
    first = np.unique(meeting.patient, return_index=True)[1]
    assert weights[:, first].sum(axis=1).tolist() == [30] * 7


def test_sides_without_a_common_patient_keep_their_sizes() -> None:
    """Patients and controls are two samples; each is drawn by itself."""
    stranger = np.array([False] * 5 + [True] * 3)
    meeting = Meeting(stranger, ~stranger, np.zeros(8, int), np.arange(8), np.arange(8))
    weights = meeting.weights(50, 0)
    assert set(weights[:, :5].sum(axis=1)) == {5}
    assert set(weights[:, 5:].sum(axis=1)) == {3}


def test_a_perfect_number_has_an_interval_all_the_same() -> None:
    """The bootstrap would say [1, 1]; few patients never say so."""
    stranger = np.arange(80) >= 40
    meeting = Meeting(stranger, ~stranger, np.zeros(80, int), np.arange(80), np.arange(80))
    found = summarise_open_set(np.arange(80.0), meeting, n_resamples=50)["auroc"]
    assert (found.value, found.method) == (1.0, "wilson")
    assert found.low < 0.95


def test_the_mean_curve_is_the_mean_of_the_curves(rng: np.random.Generator) -> None:
    meeting, value = cross_over(rng, 40, 2, 1.0)
    grid = np.linspace(0, 1, 301)
    ones = np.ones((1, len(value)))
    (curve,) = mean_oscr_curve(value, meeting, grid, ones)
    several = []
    for known, strange in meeting.models():
        sides = Sides.of(value[known], value[strange], meeting.right[known])
        several.append(np.interp(grid, *oscr_curve(sides)))
    assert curve == pytest.approx(np.mean(several, axis=0))
    found = summarise_open_set(value, meeting, n_resamples=2)
    assert curve[-1] == pytest.approx(found["accuracy"].value)
    assert np.trapezoid(curve, grid) == pytest.approx(found["oscr"].value, abs=0.01)


def test_a_model_that_a_resample_leaves_without_a_side_is_left_out_of_its_curve(
    rng: np.random.Generator,
) -> None:
    """As it is of the interval of the area; a resample that leaves none has no curve."""
    meeting, value = cross_over(rng, 6, 2, 1.0)
    grid = np.linspace(0, 1, 11)
    (known, strange), (_, others) = meeting.models()
    alone = np.ones(len(value))
    alone[np.isin(meeting.patient, meeting.patient[others])] = 0
    # Only strangers of the first model are left: it knows nobody, and the second meets no stranger.
    weights = np.stack([np.ones(len(value)), alone, np.ones(len(value))])
    weights[2, others] = 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        whole, none, first = mean_oscr_curve(value, meeting, grid, weights)
    assert np.isfinite(whole).all() and np.isnan(none).all()
    sides = Sides.of(value[known], value[strange], meeting.right[known])
    assert np.array_equal(first, np.interp(grid, *oscr_curve(sides)))


def test_a_model_that_met_one_side_alone_is_refused() -> None:
    stranger = np.array([False, True, False])
    with pytest.raises(ValueError, match="known images and strangers"):
        Meeting(stranger, ~stranger, np.array([0, 0, 1]), np.arange(3), np.arange(3))


@pytest.mark.slow
@pytest.mark.parametrize("shift", [0.0, 1.0])
def test_the_interval_holds_the_truth(shift: float) -> None:
    """Of AUROC, FPR95 and OSCR of fresh patients; 95 % are promised, 200 worlds are drawn."""
    rng = np.random.default_rng(4)
    truth: dict[str, list[float]] = {"auroc": [], "fpr95": [], "oscr": []}
    for _ in range(20):
        meeting, value = cross_over(rng, 2000, 5, shift)
        several = [measure_sides(_side(meeting, value, model)) for model in range(5)]
        for name, values in truth.items():
            values.append(float(np.mean([one[name] for one in several])))
    held = dict.fromkeys(truth, 0)
    for _ in range(200):
        meeting, value = cross_over(rng, 100, 5, shift)
        found = summarise_open_set(value, meeting, n_resamples=400)
        for name, values in truth.items():
            held[name] += found[name].low <= np.mean(values) <= found[name].high
    assert min(held.values()) >= 184, held


def _side(meeting: Meeting, value: np.ndarray, model: int) -> Sides:
    own = meeting.model == model
    known = own & ~meeting.stranger
    return Sides.of(value[known], value[own & meeting.stranger], meeting.right[known])
