"""What a measure is, and the books and papers that define them.

Ratios that Farkas names as indices are taken as he gives them, without his factor of 100. HPO terms
are those that the measure would show at its high or low end; no measure says what a child has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rdface.faces.ruler import Ruler, breadth, length, ratio

FARKAS = "L. Farkas, Anthropometry of the Head and Face, 2nd ed., Raven Press, 1994"
HALL = "J. Hall et al., Handbook of Physical Measurements, 2nd ed., Oxford University Press, 2007"
HEAD = "J. Allanson et al., Elements of morphology: head and face, Am J Med Genet A 149A, 2009"
EYES = "B. Hall et al., Elements of morphology: periorbital region, Am J Med Genet A 149A, 2009"
NOSE = "R. Hennekam et al., Elements of morphology: nose and philtrum, Am J Med Genet A 149A, 2009"
MOUTH = (
    "J. Carey et al., Elements of morphology: lips, mouth, oral region, Am J Med Genet A 149A, 2009"
)
SHAPE = "K. Mardia, F. Bookstein, I. Moreton, Bilateral symmetry of shapes, Biometrika 87(2), 2000"


@dataclass(frozen=True)
class Measure:
    """One measure of a face.

    Args:
        name: Its name in tables.
        definition: In the abbreviations of :data:`rdface.faces.ruler.POINTS`.
        unit: ``ratio`` or ``degrees``.
        source: Who defined it, or what it stands in for.
        ruler: From faces free of pose to ``[N, 1]``, or ``[N, 2]`` (the subject's right, left).
        hpo_high: The HPO term of faces with a high value, if there is one.
        hpo_low: The same for a low value.
    """

    name: str
    definition: str
    unit: Literal["ratio", "degrees"]
    source: str
    ruler: Ruler
    hpo_high: str | None = None
    hpo_low: str | None = None


def a_ratio(
    name: str,
    definition: str,
    source: str,
    ruler: Ruler,
    high: str | None = None,
    low: str | None = None,
) -> Measure:
    """A measure without a unit."""
    return Measure(name, definition, "ratio", source, ruler, high, low)


def degrees(
    name: str,
    definition: str,
    source: str,
    ruler: Ruler,
    high: str | None = None,
    low: str | None = None,
) -> Measure:
    """A measure that is an angle."""
    return Measure(name, definition, "degrees", source, ruler, high, low)


def by_width(ruler: Ruler) -> Ruler:
    """A measure by the width of the face, zy-zy."""
    return ratio(ruler, breadth("zy"))


def by_height(ruler: Ruler) -> Ruler:
    """A measure by the height of the face, n-gn."""
    return ratio(ruler, length("n", "gn"))
