"""What a division of a cohort into one test set and several validation parts is."""

from __future__ import annotations

from typing import NamedTuple

from rdface.protocols.split import Ids


class Division(NamedTuple):
    """A test set, and training and validation parts of what is left.

    Attributes:
        test: Image ids.
        parts: Per fold the ids of training and of validation.
    """

    test: Ids
    parts: tuple[tuple[Ids, Ids], ...]
