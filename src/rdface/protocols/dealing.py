"""Deal patients over folds like cards, so that no condition is gathered in one of them.

Shuffling is by keyed hash (SHA-256 of the seed, a purpose and the id) and not by a generator's
stream: the order is then the same on every platform and under every version of NumPy, and the
place of one id does not depend on which other ids there are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping


def shuffled(ids: Iterable[str], *key: object) -> list[str]:
    """``ids`` in an order that depends on the ids and the key alone."""
    return sorted(ids, key=lambda identifier: (digest(*key, identifier), identifier))


def digest(*parts: object) -> bytes:
    """SHA-256 of the parts, written one after the other with a separator between them."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).digest()


def deal_patients(
    patients: Mapping[str, Iterable[str]], n_folds: int, *key: object
) -> dict[str, int]:
    """Give each patient a fold, condition by condition, round robin.

    A condition's shuffled patients go to successive folds, beginning where the condition before
    it left off (the first one at a fold drawn from the key). So n patients of a condition lie in
    min(n, n_folds) different folds, their numbers per fold differ by at most one, and so do the
    numbers of all patients per fold.

    Args:
        patients: Condition -> its patients; every patient has one condition.
        n_folds: Number of folds.
        key: Seed and purpose of the shuffle.

    Returns:
        Patient -> fold, from 0.
    """
    fold_of: dict[str, int] = {}
    start = int.from_bytes(digest(*key, "start")[:8]) % n_folds
    for condition in shuffled(patients, *key, "condition"):
        for patient in shuffled(patients[condition], *key, "patient"):
            fold_of[patient] = (start + len(fold_of)) % n_folds
    return fold_of
