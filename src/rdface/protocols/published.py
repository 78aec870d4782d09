"""The order in which the RDFace notebooks divide images, step by step, ids in and ids out."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import NamedTuple

Ids = tuple[str, ...]


class Published(NamedTuple):
    """What the notebooks divide images into.

    Attributes:
        test: Ids of the test images, as ``train_test_split`` lists them.
        folds: (training ids, validation ids) of each fold, in their order.
    """

    test: Ids
    folds: tuple[tuple[Ids, Ids], ...]


def divide_as_published(
    condition_of: Mapping[str, str],
    *,
    seed: int = 42,
    folds: int = 5,
    test_share: float = 0.25,
    joining: Mapping[str, str] | None = None,
) -> Published:
    """Divide images as the notebooks of RDFace (arXiv 2604.03454) do, in the same order.

    1. Conditions are numbered as they first appear, and images are grouped by condition in that
       order. scikit-learn draws in the order of labels, so names in place of numbers would give
       another test set.
    2. Images that are alone in their condition are set aside; ``train_test_split``, stratified,
       divides the others.
    3. The training images (those set aside, then the others as drawn) are grouped anew. An image
       that is *now* alone, because its fellow is tested, joins every training part too and is
       never validated.
    4. ``StratifiedKFold``, shuffled, divides the rest.

    Args:
        condition_of: Image id -> condition, in the order of rows.
        seed: ``random_state`` of both scikit-learn calls.
        folds: Parts of the training images.
        test_share: Share of the divisible images that is tested.
        joining: Id -> condition of synthetic images, which the notebooks put before the real
            training images in step 3 (F2).

    Raises:
        ValueError: scikit-learn cannot divide them.
    """
    from sklearn.model_selection import StratifiedKFold, train_test_split

    number = {name: at for at, name in enumerate(dict.fromkeys(condition_of.values()))}
    alone, several = _alone_and_several(condition_of)
    training, test = train_test_split(
        several,
        test_size=test_share,
        stratify=[number[condition_of[image]] for image in several],
        random_state=seed,
    )
    joining = joining or {}
    conditions = {**joining, **{image: condition_of[image] for image in [*alone, *training]}}
    alone, divided = _alone_and_several(conditions)
    with warnings.catch_warnings():
        # Conditions with fewer images than folds are the paper's normal case.
        warnings.filterwarnings("ignore", message="The least populated class")
        parts = list(
            StratifiedKFold(folds, shuffle=True, random_state=seed).split(
                divided, [conditions[image] for image in divided]
            )
        )
    return Published(
        tuple(test),
        tuple(
            (
                tuple(divided[row] for row in train) + tuple(alone),
                tuple(divided[row] for row in validation),
            )
            for train, validation in parts
        ),
    )


def _alone_and_several(condition_of: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Images alone in their condition, and the others, both by condition as it first appears."""
    groups: dict[str, list[str]] = {}
    for image, condition in condition_of.items():
        groups.setdefault(condition, []).append(image)
    alone = [images[0] for images in groups.values() if len(images) == 1]
    return alone, [image for images in groups.values() if len(images) > 1 for image in images]
