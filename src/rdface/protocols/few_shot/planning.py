"""Make a manifest: hold conditions out, divide the others, draw the test episodes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from rdface.errors import UsageError
from rdface.protocols.few_shot.drawing import EpisodeRows, draw_episodes, keyed
from rdface.protocols.few_shot.manifest import ConditionFold, Episode, Manifest
from rdface.protocols.few_shot.people import find_people, qualifies
from rdface.protocols.few_shot.setting import Setting
from rdface.protocols.options import check_share, check_whole

if TYPE_CHECKING:
    import pandas as pd


def make_manifest(
    images: pd.DataFrame,
    setting: Setting,
    *,
    seed: int = 42,
    cohort_sha256: str = "",
    test_share: float = 0.2,
    folds: int = 5,
    episodes: int = 200,
    by_image: bool = False,
    draw: str = "",
) -> Manifest:
    """Hold out conditions for testing and draw the episodes that every method is tested on.

    Conditions with two people or more (two images, if ``by_image``) are sorted by name and
    permuted by ``RandomState(seed)``; the first ``test_share`` of them, rounded up, are held out.
    scikit-learn's ``KFold`` (shuffled, same seed) divides the others into ``folds`` parts, each of
    which is validation once. So neither depends on the setting, and all settings share them.

    Args:
        images: A cohort's image table; see :func:`~rdface.protocols.few_shot.find_people`.
        setting: How large an episode is.
        seed: The only source of randomness; the paper's is 42.
        cohort_sha256: Noted in the manifest.
        test_share: Share of the conditions that is held out, between 0 and 1.
        folds: Parts of the other conditions, at least 2.
        episodes: Test episodes.
        by_image: Divide support and query by image, as the paper does (flaw F1).
        draw: A word from which to draw other episodes for each fold (flaw F7).

    Raises:
        UsageError: An option that is none, or a cohort that cannot give such episodes.
        CohortError, LeakageError: See :func:`~rdface.protocols.few_shot.find_people`.
    """
    check_share("few-shot", "test_share", test_share)
    check_whole("few-shot", "folds", folds, least=2)
    check_whole("few-shot", "episodes", episodes, least=1)
    check_whole("few-shot", "seed", seed, least=0)
    people = find_people(images, by_image=by_image)
    able = [name for name in people if qualifies([len(one) for one in people[name]], 1, 1)]
    held_out = math.ceil(test_share * len(able))
    if len(able) - held_out < folds:
        raise UsageError(
            f"Few-shot episodes need conditions of two patients or more: {len(able)} of the"
            f" {len(people)} have them, too few to hold out {held_out} and divide the others into"
            f" {folds} folds.",
            hint="Check that patient_id names patients, not conditions.",
        )
    order = [able[place] for place in np.random.RandomState(seed).permutation(len(able))]
    tested, others = sorted(order[:held_out]), sorted(order[held_out:])
    drawn = [
        draw_episodes(
            people,
            tested,
            setting,
            episodes,
            keyed("few-shot", seed, draw, "test", setting, fold),
            which="held-out ones",
        )
        for fold in range(folds if draw else 1)
    ]
    return Manifest(
        seed=seed,
        cohort_sha256=cohort_sha256,
        setting=setting,
        by_image=by_image,
        test_conditions=tuple(tested),
        folds=_divide(others, folds, seed),
        left_out=tuple(sorted(set(people) - set(able))),
        draw=draw,
        episodes=tuple(_named(rows, images) for rows in drawn),
    )


def _divide(conditions: list[str], folds: int, seed: int) -> tuple[ConditionFold, ...]:
    from sklearn.model_selection import KFold

    parts = KFold(folds, shuffle=True, random_state=seed).split(conditions)
    return tuple(
        ConditionFold(
            train=tuple(conditions[place] for place in train),
            validation=tuple(conditions[place] for place in validation),
        )
        for train, validation in parts
    )


def _named(rows: EpisodeRows, images: pd.DataFrame) -> tuple[Episode, ...]:
    image, condition = images["image_id"].tolist(), images["condition"].tolist()
    return tuple(
        Episode(
            conditions=tuple(condition[ids[0]] for ids in support),
            support=tuple(tuple(image[row] for row in ids) for ids in support),
            query=tuple(tuple(image[row] for row in ids) for ids in query),
        )
        for support, query in zip(rows.support, rows.query, strict=True)
    )
