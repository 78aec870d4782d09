"""Measures of the face as a whole, jaw, chin and forehead; see measure."""

from __future__ import annotations

from typing import Final

from rdface.faces.measure import FARKAS, HALL, HEAD, SHAPE, Measure, a_ratio, by_height, by_width
from rdface.faces.ruler import asymmetry, breadth, depth, length, ratio

_SIZE = "centroid size of the mesh"  # rulers see faces of centroid size 1

OF_FACE: Final[tuple[Measure, ...]] = (
    a_ratio(
        "face_height",
        f"n-gn / {_SIZE}",
        f"{FARKAS}; {HEAD}",
        length("n", "gn"),
        "HP:0000276",
        "HP:0011219",
    ),
    a_ratio(
        "face_width",
        f"zy-zy / {_SIZE}",
        f"{FARKAS}; {HEAD}",
        breadth("zy"),
        "HP:0000283",
        "HP:0000275",
    ),
    a_ratio(
        "facial_index",
        "n-gn / zy-zy",
        f"{FARKAS} (facial index)",
        by_width(length("n", "gn")),
    ),
    a_ratio(
        "upper_face_ratio",
        "n-sn / sn-gn",
        f"after {FARKAS} and {HALL} (upper and lower facial height)",
        ratio(length("n", "sn"), length("sn", "gn")),
    ),
    a_ratio(
        "mandible_width",
        "go-go / zy-zy",
        f"{FARKAS} (mandible-face width index); {HEAD}",
        by_width(breadth("go")),
        "HP:0012802",
        "HP:0012801",
    ),
    a_ratio(
        "mandible_height",
        "sto (lower)-gn / n-gn",
        f"{FARKAS} (mandible-face height index); {HEAD} (micrognathia)",
        by_height(length("sto_l", "gn")),
        None,
        "HP:0000347",
    ),
    a_ratio(
        "chin_height",
        "sl-gn / n-gn",
        f"{FARKAS}; {HEAD}",
        by_height(length("sl", "gn")),
        "HP:0400000",
        "HP:0000331",
    ),
    a_ratio(
        "chin_width",
        "distance of the outline's points beside the chin / zy-zy",
        f"after {HEAD} (broad chin, pointed chin)",
        by_width(breadth("jaw")),
        "HP:0011822",
        "HP:0000307",
    ),
    a_ratio(
        "chin_protrusion",
        "pg in front of sn / n-gn",
        f"after {FARKAS} (profile inclinations); {HEAD}",
        by_height(depth("pg", "sn")),
        "HP:0000303",
        "HP:0000278",
    ),
    a_ratio(
        "cheek_protrusion",
        "middle of the cheek in front of the outer canthi / zy-zy, mean of both sides",
        f"after {HEAD} (malar flattening, midface retrusion)",
        by_width(depth("cheek", "ex")),
        None,
        "HP:0000272",
    ),
    a_ratio(
        "forehead_height",
        "n to the upper edge of the mesh / n-gn; the mesh knows no hairline",
        f"after {FARKAS} (tr-n); {HEAD}",
        by_height(length("n", "top")),
        "HP:0000348",
        "HP:0000350",
    ),
    a_ratio(
        "forehead_width",
        "ft-ft / zy-zy",
        f"{FARKAS} (forehead-face width index); {HEAD}",
        by_width(breadth("ft")),
        "HP:0000337",
        "HP:0000341",
    ),
    a_ratio(
        "asymmetry",
        f"mean distance of the points from their mirror image laid upon them / {_SIZE}",
        SHAPE,
        asymmetry(),
        "HP:0000324",
    ),
)
