"""Measures of nose, philtrum and mouth; see measure."""

from __future__ import annotations

from typing import Final

from rdface.faces.measure import FARKAS, MOUTH, NOSE, Measure, a_ratio, by_height, by_width, degrees
from rdface.faces.ruler import breadth, depth, length, ratio, rotation, slant

OF_NOSE: Final[tuple[Measure, ...]] = (
    a_ratio(
        "nasal_bridge_width",
        "mf-mf / zy-zy",
        f"{FARKAS} (width of the nasal root); {NOSE}",
        by_width(breadth("mf")),
        "HP:0000431",
        "HP:0000446",
    ),
    a_ratio(
        "nasal_bridge_depth",
        "n in front of en / zy-zy",
        f"{FARKAS} (depth of the nasal root); {NOSE}",
        by_width(depth("n", "en")),
        "HP:0000426",
        "HP:0005280",
    ),
    a_ratio(
        "nose_width",
        "al-al / zy-zy",
        f"{FARKAS} (nose-face width index); {NOSE}",
        by_width(breadth("al")),
        "HP:0000445",
        "HP:0000460",
    ),
    a_ratio(
        "nose_length",
        "n-sn / n-gn",
        f"{FARKAS} (nose-face height index); {NOSE}",
        by_height(length("n", "sn")),
        "HP:0003189",
        "HP:0003196",
    ),
    a_ratio(
        "nasal_index",
        "al-al / n-sn",
        f"{FARKAS} (nasal index)",
        ratio(breadth("al"), length("n", "sn")),
    ),
    a_ratio(
        "nasal_tip_protrusion",
        "sn-prn / n-sn",
        f"{FARKAS} (nasal tip protrusion-nose height index); {NOSE}",
        ratio(length("sn", "prn"), length("n", "sn")),
        "HP:0000448",
    ),
    degrees(
        "nasal_tip_rotation",
        "rise of sn to prn against the head's horizontal, from the side; for visible nares",
        f"after {FARKAS} (nasolabial angle); {NOSE} (anteverted nares)",
        rotation("sn", "prn"),
        "HP:0000463",
        "HP:0011833",
    ),
)

OF_MOUTH: Final[tuple[Measure, ...]] = (
    a_ratio(
        "philtrum_length",
        "sn-ls / n-gn",
        f"{FARKAS}; {NOSE}",
        by_height(length("sn", "ls")),
        "HP:0000343",
        "HP:0000322",
    ),
    a_ratio(
        "philtrum_width",
        "cph-cph / ch-ch",
        f"{FARKAS} (philtrum-mouth width index); {NOSE}",
        ratio(breadth("cph"), breadth("ch")),
        "HP:0000289",
    ),
    a_ratio(
        "mouth_width",
        "ch-ch / zy-zy",
        f"{FARKAS} (mouth-face width index); {MOUTH}",
        by_width(breadth("ch")),
        "HP:0000154",
        "HP:0000160",
    ),
    degrees(
        "mouth_corner_angle",
        "rise of sto (upper) to ch against the head's horizontal, from the front, mean of both",
        f"after {MOUTH} (downturned corners of the mouth)",
        slant("sto_u", "ch"),
        None,
        "HP:0002714",
    ),
    a_ratio(
        "upper_vermilion_height",
        "ls-sto (upper) / n-gn",
        f"{FARKAS}; {MOUTH}",
        by_height(length("ls", "sto_u")),
        "HP:0000215",
        "HP:0000219",
    ),
    a_ratio(
        "lower_vermilion_height",
        "sto (lower)-li / n-gn",
        f"{FARKAS}; {MOUTH}",
        by_height(length("sto_l", "li")),
        "HP:0000179",
        "HP:0010282",
    ),
    a_ratio(
        "mouth_opening",
        "sto (upper)-sto (lower) / ch-ch",
        f"after {MOUTH} (open mouth)",
        ratio(length("sto_u", "sto_l"), breadth("ch")),
        "HP:0000194",
    ),
)
