"""All metrics of a run: by hand, against chance, and where a bootstrap would lie."""

from __future__ import annotations

import time

import numpy as np
import pytest

from rdface.metrics import chance, summarise


def one_hot_run(ranks: list[int], truth: list[int], image: list[int], patient: list[int]) -> dict:
    """A run whose true conditions have exactly these ranks among four conditions."""
    scores = np.zeros((len(ranks), 4))
    for row, (rank, condition) in enumerate(zip(ranks, truth, strict=True)):
        others = [c for c in range(4) if c != condition]
        for place, column in enumerate([*others[: rank - 1], condition, *others[rank - 1 :]]):
            scores[row, column] = -place
    return {
        "scores": scores,
        "truth": np.array(truth),
        "image": np.array(image),
        "patient": np.array(patient),
        "training_count": np.array([1 + 2 * t for t in truth]),
    }


def test_micro_and_macro_by_hand() -> None:
    """Three images of condition 0, one of condition 1; image 0 was tested twice."""
    run = one_hot_run([1, 2, 1, 1, 4], [0, 0, 0, 0, 1], [0, 0, 1, 2, 3], [0, 0, 0, 1, 2])
    found = summarise(**run, ks=(1, 2))
    assert found["top1_micro"].value == pytest.approx((0.5 + 1 + 1 + 0) / 4)
    assert found["top1_macro"].value == pytest.approx((2.5 / 3 + 0) / 2)
    assert found["mrr_micro"].value == pytest.approx((0.75 + 1 + 1 + 0.25) / 4)
    assert found["mrr_macro"].value == pytest.approx((2.75 / 3 + 0.25) / 2)
    assert found["top1_micro@1-2"].value == pytest.approx(2.5 / 3)
    assert found["top1_micro@3-4"].value == 0
    assert (found["top1_micro"].n, found["top1_micro"].n_patients) == (4, 3)
    assert (found["top1_micro@1-2"].n, found["top1_micro@1-2"].n_patients) == (3, 2)


def test_an_image_in_two_bands_is_shared_between_them() -> None:
    """Its rows count where they belong; bands weigh up to the whole."""
    run = one_hot_run([1, 2, 1], [0, 0, 0], [0, 0, 1], [0, 0, 1])
    run["training_count"] = np.array([1, 4, 4])
    found = summarise(**run, ks=(1,))
    assert found["top1_micro@1-2"].value == 1.0
    assert found["top1_micro@3-4"].value == pytest.approx((0.5 * 0 + 1) / 1.5)
    assert found["top1_micro"].value == pytest.approx(0.75)


def test_repeating_a_run_adds_no_certainty(make_run) -> None:  # noqa: ANN001
    """The same rows five times over give the same interval: repeats are no new patients."""
    once = make_run([4] * 20, signal=2.0)
    five = {name: np.concatenate([column] * 5) for name, column in once.items()}
    a, b = summarise(**once), summarise(**five)
    for name in a:
        assert a[name].low == pytest.approx(b[name].low)
        assert a[name].high == pytest.approx(b[name].high)


def test_images_of_one_patient_are_no_independent_images(make_run) -> None:  # noqa: ANN001
    """Grouping identical images by patient widens the interval."""
    once = make_run([4] * 20, signal=2.0)
    three = {name: np.concatenate([column] * 3) for name, column in once.items()}
    three["image"] = np.arange(len(three["image"]))
    grouped = summarise(**three)["top1_micro"]
    alone = summarise(**(three | {"patient": three["image"]}))["top1_micro"]
    assert grouped.high - grouped.low > 1.5 * (alone.high - alone.low)


def test_row_order_and_names_do_not_matter(make_run) -> None:  # noqa: ANN001
    """Shuffled rows give the same numbers to the last bits that matter."""
    run = make_run([3] * 15, signal=1.5, repeats=2)
    order = np.random.default_rng(0).permutation(len(run["truth"]))
    shuffled = {name: column[order] for name, column in run.items()}
    a, b = summarise(**run), summarise(**shuffled)
    for name in a:
        assert a[name].value == pytest.approx(b[name].value)
        assert (a[name].low, a[name].high) == pytest.approx((b[name].low, b[name].high))


def test_the_seed_decides_the_interval(make_run) -> None:  # noqa: ANN001
    """Equal for the same seed, to the bit; another seed moves it a little."""
    run = make_run([4] * 20, signal=2.0)
    assert summarise(**run, seed=1) == summarise(**run, seed=1)
    a, b = summarise(**run, seed=1)["mrr_macro"], summarise(**run, seed=2)["mrr_macro"]
    assert a != b
    assert a.low == pytest.approx(b.low, abs=0.02)


def test_no_hit_is_no_certainty(make_run) -> None:  # noqa: ANN001
    """0 of 40 patients: the interval reaches up to Wilson's bound, not to 0."""
    run = make_run([4] * 10, signal=-50.0)
    found = summarise(**run, ks=(1, 9, 10))
    nothing = found["top1_micro"]
    assert (nothing.value, nothing.low, nothing.method) == (0.0, 0.0, "wilson")
    assert nothing.high == pytest.approx(1.959964**2 / (40 + 1.959964**2), rel=1e-6)
    everything = found["top10_micro"]
    assert (everything.value, everything.high) == (1.0, 1.0)
    assert everything.low == pytest.approx(1 - nothing.high)


def test_few_patients_are_said_and_get_wide_intervals(make_run) -> None:  # noqa: ANN001
    """Below 20 patients no bootstrap is trusted."""
    found = summarise(**make_run([2] * 6, signal=2.0))
    assert all(e.method == "wilson" for e in found.values())
    assert found["top1_micro"].n_patients == 12
    assert found["top1_micro"].high - found["top1_micro"].low > 0.3


def test_every_interval_holds_its_value(make_run) -> None:  # noqa: ANN001
    """Low <= value <= high, within 0 and 1, on runs of all sorts."""
    for seed, signal in enumerate((-1.0, 0.0, 1.0, 3.0, 9.0)):
        found = summarise(**make_run([2, 3, 4, 5, 6] * 10, signal=signal, seed=seed))
        for name, estimate in found.items():
            assert 0 <= estimate.low <= estimate.value + 1e-12, name
            assert estimate.value - 1e-12 <= estimate.high <= 1, name


def test_chance_is_what_random_scores_get(make_run) -> None:  # noqa: ANN001
    """Exact expectation: k / F and harmonic / F; random scores come close to it."""
    run = make_run([5] * 20, signal=0.0, repeats=40)
    exact, seen = chance(**run, ks=(1, 5)), summarise(**run, ks=(1, 5))
    assert exact["top5_micro"].value == pytest.approx(5 / 20)
    assert exact["mrr_macro"].value == pytest.approx(np.mean(1 / np.arange(1, 21)))
    assert set(exact) == set(seen)
    for name, estimate in exact.items():
        assert estimate.low == estimate.value == estimate.high
        assert seen[name].value == pytest.approx(estimate.value, abs=0.02)


def test_chance_counts_candidates_only() -> None:
    """Conditions that cannot be named make the lottery easier; an untrained truth loses it."""
    run = one_hot_run([1, 1], [0, 1], [0, 1], [0, 1])
    run["scores"][:, 3] = -np.inf
    assert chance(**run, ks=(1,))["top1_micro"].value == pytest.approx(1 / 3)
    run["scores"][0, 0] = -np.inf
    exact = chance(**run, ks=(1,))
    assert exact["top1_micro"].value == pytest.approx((0 + 1 / 3) / 2)
    assert exact["mrr_micro"].value == pytest.approx((1 / 4 + (1 + 1 / 2 + 1 / 3) / 3) / 2)


def test_impossible_tables_are_refused(make_run) -> None:  # noqa: ANN001
    """An image of two patients, a patient of two conditions, lengths that differ, no row."""
    run = make_run([2, 2], repeats=2)
    patient = run["patient"].copy()
    patient[0] = 3
    with pytest.raises(ValueError, match="two patients"):
        summarise(**(run | {"patient": patient}))
    with pytest.raises(ValueError, match="two conditions"):
        summarise(**(run | {"patient": np.zeros(8, dtype=int)}))
    with pytest.raises(ValueError, match="length"):
        summarise(**(run | {"patient": patient[1:]}))
    with pytest.raises(ValueError, match="M > 0"):
        summarise(**{name: column[:0] for name, column in run.items()})


def test_a_run_of_the_papers_size_is_summed_up_in_two_seconds(make_run) -> None:  # noqa: ANN001
    """2,000 resamples of all metrics on 456 images x 5 repeats; it takes a fraction of that."""
    run = make_run([4] * 98 + [5] * 12, repeats=5)
    begun = time.process_time()  # whatever else the machine is doing
    summarise(**run)
    assert time.process_time() - begun < 2.0
