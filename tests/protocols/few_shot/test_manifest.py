"""Episodes keep people apart, hold conditions out, and are the same for everyone."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import KFold

from rdface.errors import CohortError, LeakageError, UsageError
from rdface.protocols.few_shot import (
    EpisodeSource,
    Manifest,
    Setting,
    find_people,
    make_manifest,
)
from rdface.protocols.few_shot.drawing import draw_episodes, keyed
from rdface.protocols.few_shot.people import qualifies
from tests.protocols.conftest import images_of

PINNED = (("C036", "C095", "C067"), (("C036.p2.i0",), ("C095.p1.i0",), ("C067.p1.i0",)))

SIZES = st.lists(st.integers(1, 3), min_size=1, max_size=5)


@st.composite
def tables(draw: st.DrawFn) -> pd.DataFrame:
    """10 to 24 conditions; some patients share a picture within their condition."""
    counts = draw(st.lists(SIZES, min_size=10, max_size=24))
    table = images_of({f"C{number:02d}": sizes for number, sizes in enumerate(counts)})
    twins = draw(st.lists(st.integers(0, len(table) - 1), max_size=6))
    for row in twins:
        other = row + 1
        if other < len(table) and table["condition"][row] == table["condition"][other]:
            table.loc[other, "sha256"] = table["sha256"][row]
    return table


@settings(max_examples=60)
@given(
    table=tables(),
    way=st.integers(2, 4),
    shot=st.integers(1, 2),
    query=st.integers(1, 2),
    seed=st.integers(0, 99),
)
def test_whatever_the_cohort_episodes_are_sound(
    table: pd.DataFrame, way: int, shot: int, query: int, seed: int
) -> None:
    """Ways are distinct, sides have their size and share no image, patient or picture."""
    setting = Setting(way, shot, query)
    try:
        manifest = make_manifest(table, setting, seed=seed, episodes=5, folds=2, test_share=0.4)
    except UsageError:
        return
    condition = dict(zip(table["image_id"], table["condition"], strict=True))
    held_out = set(manifest.test_conditions)
    assert manifest.sha256 == Manifest.from_dict(json.loads(json.dumps(manifest.to_dict()))).sha256
    for fold in manifest.folds:
        assert not set(fold.train) & set(fold.validation)
        assert not held_out & {*fold.train, *fold.validation}
        assert {*fold.train, *fold.validation} == set(manifest.development)
    assert not held_out & set(manifest.left_out)
    assert held_out | set(manifest.development) | set(manifest.left_out) == set(table["condition"])
    for episode in manifest.episodes_of(1):
        assert len(set(episode.conditions)) == way
        assert set(episode.conditions) <= held_out
        for name, support, asked in zip(
            episode.conditions, episode.support, episode.query, strict=True
        ):
            assert {condition[image] for image in (*support, *asked)} == {name}
            assert len({*support, *asked}) == shot + query
            for column in ("patient_id", "sha256"):
                value = dict(zip(table["image_id"], table[column], strict=True))
                assert not {value[i] for i in support} & {value[i] for i in asked}


@settings(max_examples=30)
@given(table=tables(), seed=st.integers(0, 9))
def test_training_and_validation_episodes_stay_in_their_fold(
    table: pd.DataFrame, seed: int
) -> None:
    """Held-out conditions are in no episode that is trained or chosen on."""
    try:
        manifest = make_manifest(table, Setting(2), seed=seed, episodes=2, folds=2, test_share=0.3)
        source = EpisodeSource.of(manifest, table)
        drawn = [
            (fold, source.training(fold, 1, 5), source.validation(fold, 5)) for fold in range(2)
        ]
    except UsageError:
        return
    condition = table["condition"].to_numpy()
    assert not set(condition[source.development]) & set(manifest.test_conditions)
    for fold, training, validation in drawn:
        assert set(condition[training.images]) <= set(manifest.folds[fold].train)
        assert set(condition[validation.images]) <= set(manifest.folds[fold].validation)


@given(
    sizes=st.lists(st.integers(1, 4), max_size=6), shot=st.integers(1, 6), query=st.integers(1, 6)
)
def test_who_qualifies_is_what_trying_all_divisions_says(
    sizes: list[int], shot: int, query: int
) -> None:
    everyone = range(len(sizes))
    possible = any(
        sum(sizes[p] for p in side) >= shot
        and sum(sizes[p] for p in everyone if p not in side) >= query
        for count in range(len(sizes) + 1)
        for side in combinations(everyone, count)
    )
    assert qualifies(sizes, shot, query) == possible


def test_held_out_conditions_and_folds_are_the_papers(paper_shaped: pd.DataFrame) -> None:
    """A permutation seeded with 42 and scikit-learn's KFold, over conditions that qualify."""
    manifest = make_manifest(paper_shaped, Setting(5))
    able = [
        name for name in sorted(set(paper_shaped["condition"])) if name not in manifest.left_out
    ]
    order = np.random.RandomState(42).permutation(len(able))
    share = -(-len(able) // 5)
    assert manifest.test_conditions == tuple(sorted(able[place] for place in order[:share]))
    others = np.array(sorted(able[place] for place in order[share:]))
    for fold, (train, validation) in zip(
        manifest.folds, KFold(5, shuffle=True, random_state=42).split(others), strict=True
    ):
        assert fold.train == tuple(others[train])
        assert fold.validation == tuple(others[validation])
    assert len(manifest.episodes_of(0)) == 200


def test_settings_share_held_out_conditions_and_seeds_do_not(paper_shaped: pd.DataFrame) -> None:
    five, ten = (make_manifest(paper_shaped, Setting(way), episodes=3) for way in (5, 10))
    assert five.test_conditions == ten.test_conditions
    assert five.folds == ten.folds
    other = make_manifest(paper_shaped, Setting(5), episodes=3, seed=1)
    assert other.test_conditions != five.test_conditions
    assert other.sha256 != five.sha256


def test_the_same_seed_gives_the_same_episodes_whatever_else_was_drawn(
    paper_shaped: pd.DataFrame,
) -> None:
    """Nothing global is read: neither NumPy's state nor an earlier epoch."""
    first = make_manifest(paper_shaped, Setting(5), episodes=4)
    source = EpisodeSource.of(first, paper_shaped)
    third = source.training(2, 3, 4)
    np.random.seed(7)
    again = EpisodeSource.of(make_manifest(paper_shaped, Setting(5), episodes=4), paper_shaped)
    assert again.manifest.sha256 == first.sha256
    again.training(2, 1, 4)
    for mine, theirs in zip(again.training(2, 3, 4), third, strict=True):
        assert np.array_equal(mine, theirs)
    assert not np.array_equal(source.training(2, 2, 4).query, third.query)
    assert not np.array_equal(source.training(1, 3, 4).query, third.query)


def test_the_stream_is_pinned(paper_shaped: pd.DataFrame) -> None:
    """Another NumPy, Python or machine gives these very episodes."""
    manifest = make_manifest(paper_shaped, Setting(3), episodes=2)
    first = manifest.episodes_of(0)[0]
    assert (first.conditions, first.query) == PINNED


def test_a_word_gives_each_fold_its_own_episodes(paper_shaped: pd.DataFrame) -> None:
    """F7: what the paper does, behind a quirk."""
    drawn = make_manifest(paper_shaped, Setting(5), episodes=3, draw="a")
    assert len(drawn.episodes) == 5
    assert len(set(drawn.episodes)) == 5
    shared = make_manifest(paper_shaped, Setting(5), episodes=3)
    assert shared.episodes_of(0) == shared.episodes_of(4)
    assert drawn.test_conditions == shared.test_conditions
    assert drawn != make_manifest(paper_shaped, Setting(5), episodes=3, draw="b")


def test_by_image_a_child_may_be_its_own_support(make_images: Callable[..., pd.DataFrame]) -> None:
    """F1: conditions of one patient qualify, and support and query show the same child."""
    table = make_images({f"C{number:02d}": [2] for number in range(20)})
    manifest = make_manifest(table, Setting(3), episodes=4, by_image=True)
    for episode in manifest.episodes_of(0):
        for support, asked in zip(episode.support, episode.query, strict=True):
            assert support[0].rsplit(".", 1)[0] == asked[0].rsplit(".", 1)[0]
            assert support != asked
    with pytest.raises(UsageError, match="0 of the 20 have them"):
        make_manifest(table, Setting(3))


def test_what_the_cohort_cannot_give_is_counted(make_images: Callable[..., pd.DataFrame]) -> None:
    table = make_images({f"C{n:02d}": [1, 1] if n % 2 else [2, 2] for n in range(40)})
    with pytest.raises(UsageError) as raised:
        make_manifest(table, Setting(9))
    assert "9-way 1-shot 1-query needs 9 conditions with two patients each" in str(raised.value)
    assert "8 of the 8 held-out ones qualify" in str(raised.value)
    assert "At most 8 ways" in str(raised.value.hint)
    with pytest.raises(UsageError, match=r"5 images to show and 1 image to ask.*0 of the 8"):
        make_manifest(table, Setting(2, 5, 1))
    source = EpisodeSource.of(make_manifest(table, Setting(7), episodes=1), table)
    with pytest.raises(UsageError, match="of the 6 validation ones of fold 4 qualify"):
        source.validation(4, 1)


def test_every_division_that_suffices_can_come_up(
    make_images: Callable[..., pd.DataFrame],
) -> None:
    """People of 3, 1 and 1 images, 3-shot 1-query: only the first one can be shown."""
    table = make_images({"A": [3, 1, 1], "B": [2, 2]})
    people = find_people(table)
    rows = draw_episodes(people, ["A", "B"], Setting(2, 2, 1), 200, keyed("test"))
    queries = {image for image in table["image_id"][rows.query.ravel()]}
    assert queries == set(table["image_id"])
    rows = draw_episodes(
        {"A": people["A"], "B": people["A"]}, ["A", "B"], Setting(2, 3, 1), 50, keyed("x")
    )
    assert set(rows.query.ravel()) == {3, 4}


def test_two_ids_of_one_child_are_one_person(make_images: Callable[..., pd.DataFrame]) -> None:
    """Patients who share a picture are one, also by way of a third."""
    table = make_images({"A": [2, 2, 2, 1], "B": [1, 1]})
    table.loc[2, "sha256"] = table["sha256"][0]
    table.loc[4, "sha256"] = table["sha256"][3]
    assert sorted(len(one) for one in find_people(table)["A"]) == [1, 6]


def test_cohorts_that_cannot_be_trusted_are_refused(
    make_images: Callable[..., pd.DataFrame],
) -> None:
    sound = make_images({"A": [1, 1], "B": [1, 1]})
    shared = sound.assign(sha256=["x", "y", "x", "z"])
    with pytest.raises(LeakageError, match="two conditions"):
        find_people(shared)
    assert find_people(shared, by_image=True)
    with pytest.raises(CohortError, match="two conditions"):
        find_people(sound.assign(patient_id=["p", "q", "p", "r"]))
    with pytest.raises(CohortError, match="no patient_id"):
        find_people(sound.assign(patient_id=["p", "", "q", "r"]))


def test_synthetic_images_are_in_no_episode(make_images: Callable[..., pd.DataFrame]) -> None:
    table = make_images({"A": [2, 2], "B": [1, 1]})
    table.loc[0, "synthetic_of"] = "A.p0.i1"
    assert 0 not in {row for people in find_people(table).values() for one in people for row in one}


def test_the_manifest_names_another_cohort(paper_shaped: pd.DataFrame) -> None:
    manifest = make_manifest(paper_shaped, Setting(2), episodes=1, cohort_sha256="abc")
    assert dataclasses.replace(manifest, cohort_sha256="d").sha256 != manifest.sha256
    with pytest.raises(UsageError, match="does not have"):
        manifest.rows(0, ["nobody"])


@pytest.mark.parametrize("sizes", [(1, 1, 1), (2, 0, 1), (2, 1, 0), (2.0, 1, 1), (True, 1, 1)])
def test_sizes_that_are_none_are_refused(sizes: tuple[int, int, int]) -> None:
    with pytest.raises(UsageError, match="whole number"):
        Setting(*sizes)
