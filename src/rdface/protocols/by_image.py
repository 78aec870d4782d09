"""The division of the RDFace paper: by image, as scikit-learn draws it, in its order."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING

from rdface.errors import UsageError
from rdface.protocols.division import Division

if TYPE_CHECKING:
    import pandas as pd


def divide_by_image(
    real: pd.DataFrame,
    *,
    seed: int,
    folds: int,
    test_share: float,
    joining: pd.DataFrame | None = None,
) -> Division:
    """Divide as the notebooks of RDFace (arXiv 2604.03454) do, in the same order.

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
        real: The real images' ids and conditions, in the cohort's order.
        seed: ``random_state`` of both calls.
        folds: Parts of the training images.
        test_share: Share of the images of conditions with several that is tested.
        joining: Synthetic images that are divided into the folds with the real ones, before which
            they stand in step 3 (F2).

    Raises:
        UsageError: scikit-learn cannot divide them.
    """
    from sklearn.model_selection import StratifiedKFold, train_test_split

    condition_of = _conditions(real)
    number = {name: at for at, name in enumerate(dict.fromkeys(condition_of.values()))}
    alone, several = _alone_and_several(condition_of)
    try:
        training, test = train_test_split(
            several,
            test_size=test_share,
            stratify=[number[condition_of[image]] for image in several],
            random_state=seed,
        )
        made_up = {} if joining is None else _conditions(joining)
        trained = made_up | {image: condition_of[image] for image in [*alone, *training]}
        alone, divided = _alone_and_several(trained)
        with warnings.catch_warnings():
            # Conditions with fewer images than folds are the paper's normal case.
            warnings.filterwarnings("ignore", message="The least populated class")
            parts = list(
                StratifiedKFold(folds, shuffle=True, random_state=seed).split(
                    divided, [trained[image] for image in divided]
                )
            )
    except ValueError as error:
        raise UsageError(
            f"Protocol 'paper' cannot divide this cohort: {error}",
            hint="It needs several images for most conditions; try protocol 'strict'.",
        ) from error
    return Division(
        tuple(test),
        tuple(
            (
                tuple(divided[row] for row in train) + tuple(alone),
                tuple(divided[row] for row in validation),
            )
            for train, validation in parts
        ),
    )


def _conditions(images: pd.DataFrame) -> dict[str, str]:
    return dict(zip(images["image_id"], images["condition"], strict=True))


def _alone_and_several(condition_of: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Images alone in their condition, and the others, both by condition as it first appears."""
    groups: dict[str, list[str]] = {}
    for image, condition in condition_of.items():
        groups.setdefault(condition, []).append(image)
    alone = [images[0] for images in groups.values() if len(images) == 1]
    return alone, [image for images in groups.values() if len(images) > 1 for image in images]
