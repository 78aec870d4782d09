"""A model of an older version was never fitted on what a newer version tests in its fold."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rdface.errors import LeakageError
from rdface.protocols import PROTOCOLS, Split
from rdface.protocols.release import extend_folds, read_folds, release_folds, write_folds


def seen_before(old: Split, new: Split) -> set[str]:
    """Images that a fold of the new version tests and the same fold of the old one fitted on."""
    fitted = {(fold.repeat, fold.index): set(fold.development) for fold in old.folds}
    return {
        image
        for fold in new.folds
        for image in fold.test
        if image in fitted.get((fold.repeat, fold.index), set())
    }


def grown(images: pd.DataFrame, n: int) -> pd.DataFrame:
    """Every condition has n new patients."""
    new = pd.concat(
        [
            images.drop_duplicates("condition").assign(
                patient_id=lambda t, k=k: f"new{k}." + t["condition"],
                image_id=lambda t, k=k: f"new{k}." + t["condition"],
            )
            for k in range(n)
        ]
    )
    new["sha256"] = [f"{10_000 + number:064x}" for number in range(len(new))]
    return pd.concat([images, new], ignore_index=True)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(n=st.integers(1, 4), leaving=st.sets(st.integers(0, 11), max_size=4))
def test_old_models_may_be_tested_on_the_new_version(
    make_cohort,  # noqa: ANN001
    tmp_path: Path,
    n: int,
    leaving: set[int],
) -> None:
    """But for conditions that could not be tested then, whose only patients trained everywhere."""
    images = make_cohort(4, 3, 2)
    file = tmp_path / "folds.json"
    about = {"name": "c", "version": "1", "cohort_sha256": "ab"}
    write_folds(file, release_folds(images, seed=n, **about))
    released = PROTOCOLS.get("released")
    old = released(images, folds=str(file))
    patients = sorted(set(images["patient_id"]))
    gone = {patients[number] for number in leaving}
    after = grown(images[~images["patient_id"].isin(gone)].reset_index(drop=True), n)
    assert seen_before(old, released(after, folds=str(file))) == set()


def test_strict_does_not_promise_this(make_cohort) -> None:  # noqa: ANN001
    """Positive control: dealt anew, old models meet images that they were fitted on."""
    images = make_cohort(4, 3, 2)
    strict = PROTOCOLS.get("strict")
    assert seen_before(strict(images), strict(grown(images, 2))) != set()


def test_a_merged_patient_is_refused_until_it_is_written_down(make_cohort, tmp_path: Path) -> None:  # noqa: ANN001
    """Images that change their fold are the one way to such a leak, and the guard stops there."""
    images = make_cohort(4, 3, 2)
    file = tmp_path / "folds.json"
    about = {"name": "c", "version": "1", "cohort_sha256": "ab"}
    write_folds(file, release_folds(images, **about))
    released = PROTOCOLS.get("released")
    old = released(images, folds=str(file))
    merged = images.assign(patient_id=images["patient_id"].replace("C0.p1", "C0.p0"))
    with pytest.raises(LeakageError, match=r"C0\.p1\.i0"):
        released(merged, folds=str(file))
    write_folds(file, extend_folds(read_folds(file), merged, version="2").folds)
    moved = seen_before(old, released(merged, folds=str(file)))
    assert moved == {"C0.p1.i0", "C0.p1.i1"}
