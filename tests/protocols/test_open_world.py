"""Worlds keep apart what they promise to keep apart, and the guard says so where one does not."""

from __future__ import annotations

import dataclasses
from collections import Counter

import pandas as pd
import pytest

from rdface.errors import LeakageError, UsageError
from rdface.protocols import PROTOCOLS, Split
from rdface.protocols.open_world import World, check_world, deal_conditions, make_worlds


@pytest.fixture(scope="module")
def images(paper_shaped: pd.DataFrame) -> pd.DataFrame:
    return paper_shaped


@pytest.fixture(scope="module")
def split(images: pd.DataFrame) -> Split:
    return PROTOCOLS.get("strict")(images, seed=0, repeats=2)


@pytest.fixture(scope="module")
def worlds(split: Split, images: pd.DataFrame) -> tuple[World, ...]:
    return make_worlds(split, images, unseen_parts=5, inner_folds=4)


def test_every_fold_has_a_closed_and_an_open_world(
    worlds: tuple[World, ...], split: Split, images: pd.DataFrame
) -> None:
    """The closed one is the fold itself; the open one is the same without some conditions."""
    condition = dict(zip(images["image_id"], images["condition"], strict=True))
    assert len(worlds) == 2 * len(split.folds)
    for fold, closed, opened in zip(split.folds, worlds[::2], worlds[1::2], strict=True):
        assert (closed.name, opened.name) == ("closed", "open")
        assert {(w.repeat, w.index) for w in (closed, opened)} == {(fold.repeat, fold.index)}
        assert (closed.train, closed.calibration, closed.test) == (
            fold.train,
            fold.validation,
            fold.test,
        )
        assert not closed.unseen
        hidden = {condition[image] for image in opened.unseen}
        for part, whole in (
            (opened.train, fold.train),
            (opened.calibration, fold.validation),
            (opened.test, fold.test),
        ):
            assert part == tuple(image for image in whole if condition[image] not in hidden)
        assert len(opened.unseen) == sum(name in hidden for name in condition.values())


def test_every_condition_is_unseen_once_a_repeat(
    worlds: tuple[World, ...], images: pd.DataFrame
) -> None:
    """Those with a single patient too, who can be tested nowhere else."""
    for repeat in (0, 1):
        unseen = Counter(i for w in worlds if w.repeat == repeat for i in w.unseen)
        assert unseen == Counter(images["image_id"])


def test_what_chooses_is_trained_on_and_shares_no_patient_with_the_rest(
    worlds: tuple[World, ...], images: pd.DataFrame
) -> None:
    patient = dict(zip(images["image_id"], images["patient_id"], strict=True))
    for world in worlds:
        assert world.choosing
        assert set(world.choosing) < set(world.train)
        rest = set(world.train) - set(world.choosing)
        assert not {patient[i] for i in world.choosing} & {patient[i] for i in rest}
        judged = {patient[i] for i in world.scored}
        assert not judged & {patient[i] for i in world.train}


def test_parts_are_even_in_conditions_and_in_patients(images: pd.DataFrame) -> None:
    """However many patients a condition has."""
    patients = {str(name): set(group) for name, group in images.groupby("condition")["patient_id"]}
    part_of = deal_conditions(patients, 5, 0, 0)
    assert set(Counter(part_of.values()).values()) <= {20, 21}
    sizes = [sum(len(patients[c]) for c, p in part_of.items() if p == part) for part in range(5)]
    assert max(sizes) - min(sizes) <= 12
    assert part_of != deal_conditions(patients, 5, 0, 1)


def test_worlds_depend_on_the_split_alone(
    worlds: tuple[World, ...], split: Split, images: pd.DataFrame
) -> None:
    """And another seed is another deal."""
    assert make_worlds(split, images, unseen_parts=5, inner_folds=4) == worlds
    other = PROTOCOLS.get("strict")(images, seed=1, repeats=2)
    assert make_worlds(other, images, unseen_parts=5, inner_folds=4) != worlds


def test_a_protocol_that_divides_by_image_is_refused(images: pd.DataFrame) -> None:
    split = PROTOCOLS.get("paper")(images, divide_by="image")
    with pytest.raises(UsageError, match="one patient may be"):
        make_worlds(split, images, unseen_parts=5, inner_folds=4)


def test_synthetic_training_images_and_too_many_parts_are_refused(
    split: Split, images: pd.DataFrame
) -> None:
    made_up = images.copy()
    made_up.loc[made_up["image_id"] == split.folds[0].train[0], "synthetic_of"] = "other"
    with pytest.raises(UsageError, match="synthetic"):
        make_worlds(split, made_up, unseen_parts=5, inner_folds=4)
    with pytest.raises(UsageError, match="104 unseen parts"):
        make_worlds(split, images, unseen_parts=104, inner_folds=4)


# --- The guard: every leak that it names, made by hand. ----------------------------------------


def refused(world: World, images: pd.DataFrame, message: str) -> None:
    with pytest.raises(LeakageError, match=message):
        check_world(world, images)


def test_the_guard_lets_pass_what_is_sound(worlds: tuple[World, ...], images: pd.DataFrame) -> None:
    for world in worlds:
        check_world(world, images)


@pytest.mark.parametrize("role", ["calibration", "test", "unseen"])
def test_the_guard_finds_an_image_that_is_trained_and_judged(
    worlds: tuple[World, ...], images: pd.DataFrame, role: str
) -> None:
    world = worlds[1]
    both = dataclasses.replace(world, train=(*world.train, getattr(world, role)[0]))
    refused(both, images, "shared image|duplicate picture")


def test_the_guard_finds_an_unseen_condition_that_is_trained(
    worlds: tuple[World, ...], images: pd.DataFrame
) -> None:
    """Though no patient of it is on both sides."""
    world = worlds[1]
    condition = dict(zip(images["image_id"], images["condition"], strict=True))
    patient = dict(zip(images["image_id"], images["patient_id"], strict=True))
    one = world.unseen[-1]
    fellows = [i for i in world.unseen if condition[i] == condition[one]]
    kept = tuple(i for i in world.unseen if patient[i] != patient[one])
    assert any(i in kept for i in fellows)
    leaky = dataclasses.replace(world, train=(*world.train, one), unseen=kept)
    refused(leaky, images, "know nothing of")


def test_the_guard_finds_a_duplicate_and_a_descendant_of_an_unseen_picture(
    worlds: tuple[World, ...], images: pd.DataFrame
) -> None:
    world = worlds[1]
    rows = images.set_index("image_id", drop=False)
    twin = rows.copy()
    twin.loc[world.train[0], "sha256"] = twin.loc[world.unseen[0], "sha256"]
    refused(world, twin.reset_index(drop=True), "duplicate picture")
    morph = rows.copy()
    morph.loc[world.train[0], "synthetic_of"] = world.unseen[0]
    refused(world, morph.reset_index(drop=True), "synthetic descendant")


def test_the_guard_finds_what_chooses_by_a_patient_who_trains(
    worlds: tuple[World, ...], images: pd.DataFrame
) -> None:
    """Hyper-parameters would be chosen by memory."""
    world = worlds[0]
    patient = dict(zip(images["image_id"], images["patient_id"], strict=True))
    images_of = Counter(patient[image] for image in world.train)
    pair = [i for i in world.train if images_of[patient[i]] == 2][:2]
    choosing = tuple(i for i in world.choosing if i not in pair)
    refused(dataclasses.replace(world, choosing=(*choosing, pair[0])), images, "patient inside")


def test_the_guard_finds_a_patient_in_two_roles(
    worlds: tuple[World, ...], images: pd.DataFrame
) -> None:
    """A temperature that is fitted on a test patient is fitted on the test."""
    world = worlds[0]
    both = dataclasses.replace(world, calibration=(*world.calibration, world.test[0]))
    refused(both, images, "two roles|untrained")
