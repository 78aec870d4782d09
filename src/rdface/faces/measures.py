"""The table of anthropometric measures: what each is, who defined it, which HPO terms it belongs to.

Ratios that Farkas names as indices are taken as he gives them, without his factor of 100. HPO terms
are those whose face the measure would show at its high or low end; a measure is no diagnosis.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from rdface.faces.ruler import (
    Ruler,
    asymmetry,
    breadth,
    depth,
    eye_centres,
    length,
    ratio,
    rise,
    rotation,
    slant,
)

FARKAS = "L. Farkas, Anthropometry of the Head and Face, 2nd ed., Raven Press, 1994"
HALL = "J. Hall, J. Allanson, K. Gripp, A. Slavotinek, Handbook of Physical Measurements, 2nd ed., 2007"
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


def _ratio(
    name: str,
    definition: str,
    source: str,
    ruler: Ruler,
    high: str | None = None,
    low: str | None = None,
) -> Measure:
    return Measure(name, definition, "ratio", source, ruler, high, low)


def _degrees(
    name: str,
    definition: str,
    source: str,
    ruler: Ruler,
    high: str | None = None,
    low: str | None = None,
) -> Measure:
    return Measure(name, definition, "degrees", source, ruler, high, low)


def _by_width(ruler: Ruler) -> Ruler:
    return ratio(ruler, breadth("zy"))


def _by_height(ruler: Ruler) -> Ruler:
    return ratio(ruler, length("n", "gn"))


_OF_EYES = (
    _ratio(
        "inner_canthal_width",
        "en-en / zy-zy",
        f"{HALL}; {EYES} (telecanthus)",
        _by_width(breadth("en")),
        "HP:0000506",
    ),
    _ratio("outer_canthal_width", "ex-ex / zy-zy", HALL, _by_width(breadth("ex"))),
    _ratio(
        "intercanthal_index",
        "en-en / ex-ex",
        f"{FARKAS} (intercanthal index)",
        ratio(breadth("en"), breadth("ex")),
    ),
    _ratio(
        "eye_centre_width",
        "distance of the means of en, ex, ps, pi / zy-zy; for the interpupillary distance",
        f"{HALL}; {EYES} (hypertelorism)",
        _by_width(eye_centres()),
        "HP:0000316",
        "HP:0000601",
    ),
    _ratio(
        "fissure_length",
        "ex-en / zy-zy, mean of both sides",
        f"{HALL}; {EYES}",
        _by_width(length("ex", "en")),
        "HP:0000637",
        "HP:0012745",
    ),
    _degrees(
        "fissure_slant",
        "rise of en to ex against the head's horizontal, from the front, mean of both sides",
        f"{FARKAS} (inclination of the eye fissure); {EYES}",
        slant("en", "ex"),
        "HP:0000582",
        "HP:0000494",
    ),
    _ratio(
        "lid_opening",
        "ps-pi / ex-en, mean of both sides",
        f"{FARKAS} (eye fissure index)",
        ratio(length("ps", "pi"), length("ex", "en")),
        "HP:0000520",
        "HP:0000508",
    ),
    _ratio(
        "brow_height",
        "rise of the brow's highest part over the middle of en and ex / n-gn, mean of both sides",
        f"after {FARKAS} (orbit and brow heights)",
        _by_height(rise("brow_mid", "en", "ex")),
    ),
    _ratio(
        "brow_arch",
        "rise of the brow's highest part over the middle of its ends / n-gn, mean of both sides",
        f"{EYES} (highly arched eyebrow)",
        _by_height(rise("brow_mid", "brow_in", "brow_out")),
        "HP:0002553",
        "HP:0011228",
    ),
)

_OF_NOSE = (
    _ratio(
        "nasal_bridge_width",
        "mf-mf / zy-zy",
        f"{FARKAS} (width of the nasal root); {NOSE}",
        _by_width(breadth("mf")),
        "HP:0000431",
        "HP:0000446",
    ),
    _ratio(
        "nasal_bridge_depth",
        "n in front of en / zy-zy",
        f"{FARKAS} (depth of the nasal root); {NOSE}",
        _by_width(depth("n", "en")),
        "HP:0000426",
        "HP:0005280",
    ),
    _ratio(
        "nose_width",
        "al-al / zy-zy",
        f"{FARKAS} (nose-face width index); {NOSE}",
        _by_width(breadth("al")),
        "HP:0000445",
        "HP:0000460",
    ),
    _ratio(
        "nose_length",
        "n-sn / n-gn",
        f"{FARKAS} (nose-face height index); {NOSE}",
        _by_height(length("n", "sn")),
        "HP:0003189",
        "HP:0003196",
    ),
    _ratio(
        "nasal_index",
        "al-al / n-sn",
        f"{FARKAS} (nasal index)",
        ratio(breadth("al"), length("n", "sn")),
    ),
    _ratio(
        "nasal_tip_protrusion",
        "sn-prn / n-sn",
        f"{FARKAS} (nasal tip protrusion-nose height index); {NOSE}",
        ratio(length("sn", "prn"), length("n", "sn")),
        "HP:0000448",
    ),
    _degrees(
        "nasal_tip_rotation",
        "rise of sn to prn against the head's horizontal, from the side; for visible nares",
        f"after {FARKAS} (nasolabial angle); {NOSE} (anteverted nares)",
        rotation("sn", "prn"),
        "HP:0000463",
        "HP:0011833",
    ),
)

_OF_MOUTH = (
    _ratio(
        "philtrum_length",
        "sn-ls / n-gn",
        f"{FARKAS}; {NOSE}",
        _by_height(length("sn", "ls")),
        "HP:0000343",
        "HP:0000322",
    ),
    _ratio(
        "philtrum_width",
        "cph-cph / ch-ch",
        f"{FARKAS} (philtrum-mouth width index); {NOSE}",
        ratio(breadth("cph"), breadth("ch")),
        "HP:0000289",
    ),
    _ratio(
        "mouth_width",
        "ch-ch / zy-zy",
        f"{FARKAS} (mouth-face width index); {MOUTH}",
        _by_width(breadth("ch")),
        "HP:0000154",
        "HP:0000160",
    ),
    _degrees(
        "mouth_corner_angle",
        "rise of sto (upper) to ch against the head's horizontal, from the front, mean of both",
        f"after {MOUTH} (downturned corners of the mouth)",
        slant("sto_u", "ch"),
        None,
        "HP:0002714",
    ),
    _ratio(
        "upper_vermilion_height",
        "ls-sto (upper) / n-gn",
        f"{FARKAS}; {MOUTH}",
        _by_height(length("ls", "sto_u")),
        "HP:0000215",
        "HP:0000219",
    ),
    _ratio(
        "lower_vermilion_height",
        "sto (lower)-li / n-gn",
        f"{FARKAS}; {MOUTH}",
        _by_height(length("sto_l", "li")),
        "HP:0000179",
        "HP:0010282",
    ),
    _ratio(
        "mouth_opening",
        "sto (upper)-sto (lower) / ch-ch",
        f"after {MOUTH} (open mouth)",
        ratio(length("sto_u", "sto_l"), breadth("ch")),
        "HP:0000194",
    ),
)

_SIZE = "centroid size of the mesh"  # rulers see faces of centroid size 1

_OF_FACE = (
    _ratio(
        "face_height",
        f"n-gn / {_SIZE}",
        f"{FARKAS}; {HEAD}",
        length("n", "gn"),
        "HP:0000276",
        "HP:0011219",
    ),
    _ratio(
        "face_width",
        f"zy-zy / {_SIZE}",
        f"{FARKAS}; {HEAD}",
        breadth("zy"),
        "HP:0000283",
        "HP:0000275",
    ),
    _ratio(
        "facial_index",
        "n-gn / zy-zy",
        f"{FARKAS} (facial index)",
        _by_width(length("n", "gn")),
    ),
    _ratio(
        "upper_face_ratio",
        "n-sn / sn-gn",
        f"after {FARKAS} and {HALL} (upper and lower facial height)",
        ratio(length("n", "sn"), length("sn", "gn")),
    ),
    _ratio(
        "mandible_width",
        "go-go / zy-zy",
        f"{FARKAS} (mandible-face width index); {HEAD}",
        _by_width(breadth("go")),
        "HP:0012802",
        "HP:0012801",
    ),
    _ratio(
        "mandible_height",
        "sto (lower)-gn / n-gn",
        f"{FARKAS} (mandible-face height index); {HEAD} (micrognathia)",
        _by_height(length("sto_l", "gn")),
        None,
        "HP:0000347",
    ),
    _ratio(
        "chin_height",
        "sl-gn / n-gn",
        f"{FARKAS}; {HEAD}",
        _by_height(length("sl", "gn")),
        "HP:0400000",
        "HP:0000331",
    ),
    _ratio(
        "chin_width",
        "distance of the outline's points beside the chin / zy-zy",
        f"after {HEAD} (broad chin, pointed chin)",
        _by_width(breadth("jaw")),
        "HP:0011822",
        "HP:0000307",
    ),
    _ratio(
        "chin_protrusion",
        "pg in front of sn / n-gn",
        f"after {FARKAS} (profile inclinations); {HEAD}",
        _by_height(depth("pg", "sn")),
        "HP:0000303",
        "HP:0000278",
    ),
    _ratio(
        "cheek_protrusion",
        "middle of the cheek in front of the outer canthi / zy-zy, mean of both sides",
        f"after {HEAD} (malar flattening, midface retrusion)",
        _by_width(depth("cheek", "ex")),
        None,
        "HP:0000272",
    ),
    _ratio(
        "forehead_height",
        "n to the upper edge of the mesh / n-gn; the mesh knows no hairline",
        f"after {FARKAS} (tr-n); {HEAD}",
        _by_height(length("n", "top")),
        "HP:0000348",
        "HP:0000350",
    ),
    _ratio(
        "forehead_width",
        "ft-ft / zy-zy",
        f"{FARKAS} (forehead-face width index); {HEAD}",
        _by_width(breadth("ft")),
        "HP:0000337",
        "HP:0000341",
    ),
    _ratio(
        "asymmetry",
        f"mean distance of the points from their mirror image laid upon them / {_SIZE}",
        SHAPE,
        asymmetry(),
        "HP:0000324",
    ),
)

MEASURES: Final[tuple[Measure, ...]] = (*_OF_EYES, *_OF_NOSE, *_OF_MOUTH, *_OF_FACE)
"""All measures, in the order of the columns of :func:`rdface.faces.anthropometry.measure_face`."""
