"""Signs that no face can show at once: up- and downslanted fissures, a large and a small ear."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Final

from rdface.simulate.traits.belonging import BELONGS
from rdface.simulate.traits.catalogue import trait_of_term

_MORE: Final = (("strabismus", "exotropia"), ("absent_eyebrow", "thick_eyebrow"))


def opposite(first: str, second: str) -> bool:
    """Whether two traits move the same own measure in opposite directions."""
    if (first, second) in _MORE or (second, first) in _MORE:
        return True
    if first not in BELONGS or second not in BELONGS:
        return False
    one, other = (next(iter(BELONGS[name].items())) for name in (first, second))
    return one[0] == other[0] and one[1] * other[1] < 0


def compatible(terms: Iterable[str], probability: Mapping[str, float]) -> tuple[str, ...]:
    """The terms without the rarer of any two that a face cannot show at once, in their order.

    Args:
        terms: HPO terms that the simulator can show.
        probability: Of each term in its condition; of equal ones the first stays.
    """
    kept = list(terms)
    for first, second in combinations(tuple(kept), 2):
        if first in kept and second in kept:
            names = (trait_of_term()[first].name, trait_of_term()[second].name)
            if opposite(*names):
                kept.remove(second if probability[first] >= probability[second] else first)
    return tuple(kept)
