"""How alike reports are, always beside what it would be without the condition."""

from rdface.phenotype.similarity.measure import (
    DEFAULT_MEASURES,
    MEASURES,
    Measure,
    make_measure,
    similarities,
)
from rdface.phenotype.similarity.passages import OVERALL, PARTS, Passage, passage, passages

__all__ = [
    "DEFAULT_MEASURES",
    "MEASURES",
    "OVERALL",
    "PARTS",
    "Measure",
    "Passage",
    "make_measure",
    "passage",
    "passages",
    "similarities",
]
