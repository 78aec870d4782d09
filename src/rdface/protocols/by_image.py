"""The division of the RDFace paper: by image, as scikit-learn draws it, in its order."""

from __future__ import annotations

import warnings
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
    """Divide as the notebooks do.

    Args:
        real: The real images' ids and conditions, in the cohort's order.
        seed: ``random_state`` of both calls.
        folds: Parts of the training images.
        test_share: Share of the images of conditions with several that is tested.
        joining: Synthetic images that are divided into the folds with the real ones.

    Raises:
        UsageError: scikit-learn cannot divide them.
    """
    from sklearn.model_selection import StratifiedKFold, train_test_split

    condition_of = dict(zip(real["image_id"], real["condition"], strict=True))
    counts = real["condition"].value_counts()
    single = {str(name) for name in counts.index[counts == 1]}
    several = [image for image, condition in condition_of.items() if condition not in single]
    alone = tuple(image for image, condition in condition_of.items() if condition in single)
    try:
        training, test = train_test_split(
            several,
            test_size=test_share,
            stratify=[condition_of[image] for image in several],
            random_state=seed,
        )
        if joining is not None:
            condition_of |= dict(zip(joining["image_id"], joining["condition"], strict=True))
            training = [*training, *joining["image_id"]]
        with warnings.catch_warnings():
            # Conditions with fewer images than folds are the paper's normal case.
            warnings.filterwarnings("ignore", message="The least populated class")
            parts = list(
                StratifiedKFold(folds, shuffle=True, random_state=seed).split(
                    training, [condition_of[image] for image in training]
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
                tuple(training[row] for row in train) + alone,
                tuple(training[row] for row in validation),
            )
            for train, validation in parts
        ),
    )
