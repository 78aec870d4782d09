"""Measures of eyes and brows; see measure."""

from __future__ import annotations

from typing import Final

from rdface.faces.measure import EYES, FARKAS, HALL, Measure, a_ratio, by_height, by_width, degrees
from rdface.faces.ruler import breadth, eye_centres, length, ratio, rise, slant

OF_EYES: Final[tuple[Measure, ...]] = (
    a_ratio(
        "inner_canthal_width",
        "en-en / zy-zy",
        f"{HALL}; {EYES} (telecanthus)",
        by_width(breadth("en")),
        "HP:0000506",
    ),
    a_ratio("outer_canthal_width", "ex-ex / zy-zy", HALL, by_width(breadth("ex"))),
    a_ratio(
        "intercanthal_index",
        "en-en / ex-ex",
        f"{FARKAS} (intercanthal index)",
        ratio(breadth("en"), breadth("ex")),
    ),
    a_ratio(
        "eye_centre_width",
        "distance of the means of en, ex, ps, pi / zy-zy; for the interpupillary distance",
        f"{HALL}; {EYES} (hypertelorism)",
        by_width(eye_centres()),
        "HP:0000316",
        "HP:0000601",
    ),
    a_ratio(
        "fissure_length",
        "ex-en / zy-zy, mean of both sides",
        f"{HALL}; {EYES}",
        by_width(length("ex", "en")),
        "HP:0000637",
        "HP:0012745",
    ),
    degrees(
        "fissure_slant",
        "rise of en to ex against the head's horizontal, from the front, mean of both sides",
        f"{FARKAS} (inclination of the eye fissure); {EYES}",
        slant("en", "ex"),
        "HP:0000582",
        "HP:0000494",
    ),
    a_ratio(
        "lid_opening",
        "ps-pi / ex-en, mean of both sides",
        f"{FARKAS} (eye fissure index)",
        ratio(length("ps", "pi"), length("ex", "en")),
        "HP:0000520",
        "HP:0000508",
    ),
    a_ratio(
        "brow_height",
        "rise of the brow's highest part over the middle of en and ex / n-gn, mean of both sides",
        f"after {FARKAS} (orbit and brow heights)",
        by_height(rise("brow_mid", "en", "ex")),
    ),
    a_ratio(
        "brow_arch",
        "rise of the brow's highest part over the middle of its ends / n-gn, mean of both sides",
        f"{EYES} (highly arched eyebrow)",
        by_height(rise("brow_mid", "brow_in", "brow_out")),
        "HP:0002553",
        "HP:0011228",
    ),
)
