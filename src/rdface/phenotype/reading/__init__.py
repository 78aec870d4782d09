"""From an answer to a report: JSON or headed text, refusals, what is missing or broken."""

from rdface.phenotype.reading.conditions import listed_conditions
from rdface.phenotype.reading.matching import MATCHES, match_condition, match_conditions
from rdface.phenotype.reading.reading import Reading, read_answer, read_text

__all__ = [
    "MATCHES",
    "Reading",
    "listed_conditions",
    "match_condition",
    "match_conditions",
    "read_answer",
    "read_text",
]
