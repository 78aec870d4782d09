"""Builds of small sources: who was withdrawn stays away."""

from __future__ import annotations

import shutil

import pytest

from rdface.cohort import Cohort, write_cohort
from rdface.errors import UsageError

pytestmark = pytest.mark.weights
ROW = "1.jpg,P1,KBG syndrome"


def test_what_was_withdrawn_never_comes_back(source) -> None:  # noqa: ANN001
    source.pictures(["1.jpg", "2.jpg"])
    source.table("photo,patient,disease", ROW, "2.jpg,P2,KBG syndrome")
    source.say()
    first = source.build().cohort
    assert first is not None
    # What `rdface cohort withdraw` leaves: one row less, no picture, a record without ids.
    first.path(first.image_ids[0]).unlink()
    info = first.info.model_copy(update={"version": "1.w1"})
    write_cohort(first.root, info, first.images[1:], first.conditions)
    (first.root / "withdrawals.jsonl").write_text("{}\n")
    with pytest.raises(UsageError, match="holds another cohort"):
        source.build()
    with pytest.raises(UsageError, match="holds the record of a withdrawal"):
        source.build(replace=True)
    source.say(out="second")
    built = source.build()
    assert built.cohort is not None
    assert built.cohort.image_ids == first.image_ids[1:]
    assert [one.value for one in built.findings if one.kind == "WARNING"] == ["1.jpg"]
    shutil.rmtree(first.root)  # it is remembered without the record
    source.say(out="third")
    third = source.build().cohort
    assert third is not None
    assert third.image_ids == first.image_ids[1:]


def _withdraw_first(cohort: Cohort) -> None:
    """What `rdface cohort withdraw` leaves: one row less, no picture, a record without ids."""
    cohort.path(cohort.image_ids[0]).unlink()
    info = cohort.info.model_copy(update={"version": "1.w1"})
    write_cohort(cohort.root, info, cohort.images[1:], cohort.conditions)
    (cohort.root / "withdrawals.jsonl").write_text("{}\n")


def test_a_withdrawal_from_an_older_version_is_noticed(source) -> None:  # noqa: ANN001
    source.pictures(["1.jpg", "2.jpg"])
    source.table("photo,patient,disease", ROW, "2.jpg,P2,KBG syndrome")
    source.say()
    first = source.build().cohort
    source.say(out="second")
    source.build()  # the same images, published a second time
    assert first is not None
    _withdraw_first(first)
    source.say(out="third")
    third = source.build().cohort
    assert third is not None
    assert third.image_ids == first.image_ids[1:]


@pytest.mark.parametrize("way", ["another picture of the patient", "another name and patient"])
def test_who_was_withdrawn_does_not_come_back_by_another_picture(source, way: str) -> None:  # noqa: ANN001
    source.pictures(["1.jpg", "2.jpg"])
    source.table("photo,patient,disease", ROW, "2.jpg,P2,KBG syndrome")
    source.say()
    first = source.build().cohort
    assert first is not None
    _withdraw_first(first)
    if way == "another picture of the patient":
        source.pictures(["1.jpg", "2.jpg", "new.jpg"])
        row = "new.jpg,P1,KBG syndrome"
    else:
        (source.root / "photos" / "1.jpg").rename(source.root / "photos" / "new.jpg")
        row = "new.jpg,P9,KBG syndrome"
    rows = [row, "2.jpg,P2,KBG syndrome"]
    source.table("photo,patient,disease", *([ROW] if ",P1," in row else []), *rows)
    source.say(out="second")
    second = source.build().cohort
    assert second is not None
    assert second.image_ids == first.image_ids[1:]


def test_an_interrupted_withdrawal_is_not_undone(source) -> None:  # noqa: ANN001
    source.pictures(["1.jpg", "2.jpg"])
    source.table("photo,patient,disease", ROW, "2.jpg,P2,KBG syndrome")
    source.say()
    first = source.build().cohort
    assert first is not None
    _withdraw_first(first)
    (first.root / "withdrawals.jsonl").unlink()
    (first.root / ".withdrawal.json").write_text("{}")
    with pytest.raises(UsageError, match="interrupted"):
        source.build(replace=True)
    assert not first.path(first.image_ids[0]).exists()
