"""Worlds of a fold: what a model that is judged for its reliability is fitted on, and judged by.

In the ``closed`` world the model knows every condition of the fold; in the ``open`` world some
conditions are kept from it, so that their patients are strangers. In both worlds the inner split
(``Fold.validation``) is neither fitted on nor chosen by: it is left for calibration, which needs
images that are to the model what test images are. Hyper-parameters are chosen by a further
division of the training images, by patient.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rdface.errors import LeakageError, UsageError
from rdface.protocols.dealing import deal_patients
from rdface.protocols.leakage import check_leakage, find_leaks
from rdface.protocols.patients import Subject, patients_by_condition, subjects_of
from rdface.protocols.split import Fold, Ids, Split

if TYPE_CHECKING:
    import pandas as pd

Name = Literal["closed", "open"]


@dataclass(frozen=True)
class World:
    """One model's training images, and the images that it is judged by.

    Attributes:
        name: ``closed`` or ``open``.
        repeat: The fold's repeat.
        index: The fold's index.
        train: Image ids that the model is fitted on.
        choosing: Those of ``train`` that choose hyper-parameters before it is fitted on all of
            them; no patient of them is among the others.
        calibration: The fold's inner split, as far as the model knows the condition.
        test: The fold's test images, likewise.
        unseen: All images of the conditions that are kept from the model.
    """

    name: Name
    repeat: int
    index: int
    train: Ids
    choosing: Ids
    calibration: Ids
    test: Ids
    unseen: Ids = ()

    @property
    def scored(self) -> Ids:
        """All images that the model is judged by: calibration, test, unseen."""
        return self.calibration + self.test + self.unseen

    def fold(self, held_out: Ids, seed: int) -> Fold:
        """As a fold, whose inner split chooses and whose test is ``held_out``."""
        choosing = set(self.choosing)
        rest = tuple(image for image in self.train if image not in choosing)
        return Fold(self.name, seed, self.repeat, self.index, rest, self.choosing, held_out)


def make_worlds(
    split: Split, images: pd.DataFrame, *, unseen_parts: int, inner_folds: int
) -> tuple[World, ...]:
    """A closed and an open world for every fold, past the guards.

    In each repeat the conditions are dealt over ``unseen_parts``, those with equally many patients
    in turn; the open world of fold f is without part f (modulo the number of parts). With as many
    parts as folds every condition is unseen once a repeat. Conditions with one patient take part:
    they can be strangers although they cannot be tested.

    Args:
        split: Of a protocol that groups patients.
        images: The cohort's image table.
        unseen_parts: Number of parts, at least 2.
        inner_folds: One part in so many of the training patients chooses hyper-parameters.

    Returns:
        Fold by fold, the closed world before the open one.

    Raises:
        UsageError: The protocol divides by image, trains on synthetic images, or there are fewer
            conditions than parts.
        LeakageError: See :func:`check_world`.
    """
    if not split.patient_grouped:
        raise UsageError(
            f"Reliability cannot be judged under protocol {split.protocol!r}: one patient may be"
            " in training and test.",
            hint="Use protocol 'strict'.",
        )
    made_up = set(images.loc[images["synthetic_of"] != "", "image_id"])
    subjects = {subject[0]: subject for subject in subjects_of(images) if subject[0] not in made_up}
    if any(made_up & set(fold.train) for fold in split.folds):
        raise UsageError(
            "Reliability cannot be judged where synthetic images train.",
            hint="Leave out `reliability:` or the protocol's option `synthetic`.",
        )
    patients = patients_by_condition(list(subjects.values()))
    if unseen_parts > len(patients):
        raise UsageError(
            f"{len(patients)} conditions cannot be dealt over {unseen_parts} unseen parts.",
            hint="Give fewer `unseen_parts`.",
        )
    worlds = []
    for fold in split.folds:
        part_of = deal_conditions(patients, unseen_parts, split.seed, fold.repeat)
        hidden = {name for name, part in part_of.items() if part == fold.index % unseen_parts}
        worlds += [
            _world("closed", fold, subjects, set(), inner_folds),
            _world("open", fold, subjects, hidden, inner_folds),
        ]
    for world in worlds:
        check_world(world, images)
    return tuple(worlds)


def deal_conditions(
    patients: dict[str, set[str]], parts: int, seed: int, repeat: int
) -> dict[str, int]:
    """Condition -> part; parts differ by one condition at most, of each size too."""
    by_size: dict[str, list[str]] = {}
    for condition, ids in patients.items():
        by_size.setdefault(f"{len(ids)} patients", []).append(condition)
    return deal_patients(by_size, parts, seed, "unseen", repeat)


def _world(
    name: Name, fold: Fold, subjects: dict[str, Subject], hidden: set[str], inner_folds: int
) -> World:
    def known(ids: Iterable[str]) -> Ids:
        return tuple(image for image in ids if subjects[image][2] not in hidden)

    train = known(fold.train)
    patients = patients_by_condition([subjects[image] for image in train])
    divisible = {condition: ids for condition, ids in patients.items() if len(ids) > 1}
    key = (fold.seed, f"{name}-choosing", fold.repeat, fold.index)
    part_of = deal_patients(divisible, inner_folds, *key)
    return World(
        name=name,
        repeat=fold.repeat,
        index=fold.index,
        train=train,
        choosing=tuple(image for image in train if part_of.get(subjects[image][1]) == 0),
        calibration=known(fold.validation),
        test=known(fold.test),
        unseen=tuple(image for image, _, condition in subjects.values() if condition in hidden),
    )


def check_world(world: World, images: pd.DataFrame) -> None:
    """Make sure that nothing that is fitted can see what the model is judged by.

    No image, patient, picture or ancestor is on both sides, nor on both sides of the division that
    chooses; no condition that should be unseen is trained; calibration, test and unseen images
    have no patient in common.

    Raises:
        LeakageError: What is shared is named.
    """
    known = world.fold(world.calibration + world.test, 0)
    strangers = world.fold(world.unseen, 0)
    check_leakage(Split(f"{world.name} world", 0, "", (known,)), images)
    found = find_leaks(Split(f"{world.name} world", 0, "", (strangers,)), images)
    leaks = [leak for leak in found if leak.kind != "untrained condition"]
    if leaks:
        raise LeakageError(f"The {world.name} world leaks: {leaks[0]}")
    condition = dict(zip(images["image_id"], images["condition"], strict=True))
    patient = dict(zip(images["image_id"], images["patient_id"], strict=True))
    trained = {condition[image] for image in world.train}
    seen = sorted({condition[image] for image in world.unseen} & trained)
    if seen:
        raise LeakageError(
            f"Repeat {world.repeat}, fold {world.index}: the model of the {world.name} world was"
            f" to know nothing of {seen[0]!r} but is fitted on images of it."
        )
    sides = [
        {patient[image] for image in ids} for ids in (world.calibration, world.test, world.unseen)
    ]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        for shared in sorted(sides[one] & sides[other]):
            raise LeakageError(
                f"Repeat {world.repeat}, fold {world.index}: patient {shared!r} is judged in two"
                " roles."
            )
