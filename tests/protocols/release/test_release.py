"""Released folds: nobody moves, whoever comes, goes or is recognised."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.errors import CohortError, UsageError
from rdface.protocols.patients import subjects_of
from rdface.protocols.release import (
    ReleasedFolds,
    extend_folds,
    place,
    read_folds,
    release_folds,
    write_folds,
)
from rdface.protocols.release.joining import joining_fold, weights

COUNTS = st.lists(
    st.lists(st.integers(1, 3), min_size=1, max_size=6), min_size=1, max_size=6
).filter(lambda counts: any(len(patients) > 1 for patients in counts))
NEWCOMERS = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 40)), unique=True, max_size=12
)  # condition (two of them new), number of the patient


def table(make_images, counts: list[list[int]]) -> pd.DataFrame:  # noqa: ANN001
    return make_images({f"C{number}": patients for number, patients in enumerate(counts)})


def release(images: pd.DataFrame, **options: int) -> ReleasedFolds:
    return release_folds(images, name="c", version="1", cohort_sha256="ab", **options)


def grown(images: pd.DataFrame, newcomers: list[tuple[int, int]]) -> pd.DataFrame:
    """With new patients, and a new image of every second old one."""
    rows = [
        {"image_id": f"new.{c}.{p}", "patient_id": f"N{c}.{p}", "condition": f"C{c}"}
        for c, p in newcomers
    ]
    old = images.drop_duplicates("patient_id").iloc[::2]
    rows += [
        {"image_id": f"more.{row['image_id']}"} | row[["patient_id", "condition"]].to_dict()
        for _, row in old.iterrows()
    ]
    added = pd.DataFrame(rows, columns=["image_id", "patient_id", "condition"])
    added["synthetic_of"] = ""
    added["sha256"] = [f"{10_000 + number:064x}" for number in range(len(added))]
    return pd.concat([images, added], ignore_index=True)


@settings(max_examples=25)
@given(
    counts=COUNTS,
    newcomers=NEWCOMERS,
    seed=st.integers(0, 99),
    leaving=st.sets(st.integers(0, 30)),
    order=st.randoms(use_true_random=False),
)
def test_nobody_moves(make_images, counts, newcomers, seed, leaving, order) -> None:  # noqa: ANN001
    """Whoever joins, leaves, has more images, and in whatever order: everybody else stays."""
    images = table(make_images, counts)
    folds = release(images, seed=seed, repeats=2, n_folds=3)
    filed = {who: placed.folds for who, placed in folds.patients.items()}
    assert place(folds, subjects_of(images)).folds == filed
    after = grown(images, newcomers)
    rows = [row for row in range(len(after)) if row not in leaving] or [0]
    order.shuffle(rows)
    after = after.iloc[rows].reset_index(drop=True)
    everybody = place(folds, subjects_of(grown(images, newcomers))).folds
    some = place(folds, subjects_of(after))
    assert all(some.folds[who] == everybody[who] for who in some.folds)
    assert all(some.folds[who] == filed[who] for who in some.folds.keys() & filed.keys())
    assert some.moved == ()


@settings(max_examples=20)
@given(counts=COUNTS, newcomers=NEWCOMERS, cut=st.integers(0, 12), forget=st.booleans())
def test_it_does_not_matter_when_one_joins(make_images, counts, newcomers, cut, forget) -> None:  # noqa: ANN001
    """A file extended in two steps, with departures between them, gives the folds of the first."""
    images = table(make_images, counts)
    first = release(images, repeats=2)
    half = grown(images, newcomers[:cut])
    half = half[half["patient_id"] != images["patient_id"].iloc[-1]].reset_index(drop=True)
    if half["patient_id"].isin(images["patient_id"]).sum() == 0:
        return
    second = extend_folds(first, half, version="2", forget=forget).folds
    later = grown(images, newcomers)
    if forget:  # who was forgotten and comes back joins by hash, as a newcomer
        later = later[later["patient_id"].isin([*half["patient_id"], *later["patient_id"][-1:]])]
        later = later[later["patient_id"] != images["patient_id"].iloc[-1]]
    straight = place(first, subjects_of(later)).folds
    assert place(second, subjects_of(later)).folds == straight
    third = extend_folds(second, later, version="3")
    assert {who: third.folds.patients[who].folds for who in straight} == straight


def test_the_extension_says_who_joined_and_left(make_images) -> None:  # noqa: ANN001
    """Everybody is in one list; those who left keep their line, or are forgotten."""
    images = make_images({"A": [1, 1, 2], "B": [1, 1], "C": [1]})
    folds = release(images)
    after = grown(images, [(0, 5)]).query("patient_id != 'B.p0'").reset_index(drop=True)
    made = extend_folds(folds, after, version="2")
    assert made.joined == ("N0.5",)
    assert made.left == ("B.p0",)
    assert set(made.new_images) == {"more.A.p0.i0", "more.A.p2.i0", "more.B.p1.i0"}
    assert made.moved == ()
    assert made.folds.patients["N0.5"].joined == "2"
    assert made.folds.patients["B.p0"] == folds.patients["B.p0"]
    forgotten = extend_folds(folds, after, version="2", forget=True).folds
    assert "B.p0" not in forgotten.patients
    assert forgotten.released == folds.released


def test_a_merged_patient_is_in_one_fold_and_the_images_that_moved_are_named(make_images) -> None:  # noqa: ANN001
    """The id that stays decides; the other one's images follow it, and that is said."""
    images = make_images({"A": [1, 3, 1, 1, 1], "B": [1, 1]})
    folds = release(images)
    merged = images.assign(patient_id=images["patient_id"].replace("A.p1", "A.p0"))
    made = extend_folds(folds, merged, version="2")
    assert folds.patients["A.p0"].folds != folds.patients["A.p1"].folds
    assert [one.image for one in made.moved] == ["A.p1.i0", "A.p1.i1", "A.p1.i2"]
    assert {(one.before, one.after) for one in made.moved} == {("A.p1", "A.p0")}
    assert made.placement.folds["A.p0"] == folds.patients["A.p0"].folds
    assert made.renamed == {"A.p1": ("A.p0",)}
    assert made.left == ()
    again = extend_folds(made.folds, merged, version="3")
    assert again.moved == ()  # it is written down now
    assert again.placement.folds == made.placement.folds


def test_a_patient_under_another_id_inherits_the_fold(make_images) -> None:  # noqa: ANN001
    """Renamed, divided, or merged under a third id: most of the images decide."""
    images = make_images({"A": [1, 3, 2], "B": [1, 1]})
    folds = release(images)
    renamed = images.assign(patient_id=images["patient_id"].replace("A.p0", "X"))
    made = extend_folds(folds, renamed, version="2")
    assert made.placement.how["X"] == "renamed"
    assert made.placement.folds["X"] == folds.patients["A.p0"].folds
    assert (made.moved, made.joined, made.left) == ((), (), ())
    divided = images.copy()
    divided.loc[divided["image_id"] == "A.p1.i2", "patient_id"] = "A.p1b"
    made = extend_folds(folds, divided, version="2")
    assert made.placement.folds["A.p1b"] == made.placement.folds["A.p1"]
    assert made.moved == ()
    third = images.assign(patient_id=images["patient_id"].replace({"A.p0": "Z", "A.p1": "Z"}))
    made = extend_folds(folds, third, version="2")
    assert made.placement.folds["Z"] == folds.patients["A.p1"].folds
    assert [one.image for one in made.moved] == ["A.p0.i0"]


def test_folds_of_another_cohort_are_refused(make_images) -> None:  # noqa: ANN001
    """Hashing a whole foreign cohort into folds would look as if all were well."""
    folds = release(make_images({"A": [1, 1]}))
    other = make_images({"A": [1, 1]})
    other["patient_id"] = "other." + other["patient_id"]
    other["image_id"] = "other." + other["image_id"]
    with pytest.raises(UsageError, match="no patient and no image in common"):
        extend_folds(folds, other, version="2")


def test_newcomers_join_where_there_is_room() -> None:
    """Lots favour empty folds; the only fold of a condition gets none; no condition: all alike."""
    assert weights((0, 0, 0)) == (1, 1, 1)
    assert weights((1, 0, 0)) == (0, 1, 1)
    assert weights((2, 1, 1)) == (1, 8, 8)
    drawn = Counter(joining_fold((2, 1, 0), ("key", number)) for number in range(3600))
    assert [round(drawn[fold] / 100) for fold in range(3)] == [1, 8, 27]


def test_joining_is_written_in_stone(make_images) -> None:  # noqa: ANN001
    """Golden: files that were given out must be read alike by every later version."""
    folds = release(make_images({"A": [1, 1, 1], "B": [1]}), seed=7, repeats=3)
    newcomers = [(f"image-{n}", f"pat-{n}", "ABC"[n % 3]) for n in range(4)]
    assert place(folds, newcomers).folds == GOLDEN


GOLDEN = {"pat-0": (1, 3, 1), "pat-1": (3, 2, 3), "pat-2": (2, 1, 2), "pat-3": (1, 3, 1)}


def test_the_file_comes_back_as_it_was(make_images, tmp_path: Path) -> None:  # noqa: ANN001
    """Write and read; one line a patient; equal folds give equal bytes."""
    folds = release(make_images({"Ä": [1, 2], "B": [1]}))
    write_folds(tmp_path / "folds.json", folds)
    assert read_folds(tmp_path / "folds.json") == folds
    text = (tmp_path / "folds.json").read_text(encoding="utf-8")
    assert sum(line.startswith('  "Ä.p') for line in text.splitlines()) == 2
    write_folds(tmp_path / "again.json", read_folds(tmp_path / "folds.json"))
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "folds.json").read_bytes()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"n_folds": 5', '"n_folds": 2', "greater than or equal to 3"),
        ('"folds": [', '"folds": [7, ', "no fold in every repeat"),
        ('"images": ["A.p1.i0"]', '"images": ["A.p0.i0"]', "stands under two patients"),
        ('"format": 1', '"format": 9', "format"),
        ("{", "", "JSON"),
    ],
)
def test_a_damaged_file_is_named(
    make_images,  # noqa: ANN001
    tmp_path: Path,
    old: str,
    new: str,
    said: str,
) -> None:
    """What is wrong is said, not guessed."""
    file = tmp_path / "folds.json"
    write_folds(file, release(make_images({"A": [1, 1]})))
    file.write_text(file.read_text().replace(old, new))
    with pytest.raises(UsageError, match=said):
        read_folds(file)
    with pytest.raises(UsageError, match="cannot be read"):
        read_folds(tmp_path / "none.json")


def test_what_cannot_be_released_is_refused(make_images) -> None:  # noqa: ANN001
    """Too few folds, nothing to test, an image without a patient."""
    images = make_images({"A": [1, 1], "B": [1]})
    with pytest.raises(UsageError, match="at least 3"):
        release(images, n_folds=2)
    with pytest.raises(UsageError, match="nothing to test"):
        release(make_images({"A": [2]}))
    with pytest.raises(CohortError, match="no patient_id"):
        release(images.assign(patient_id=["A.p0", "", "B.p0"]))


def test_a_file_with_fewer_than_no_patients_is_refused(make_images, tmp_path: Path) -> None:  # noqa: ANN001
    made = release(table(make_images, [[1, 1], [1, 1, 1]]))
    write_folds(tmp_path / "folds.json", made)
    text = (tmp_path / "folds.json").read_text()
    line = next(line for line in text.splitlines() if line.startswith('  "C0": ['))
    (tmp_path / "folds.json").write_text(
        text.replace(line, line.replace("0", "-9").replace('"C-9"', '"C0"'))
    )
    with pytest.raises(UsageError, match="greater than or equal to 0"):
        read_folds(tmp_path / "folds.json")
