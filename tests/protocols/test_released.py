"""Protocol ``released``: the folds of a file, with the guarantees of ``strict``."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rdface.errors import LeakageError, UsageError
from rdface.protocols import PROTOCOLS, Split, check_leakage
from rdface.protocols.release import extend_folds, read_folds, release_folds, write_folds

COUNTS = st.lists(
    st.lists(st.integers(1, 3), min_size=1, max_size=6), min_size=2, max_size=6
).filter(lambda counts: any(len(patients) > 1 for patients in counts))


def filed(images: pd.DataFrame, path: Path, **options: int) -> Path:
    folds = release_folds(images, name="c", version="1", cohort_sha256="ab", **options)
    write_folds(path, folds)
    return path


def split(images: pd.DataFrame, path: Path, **options: object) -> Split:
    return PROTOCOLS.get("released")(images, folds=str(path), **options)


def folds_tested(made: Split) -> dict[tuple[int, int], set[str]]:
    return {(fold.repeat, fold.index): set(fold.test) for fold in made.folds}


def test_at_the_release_the_test_folds_are_those_of_strict(paper_shaped, tmp_path: Path) -> None:  # noqa: ANN001
    """So that numbers of the release can stand beside numbers of ``strict``."""
    made = split(paper_shaped, filed(paper_shaped, tmp_path / "f.json", seed=3))
    strict = PROTOCOLS.get("strict")(paper_shaped, seed=3)
    assert folds_tested(made) == folds_tested(strict)
    assert made.train_only == strict.train_only
    assert check_leakage(made, paper_shaped) == []
    assert all(60 <= len(fold.validation) <= 120 for fold in made.folds)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(counts=COUNTS, more=COUNTS, seed=st.integers(0, 9))
def test_a_grown_cohort_leaks_nothing_and_moves_nobody(
    make_images,  # noqa: ANN001
    tmp_path: Path,
    counts: list[list[int]],
    more: list[list[int]],
    seed: int,
) -> None:
    """The guard finds nothing; old test images stay in their fold; validated means trained."""
    old = make_images({f"C{number}": patients for number, patients in enumerate(counts)})
    new = make_images({f"C{number}": patients for number, patients in enumerate(more)})
    new["patient_id"], new["image_id"] = "n" + new["patient_id"], "n" + new["image_id"]
    new["sha256"] = "f" + new["sha256"].str[1:]
    both = pd.concat([new, old], ignore_index=True)
    file = filed(old, tmp_path / "f.json", seed=seed, repeats=2, n_folds=4)
    before, after = split(old, file), split(both, file)
    assert check_leakage(before, old) == []
    assert check_leakage(after, both) == []
    grown = folds_tested(after)
    for key, tested in folds_tested(before).items():
        assert tested <= grown[key]
    condition = dict(zip(both["image_id"], both["condition"], strict=True))
    for fold in after.folds:
        parts = [*fold.train, *fold.validation, *fold.test]
        assert sorted(parts) == sorted(both["image_id"])
        trained = {condition[image] for image in fold.train}
        assert {condition[image] for image in fold.test + fold.validation} <= trained


def test_images_of_a_merged_patient_stop_the_protocol_until_it_is_written_down(
    make_images,  # noqa: ANN001
    tmp_path: Path,
) -> None:
    """The guard names the images; the extended file has the patient in one fold."""
    images = make_images({"A": [1, 1, 1, 1, 1], "B": [1, 1, 1]})
    file = filed(images, tmp_path / "f.json")
    merged = images.assign(patient_id=images["patient_id"].replace("A.p1", "A.p0"))
    with pytest.raises(LeakageError, match=r"A\.p1\.i0: patient 'A\.p1' is now 'A\.p0'"):
        split(merged, file)
    extended = extend_folds(read_folds(file), merged, version="2").folds
    write_folds(tmp_path / "g.json", extended)
    made = split(merged, tmp_path / "g.json")
    assert check_leakage(made, merged) == []
    for fold in made.folds:
        assert ("A.p0.i0" in fold.test) == ("A.p1.i0" in fold.test)


def test_one_picture_under_two_patients_is_still_found(make_images, tmp_path: Path) -> None:  # noqa: ANN001
    """The file says nothing of pictures; the guard does."""
    images = make_images({"A": [1, 1, 1], "B": [1, 1]})
    images.loc[1, "sha256"] = images.loc[0, "sha256"]
    made = split(images, filed(images, tmp_path / "f.json"))
    with pytest.raises(LeakageError, match="duplicate picture"):
        check_leakage(made, images)


def test_synthetic_images_join_the_training_of_their_parents(make_images, tmp_path: Path) -> None:  # noqa: ANN001
    """As under ``strict``: never tested, and trained where no ancestor is held out."""
    images = make_images({"A": [1, 1, 1, 1], "B": [1, 1]})
    file = filed(images, tmp_path / "f.json")
    child = images.iloc[[0]].assign(
        image_id="child", patient_id="child", sha256="f" * 64, synthetic_of="A.p1.i0"
    )
    both = pd.concat([images, child], ignore_index=True)
    assert split(both, file).left_out == ("child",)
    made = split(both, file, synthetic="train")
    assert check_leakage(made, both) == []
    for fold in made.folds:
        assert ("child" in fold.train) == ("A.p1.i0" in fold.train)


def test_what_is_missing_or_wrong_is_said(make_images, tmp_path: Path) -> None:  # noqa: ANN001
    """No file, another seed, another cohort, a wrong option."""
    images = make_images({"A": [1, 1, 1], "B": [1, 1]})
    file = filed(images, tmp_path / "f.json")
    with pytest.raises(UsageError, match="needs the option `folds`"):
        PROTOCOLS.get("released")(images)
    with pytest.raises(UsageError, match="seed 0, not 1"):
        split(images, file, seed=1)
    with pytest.raises(UsageError, match="no patient of this cohort"):
        split(images.assign(patient_id="x" + images["patient_id"], image_id="y"), file)
    with pytest.raises(UsageError, match="first_repeats"):
        split(images, file, first_repeats=0)
    assert {fold.repeat for fold in split(images, file, first_repeats=2).folds} == {0, 1}
    alone = images[images["patient_id"].isin(["A.p0", "B.p0"])].reset_index(drop=True)
    with pytest.raises(UsageError, match="nothing to test"):
        split(alone, file)
