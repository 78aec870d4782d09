"""Folds that are given out with a cohort and stay as they are while the cohort grows."""

from rdface.protocols.release.folds import Placed, ReleasedFolds, read_folds, write_folds
from rdface.protocols.release.joining import Moved, Placement, place
from rdface.protocols.release.making import Extension, extend_folds, release_folds

__all__ = [
    "Extension",
    "Moved",
    "Placed",
    "Placement",
    "ReleasedFolds",
    "extend_folds",
    "place",
    "read_folds",
    "release_folds",
    "write_folds",
]
