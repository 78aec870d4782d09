"""What a new version of a cohort does to its folds, in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdface.errors import RdfaceError
from rdface.protocols.patients import subjects_of
from rdface.protocols.release.folds import ReleasedFolds
from rdface.protocols.release.joining import place
from rdface.protocols.strict import strict

if TYPE_CHECKING:
    import pandas as pd


def affected_folds(
    before: pd.DataFrame, after: pd.DataFrame, released: ReleasedFolds | None
) -> list[str]:
    """Lines without any id: who changes the test fold, of the images that are in both.

    Args:
        before: Image table of the former version.
        after: That of the version now.
        released: Folds that were given out; ``strict`` with seed 0 is dealt anew if None.
    """
    if released is None:
        return _strict(before, after)
    old, new = (
        {image: placed.folds[who] for image, who, _ in subjects}
        for subjects in map(_real, (before, after))
        for placed in [place(released, subjects)]
    )
    moved = sum(old[image] != new[image] for image in old.keys() & new.keys())
    lines = [f"released folds: {moved} of {len(old.keys() & new.keys())} images in both move"]
    for fold in range(released.n_folds):
        joined = sum(new[image][0] == fold for image in new.keys() - old.keys())
        left = sum(old[image][0] == fold for image in old.keys() - new.keys())
        total = sum(folds[0] == fold for folds in new.values())
        lines.append(f"repeat 0, fold {fold}: {joined} images join, {left} leave, {total} in all")
    return lines


def _strict(before: pd.DataFrame, after: pd.DataFrame) -> list[str]:
    try:
        old, new = (
            {
                image: fold.index
                for fold in strict(images, seed=0, repeats=1).folds
                for image in fold.test
            }
            for images in (before, after)
        )
    except RdfaceError as error:
        return [f"strict, seed 0: {error.message}"]
    both = old.keys() & new.keys()
    moved = sum(old[image] != new[image] for image in both)
    return [
        f"strict, seed 0, repeat 0: {moved} of {len(both)} images that are tested in both versions"
        " move to another test fold (rdface cohort folds gives out folds that stay)"
    ]


def _real(images: pd.DataFrame) -> list[tuple[str, str, str]]:
    return subjects_of(images[images["synthetic_of"] == ""])
