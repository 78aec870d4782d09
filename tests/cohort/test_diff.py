"""The changelog of a cohort: everything that changed is found, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.cohort import Cohort, CohortInfo
from rdface.cohort.diff import diff_cohorts
from rdface.cohort.diff_words import as_markdown, as_plain, as_text, sections
from rdface.cohort.schema import CONDITION_COLUMNS, IMAGE_COLUMNS

INFO = CohortInfo(name="c", version="1", licence="CC0-1.0", ethics=("one",))


def cohort(images: pd.DataFrame, conditions: pd.DataFrame, **info: object) -> Cohort:
    """In memory: the pictures are known by their hashes alone."""
    return Cohort(Path("none"), INFO.model_copy(update=info), images, conditions)


def tables(n: int = 8) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = [
        {
            "image_id": f"i{number}",
            "file": f"images/i{number}.jpg",
            "sha256": f"{number:064x}",
            "patient_id": f"p{number // 2}",
            "condition": f"C{number % 4 // 2}",
            "age": f"P{number}Y",
        }
        for number in range(n)
    ]
    images = pd.DataFrame(rows).reindex(columns=list(IMAGE_COLUMNS), fill_value="")
    conditions = pd.DataFrame({"condition": ["C0", "C1"], "name": ["One", "Two"]})
    return images, conditions.reindex(columns=list(CONDITION_COLUMNS), fill_value="")


EDITS = st.lists(
    st.tuples(
        st.sampled_from(["cell", "picture", "drop", "add", "rename", "person", "swap", "meta"]),
        st.integers(0, 6),
        st.integers(0, 3),
    ),
    max_size=5,
)


def edited(edits: list[tuple[str, int, int]]) -> Cohort:
    """Change the tables in some ways; some changes undo others."""
    images, conditions = tables()
    info: dict[str, object] = {}
    for kind, row, value in edits:
        row %= len(images)
        if kind == "cell":
            column = ("age", "country", "source", "synthetic_of")[value]
            images.loc[row, column] = ("", "P1Y", "DE", "i1")[value]
        elif kind == "picture":
            images.loc[row, "sha256"] = f"{100 + value:064x}"
        elif kind == "drop" and len(images) > 2:
            images = images.drop(index=row).reset_index(drop=True)
        elif kind == "add":
            new = images.iloc[[row]].assign(image_id=f"n{value}-{len(images)}", sha256="e" * 64)
            images = pd.concat([images, new], ignore_index=True)
        elif kind == "rename":
            images.loc[row, "image_id"] = f"r{value}-{row}"
        elif kind == "person":
            images.loc[row, "patient_id"] = f"p{value}"
        elif kind == "swap":
            other = (row + 1) % len(images)
            order = list(range(len(images)))
            order[row], order[other] = order[other], order[row]
            images = images.iloc[order].reset_index(drop=True)
        else:
            info["title"] = ("", "new", "x", "y")[value]
    images = images.drop_duplicates("image_id").reset_index(drop=True)
    return cohort(images, conditions, **info)


@settings(max_examples=25)
@given(edits=EDITS)
def test_something_is_said_if_and_only_if_the_hash_changed(
    edits: list[tuple[str, int, int]],
) -> None:
    """No change is passed over, and equal versions have none."""
    before, after = cohort(*tables()), edited(edits)
    found = diff_cohorts(before, after)
    assert found.same == (before.sha256 == after.sha256)
    assert bool(sections(found)) != found.same
    back = diff_cohorts(after, before)
    assert set(back.images_added) == set(found.images_removed)
    assert set(back.patients_added) == set(found.patients_removed)
    assert {(b, a) for a, b in back.images_renamed} == set(found.images_renamed)


@settings(max_examples=15)
@given(edits=EDITS)
def test_the_changes_are_all_that_is_needed(edits: list[tuple[str, int, int]]) -> None:
    """The images of the new version follow from the old ones and the lists of the diff."""
    before, after = cohort(*tables()), edited(edits)
    found = diff_cohorts(before, after)
    renamed = dict(found.images_renamed)
    ids = {renamed.get(i, i) for i in before.image_ids if i not in found.images_removed}
    assert ids | set(found.images_added) == set(after.image_ids)
    cells = {
        (renamed.get(row["image_id"], row["image_id"]), column): row[column]
        for row in before.images.to_dict("records")
        for column in ("age", "country", "source", "condition")
    }
    cells |= {(change.where, change.column): change.after for change in found.image_changes}
    for row in after.images.to_dict("records"):
        if row["image_id"] not in found.images_added:
            for column in ("age", "country", "source", "condition"):
                assert cells[row["image_id"], column] == row[column]


def test_a_renamed_image_is_known_by_its_picture() -> None:
    """Its children name it by the new id, which is no change of theirs."""
    images, conditions = tables()
    images.loc[7, "synthetic_of"] = "i0"
    images.loc[6, "synthetic_of"] = "i0|i1"
    after = images.copy()
    after.loc[0, "image_id"] = "new"
    after.loc[7, "synthetic_of"] = "new"
    after.loc[6, "synthetic_of"] = "new|i2"
    found = diff_cohorts(cohort(images, conditions), cohort(after, conditions))
    assert found.images_renamed == (("i0", "new"),)
    assert (found.images_added, found.images_removed) == ((), ())
    (change,) = found.image_changes
    assert (change.where, change.before, change.after) == ("i6", "new|i1", "new|i2")


def test_a_picture_under_an_id_that_stays_was_replaced() -> None:
    """And where it was the picture of another image, that one is named."""
    images, conditions = tables()
    after = images.copy()
    after.loc[1, "sha256"] = "a" * 64
    after.loc[2, "sha256"] = images.loc[3, "sha256"]
    found = diff_cohorts(cohort(images, conditions), cohort(after, conditions))
    assert [(one.image, one.was_of) for one in found.pictures_replaced] == [
        ("i1", ""),
        ("i2", "i3"),
    ]
    assert found.images_renamed == ()


def test_people_are_recognised_by_their_pictures() -> None:
    """Renamed, merged and divided patients are none that came or went."""
    images, conditions = tables()
    after = images.copy()
    after["patient_id"] = ["P", "P", "p1", "p1b", "p2", "p2", "p2", "p2"]
    found = diff_cohorts(cohort(images, conditions), cohort(after, conditions))
    assert found.patients_renamed == (("p0", "P"),)
    assert found.patients_merged == ((("p2", "p3"), "p2"),)
    assert found.patients_divided == (("p1", ("p1", "p1b")),)
    assert (found.patients_added, found.patients_removed) == ((), ())
    assert {change.where for change in found.image_changes} == {"i3", "i6", "i7"}


def test_counts_name_nobody() -> None:
    """What is meant for everybody holds no id and no value, in any form."""
    images, conditions = tables()
    after = images.drop(index=0).reset_index(drop=True)
    after.loc[0, "image_id"], after.loc[1, "age"] = "secret-image", "P99Y"
    after.loc[5:, "patient_id"] = "secret-patient"
    found = diff_cohorts(
        cohort(images, conditions), cohort(after, conditions, version="2", title="secret title")
    )
    texts = [
        as_text(found, counts=True),
        as_markdown(found, counts=True, date="2026-01-01"),
        str(as_plain(found, counts=True)),
    ]
    for text in texts:
        assert "secret" not in text
        assert "P99Y" not in text
        assert not [one for one in (*images["image_id"], *images["patient_id"]) if one in text]
        assert "Images removed" in text
    assert "secret-image" in as_text(found)
    assert "secret-image" in str(as_plain(found))
    assert as_markdown(found).startswith("## c 2\n")


def test_long_lists_are_cut_and_said_so() -> None:
    """Ten rows of each kind, and how many more there are."""
    images, conditions = tables(40)
    found = diff_cohorts(cohort(images, conditions), cohort(images.iloc[:8], conditions))
    assert "and 22 more" in as_text(found)
    assert "i39" not in as_text(found)
    assert "i39" in as_text(found, shown=None)


def test_conditions_columns_and_order() -> None:
    """Tables, too: rows, columns and where they stand."""
    images, conditions = tables()
    after = conditions.iloc[::-1].reset_index(drop=True)
    after.loc[0, "name"] = "Two, revised"
    found = diff_cohorts(cohort(images, conditions), cohort(images.assign(light="room"), after))
    assert found.reordered == ("rows of conditions.csv",)
    assert found.columns_added == ("images.csv: light",)
    (change,) = found.condition_changes
    assert (change.where, change.before, change.after) == ("C1", "Two", "Two, revised")
