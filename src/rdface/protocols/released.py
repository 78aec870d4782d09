"""Protocol ``released``: folds that were given out with a cohort, and that stay as it grows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rdface.errors import LeakageError, UsageError
from rdface.protocols.options import check_choice, check_whole
from rdface.protocols.patients import Subject, subjects_of
from rdface.protocols.protocol import PROTOCOLS
from rdface.protocols.release.folds import ReleasedFolds, read_folds
from rdface.protocols.release.joining import Moved, occupied, place
from rdface.protocols.split import Fold, Split, never_tested
from rdface.protocols.synthetic import with_descendants

if TYPE_CHECKING:
    import pandas as pd

NAME = "released"
_SHOWN = 5


@PROTOCOLS.register(NAME)
def released(
    images: pd.DataFrame,
    *,
    folds: str = "",
    seed: int | None = None,
    cohort_sha256: str = "",
    first_repeats: int | None = None,
    synthetic: Literal["none", "train"] = "none",
) -> Split:
    """Test each patient in the fold that the file says, or that a newcomer joins by hash.

    ``rdface cohort folds COHORT --release FILE`` makes the file; its test folds are those of
    ``strict`` with the same seed. Who is not in it joins as in :mod:`rdface.protocols.release`, so
    nobody who was tested in one fold is ever tested in another, whoever comes or goes.

    A condition is tested in a repeat where its patients lie in two folds or more; else it only
    trains there. Validation is the fold after the tested one (the first after the last), as far as
    the condition has a patient left for training; so it stays as well.

    Args:
        images: See :class:`~rdface.protocols.Protocol`.
        folds: Path of the file, as seen from the working directory.
        seed: None, or that of the file.
        cohort_sha256: Noted in the split.
        first_repeats: Only the first so many repeats of the file; all if None.
        synthetic: As under ``strict``.

    Raises:
        UsageError: The file is missing, is of another cohort or seed, or an option is wrong.
        CohortError: An image without a patient, or a patient with two conditions.
        LeakageError: Images have moved to another fold since the file was written.
    """
    check_choice(NAME, "synthetic", synthetic, ("none", "train"))
    if not folds:
        raise UsageError(
            "Protocol 'released' needs the option `folds`, a file of released folds.",
            hint="Make one: rdface cohort folds COHORT --release FILE",
        )
    if first_repeats is not None:
        check_whole(NAME, "first_repeats", first_repeats, least=1)
    file = read_folds(Path(folds))
    if seed is not None and seed != file.seed:
        raise UsageError(f"The folds {folds} were dealt with seed {file.seed}, not {seed}.")
    made_up = images["synthetic_of"] != ""
    subjects = subjects_of(images[~made_up])
    placement = place(file, subjects)
    if all(how == "joined" for how in placement.how.values()):
        raise UsageError(
            f"{folds} has the folds of {file.cohort} {file.version} and no patient of this cohort."
        )
    if placement.moved:
        raise _moved(folds, placement.moved)
    made = [
        fold
        for repeat in range(file.repeats)[:first_repeats]
        for fold in _folds(file, subjects, placement.folds, repeat)
    ]
    if not made:
        raise UsageError(
            "Protocol 'released' has nothing to test: no condition has patients in two folds."
        )
    if synthetic == "train":
        made = [with_descendants(fold, images) for fold in made]
    used = {image for fold in made for image in fold.development}
    return Split(
        protocol=NAME,
        seed=file.seed,
        cohort_sha256=cohort_sha256,
        folds=tuple(made),
        train_only=never_tested({image: condition for image, _, condition in subjects}, made),
        left_out=tuple(sorted(set(images.loc[made_up, "image_id"]) - used)),
    )


def _folds(
    file: ReleasedFolds,
    subjects: list[Subject],
    folds: dict[str, tuple[int, ...]],
    repeat: int,
) -> list[Fold]:
    """The folds of one repeat that have anything to test."""
    where = occupied(folds, subjects, repeat)

    def part(patient: str, condition: str, index: int) -> str:
        following = (index + 1) % file.n_folds
        fold = folds[patient][repeat]
        if fold == index and len(where[condition]) > 1:
            return "test"
        if fold == following and where[condition] - {index, following}:
            return "validation"
        return "train"

    made = []
    for index in range(file.n_folds):
        parts: dict[str, list[str]] = {"train": [], "validation": [], "test": []}
        for image, patient, condition in subjects:
            parts[part(patient, condition, index)].append(image)
        ids = {name: tuple(listed) for name, listed in parts.items()}
        if ids["test"]:
            made.append(Fold(protocol=NAME, seed=file.seed, repeat=repeat, index=index, **ids))
    return made


def _moved(folds: str, moved: tuple[Moved, ...]) -> LeakageError:
    """Models of the former folds were fitted on images that would now be tested."""
    listed = [
        f"  {one.image}: patient {one.before!r} is now {one.after!r}, folds {one.from_to}"
        for one in moved[:_SHOWN]
    ]
    more = [f"  and {len(moved) - _SHOWN} more"] if len(moved) > _SHOWN else []
    return LeakageError(
        "\n".join(
            [
                f"{len(moved)} image(s) are in another fold than {folds} says, since their"
                " patients were merged or divided:",
                *listed,
                *more,
            ]
        ),
        hint="Models made with the former folds may have been fitted on them: make those anew, and"
        f" take the new folds: rdface cohort folds COHORT --from {folds} --out NEW",
    )
