"""Who trains on whom: splits of a cohort into folds, and the guards against leaks."""

from rdface.protocols.leakage import Leak, check_leakage, distinct, find_leaks
from rdface.protocols.protocol import PROTOCOLS, Protocol
from rdface.protocols.split import Fold, FoldRows, Split

__all__ = [
    "PROTOCOLS",
    "Fold",
    "FoldRows",
    "Leak",
    "Protocol",
    "Split",
    "check_leakage",
    "distinct",
    "find_leaks",
]
