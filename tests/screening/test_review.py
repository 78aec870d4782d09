"""Decisions about a pool are kept with who and when, can be taken back, and are about pictures."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rdface.cohort import Cohort, check_cohort, load_cohort
from rdface.errors import CohortError, UsageError
from rdface.screening import ScoreTable, Selection, write_selected
from rdface.screening.review import REVIEW_FILE, Verdict, decide, read_review, take_back
from tests.conftest import MakeCohort
from tests.web.holdings import write_scored_pool

DECISIONS = st.lists(
    st.tuples(
        st.sampled_from(["Ann", "Bo"]),
        st.sets(st.integers(0, 3), min_size=1),
        st.sampled_from(["accepted", "rejected", "open"]),
    ),
    max_size=6,
)


@pytest.fixture
def pool(make_cohort: MakeCohort, tmp_path: Path) -> Iterator[Cohort]:
    """Four synthetic faces with scores."""
    real = make_cohort(conditions=4, patients=1, folder="real", size=24)
    yield write_scored_pool(tmp_path / "pool", real)


def _state(pool: Cohort) -> dict[str, Verdict]:
    review = read_review(pool)
    return {name: review.verdict(name) for name in pool.image_ids}


def _forget(pool: Cohort) -> None:
    (pool.root / REVIEW_FILE).unlink(missing_ok=True)


@settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(made=DECISIONS)
def test_taking_back_goes_the_same_way_back(
    pool: Cohort, made: list[tuple[str, set[int], Verdict]]
) -> None:
    _forget(pool)
    states = [_state(pool)]
    for _, rows, verdict in made:
        if decide(pool, [pool.image_ids[row] for row in sorted(rows)], verdict, "Ann"):
            states.append(_state(pool))
    for before in reversed(states[:-1]):
        assert take_back(pool, "Ann")
        assert _state(pool) == before
    assert take_back(pool, "Ann") == ()


@settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(made=DECISIONS)
def test_nobody_takes_back_what_somebody_else_decided(
    pool: Cohort, made: list[tuple[str, set[int], Verdict]]
) -> None:
    _forget(pool)
    for by, rows, verdict in made:
        decide(pool, [pool.image_ids[row] for row in sorted(rows)], verdict, by)
    last = read_review(pool).standing
    while take_back(pool, "Ann"):
        pass
    now = read_review(pool).standing
    assert all(now[name] == one for name, one in last.items() if one.by == "Bo")


def test_the_file_says_who_when_and_about_which_picture(pool: Cohort) -> None:
    name = pool.image_ids[0]
    decide(pool, [name], "rejected", 'Ann, "A"\n')
    (row,) = read_review(pool).decisions
    assert (row.by, row.image_id, row.verdict) == ('Ann, "A"\n', name, "rejected")
    assert row.sha256 == pool.images["sha256"].iloc[0] and row.at.utcoffset() is not None
    assert decide(pool, [name], "rejected", "Bo") == ()
    assert len(read_review(pool).decisions) == 1


def test_the_pool_stays_what_it_was(pool: Cohort) -> None:
    decide(pool, pool.image_ids, "accepted", "Ann")
    assert load_cohort(pool.root).sha256 == pool.sha256
    assert not check_cohort(str(pool.root))


def test_a_decision_is_about_the_picture_that_was_seen(pool: Cohort) -> None:
    decide(pool, pool.image_ids, "accepted", "Ann")
    images = pool.images.copy()
    images.loc[0, "sha256"] = "0" * 64
    shutil.copy(pool.root / REVIEW_FILE, pool.root / "before")
    other = Cohort(pool.root, pool.info, images, pool.conditions)
    assert read_review(other).verdict(pool.image_ids[0]) == "open"
    assert read_review(other).verdict(pool.image_ids[1]) == "accepted"
    decide(other, [pool.image_ids[1]], "rejected", "Ann")
    assert (pool.root / REVIEW_FILE).read_text().startswith((pool.root / "before").read_text())


def test_decisions_at_once_are_all_kept(pool: Cohort) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda name: decide(pool, [name], "accepted", name), pool.image_ids))
    decisions = read_review(pool).decisions
    assert sorted(one.image_id for one in decisions) == sorted(pool.image_ids)
    assert sorted(one.step for one in decisions) == [1, 2, 3, 4]


@pytest.mark.parametrize(("keep", "left"), [("accepted", {0}), ("not-rejected", {0, 2, 3})])
def test_a_selection_is_made_among_what_people_left(
    pool: Cohort, tmp_path: Path, keep: Literal["accepted", "not-rejected"], left: set[int]
) -> None:
    decide(pool, [pool.image_ids[0]], "accepted", "Ann")
    decide(pool, [pool.image_ids[1]], "rejected", "Ann")
    table = ScoreTable.read(tmp_path / "pool.parquet")
    made, ids = write_selected(pool, table, Selection(), tmp_path / "kept", reviewed=keep)
    assert set(ids) == {pool.image_ids[row] for row in left}
    said = (made.info.model_extra or {})["screening"]["review"]
    assert (said["keep"], said["accepted"], said["rejected"]) == (keep, 1, 1)
    assert "Ann" not in (made.root / "cohort.yaml").read_text()
    assert not (made.root / REVIEW_FILE).exists()


def test_what_makes_no_sense_is_refused(pool: Cohort, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no image 'nobody'"):
        decide(pool, ["nobody"], "accepted", "Ann")
    table = ScoreTable.read(tmp_path / "pool.parquet")
    with pytest.raises(UsageError, match="left an image of by-hand accepted"):
        write_selected(pool, table, Selection(), tmp_path / "kept", reviewed="accepted")


@pytest.mark.parametrize("damage", ["", "no review", "step,at\n1,never\n", "\xff"])
def test_a_file_that_is_no_review_is_never_written_over(pool: Cohort, damage: str) -> None:
    decide(pool, [pool.image_ids[0]], "accepted", "Ann")
    file = pool.root / REVIEW_FILE
    whole = file.read_text()
    for text in (damage, whole.replace("accepted", "lovely"), whole[:-20]):
        file.write_bytes(text.encode("latin-1"))
        with pytest.raises(CohortError, match="no review"):
            decide(pool, [pool.image_ids[1]], "accepted", "Ann")
        assert file.read_bytes() == text.encode("latin-1")
