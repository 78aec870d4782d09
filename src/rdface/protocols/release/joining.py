"""Where a patient belongs: by the file of folds, and for a newcomer by a hash.

The place of a patient depends on the file and on this patient's own id, condition and images, and
never on who else is there: so nobody moves when others come, go, or stand in another order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from rdface.protocols.dealing import digest
from rdface.protocols.patients import Subject, patients_by_condition
from rdface.protocols.release.folds import ReleasedFolds

How = Literal["filed", "renamed", "joined"]
Lots = Callable[[tuple[int, ...]], tuple[int, ...]]


@dataclass(frozen=True)
class Moved:
    """An image whose fold is another than the file's, since it is now another patient's.

    Attributes:
        image: Its id.
        before: The patient who has it in the file.
        after: The patient who has it in the cohort.
        folds_before: Fold per repeat, of the file.
        folds_after: Fold per repeat, now.
    """

    image: str
    before: str
    after: str
    folds_before: tuple[int, ...]
    folds_after: tuple[int, ...]

    @property
    def from_to(self) -> str:
        """The folds in words: ``0/3 -> 1/3``."""
        return f"{written(self.folds_before)} -> {written(self.folds_after)}"


def written(folds: tuple[int, ...]) -> str:
    """Fold per repeat for people: ``0/3``."""
    return "/".join(map(str, folds))


@dataclass(frozen=True)
class Placement:
    """Where everybody is.

    Attributes:
        folds: Patient -> fold per repeat, in order of appearance.
        how: Patient -> ``filed`` (the file has the id), ``renamed`` (it has the patient's images,
            under another id) or ``joined`` (it has neither; by hash).
        moved: Images that changed their fold because patients were merged or divided.
    """

    folds: dict[str, tuple[int, ...]]
    how: dict[str, How]
    moved: tuple[Moved, ...]


def place(released: ReleasedFolds, subjects: list[Subject]) -> Placement:
    """Give each patient the folds of the file, or those that a newcomer joins.

    A patient whose id the file has keeps its folds, whatever images are added, and whoever turns
    out to be the same person: the images of a merged patient go where the patient is whose id
    stays. A patient whose id is new but whose images the file has (renamed, or divided in two)
    inherits the folds of the one who had most of them. Everybody else joins by
    :func:`joining_fold`.

    Args:
        released: The file.
        subjects: Image, patient and condition of every real image.

    Raises:
        CohortError: An image without a patient, or a patient with two conditions.
    """
    condition_of = {
        patient: condition
        for condition, patients in patients_by_condition(subjects).items()
        for patient in patients
    }
    owner = {image: who for who, placed in released.patients.items() for image in placed.images}
    images: dict[str, list[str]] = {}
    for image, patient, _ in subjects:
        images.setdefault(patient, []).append(image)
    folds: dict[str, tuple[int, ...]] = {}
    how: dict[str, How] = {}
    for patient, own in images.items():
        owners = Counter(owner[image] for image in own if image in owner)
        if patient in released.patients:
            folds[patient], how[patient] = released.patients[patient].folds, "filed"
        elif owners:
            former = min(owners, key=lambda who: (-owners[who], who))
            folds[patient], how[patient] = released.patients[former].folds, "renamed"
        else:
            folds[patient] = joining_folds(released, patient, condition_of[patient])
            how[patient] = "joined"
    moved = tuple(
        Moved(image, owner[image], patient, released.patients[owner[image]].folds, folds[patient])
        for image, patient, _ in subjects
        if image in owner and released.patients[owner[image]].folds != folds[patient]
    )
    return Placement(folds, how, moved)


def joining_folds(released: ReleasedFolds, patient: str, condition: str) -> tuple[int, ...]:
    """The fold that a newcomer joins in each repeat; see :func:`joining_fold`."""
    empty = ((0,) * released.n_folds,) * released.repeats
    return tuple(
        joining_fold(
            counts,
            (released.seed, "released-joining", released.cohort_sha256, repeat, patient),
        )
        for repeat, counts in enumerate(released.released.get(condition, empty))
    )


def weights(counts: tuple[int, ...]) -> tuple[int, ...]:
    """Lots of each fold for a newcomer.

    With n patients of the condition fewer than the fullest fold, a fold has (n + 1) ** 3 lots. The
    cube keeps conditions better balanced than n + 1 lots do, and than the emptiest folds alone do
    once the cohort has doubled (``benchmarks/released_folds.py``). Where all patients of the
    condition are in one fold, that fold has none, so that the newcomer makes the condition one
    that can be tested.

    Args:
        counts: Patients of the newcomer's condition in each fold at the release.
    """
    if sum(n > 0 for n in counts) == 1:
        return tuple(int(n == 0) for n in counts)
    return tuple((max(counts) + 1 - n) ** 3 for n in counts)


def joining_fold(counts: tuple[int, ...], key: tuple[object, ...], *, lots: Lots = weights) -> int:
    """Draw a fold by SHA-256, with lots in favour of folds where the condition has few patients.

    Only the numbers of the release count, so that a newcomer's fold does not depend on those who
    came before.

    Args:
        counts: Patients of the newcomer's condition in each fold at the release.
        key: Seed, purpose, repeat and the newcomer's id.
        lots: Counts -> how many lots each fold has; another one only to compare with.
    """
    given = lots(counts)
    drawn = int.from_bytes(digest(*key)) % sum(given)
    for fold, n in enumerate(given):
        drawn -= n
        if drawn < 0:
            return fold
    raise AssertionError("the lots do not add up")


def occupied(
    folds: Mapping[str, tuple[int, ...]], subjects: Iterable[Subject], repeat: int
) -> dict[str, set[int]]:
    """Condition -> the folds that its patients are in, in one repeat."""
    found: dict[str, set[int]] = {}
    for _, patient, condition in subjects:
        found.setdefault(condition, set()).add(folds[patient][repeat])
    return found
