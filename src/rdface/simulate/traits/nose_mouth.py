"""Signs of nose, philtrum and mouth; see table."""

from __future__ import annotations

from typing import Final

from rdface.simulate.traits.eyes import UNIT, TraitTable

NOSE: Final[TraitTable] = {
    "wide_nasal_bridge": ("0000431", {"nose/nose-width1-incr": 1.0, "field:nasion_wide": 1.0}),
    "narrow_nasal_bridge": ("0000446", {"nose/nose-width1-decr": 1.0, "field:nasion_wide": -0.8}),
    "depressed_nasal_bridge": (
        "0005280",
        {"nose/nose-greek-decr": 0.9, "nose/nose-curve-concave": 0.8, "field:nasion_in": 1.0},
    ),
    "prominent_nasal_bridge": (
        "0000426",
        {"nose/nose-greek-incr": 0.9},
    ),
    "depressed_nasal_ridge": ("0000457 0011120", {"nose/nose-curve-concave": 1.1}),
    "convex_nasal_ridge": ("0000444", {"nose/nose-curve-convex": 1.0, "nose/nose-hump-incr": 0.6}),
    "short_nose": ("0003196", {"nose/nose-scale-vert-decr": 1.0}),
    "long_nose": ("0003189", {"nose/nose-scale-vert-incr": 1.0}),
    "prominent_nose": ("0000448", {"nose/nose-scale-depth-incr": 0.8, "nose/nose-greek-incr": 0.6}),
    "anteverted_nares": (
        "0000463",
        {
            "nose/nose-point-up": 1.0,
            "point:prn.y": 0.5,
            "point:c.y": 1.2,
            "point:tip.y": 1.0,
            "point:rim_of_ala.y": 0.6,
        },
    ),
    "drooping_nasal_tip": (
        "0011833",
        {"nose/nose-point-down": 0.8, "point:tip.y": -0.5, "point:c.y": -0.5},
    ),
    "bulbous_nose": (
        "0000414 0005274",
        {"nose/nose-point-width-incr": 1.0, "nose/nose-volume-incr": 0.8},
    ),
    "broad_nasal_tip": (
        "0000455",
        {"nose/nose-point-width-incr": 1.1, "nose/nose-width3-incr": 0.3},
    ),
    "narrow_nasal_tip": ("0011832", {"nose/nose-point-width-decr": 1.0}),
    "wide_nose": (
        "0000445 0012810",
        {"nose/nose-scale-horiz-incr": 1.0, "nose/nose-flaring-incr": 0.6},
    ),
    "wide_nasal_ridge": ("0012811", {"nose/nose-width2-incr": 1.0}),
    "narrow_nose": ("0000460 0000417", {"nose/nose-scale-horiz-decr": 1.0}),
    "narrow_nasal_ridge": ("0000418", {"nose/nose-width2-decr": 1.0}),
    "pear_shaped_nose": (
        "0000447",
        {"nose/nose-point-width-incr": 1.0, "nose/nose-width1-decr": 0.7},
    ),
    "thin_nasal_alae": (
        "0000430",
        {
            "nose/nose-flaring-decr": 1.0,
            "nose/nose-nostrils-width-decr": 0.8,
            "nose/nose-width3-decr": 0.7,
        },
    ),
    "thick_nasal_alae": (
        "0009928",
        {"nose/nose-flaring-incr": 1.0, "nose/nose-width3-incr": 0.8},
    ),
    "low_columella": ("0009765", {"nose/nose-septumangle-incr": 1.0}),
    "short_columella": (
        "0002000",
        {"nose/nose-septumangle-decr": 1.0, "nose/nose-point-down": 0.3},
    ),
}

MOUTH: Final[TraitTable] = {
    "long_philtrum": ("0000343", {"field:philtrum_long": 1.0}),
    "short_philtrum": ("0000322 0000188", {"field:philtrum_long": -0.8}),
    "smooth_philtrum": (
        "0000319",
        {"mouth/mouth-philtrum-volume-decr": 0.7, "mouth/mouth-cupidsbow-decr": 1.0},
    ),
    "deep_philtrum": ("0002002", {"mouth/mouth-philtrum-volume-incr": 1.0}),
    "broad_philtrum": ("0000289", {"mouth/mouth-cupidsbow-width-incr": 1.0}),
    "thin_upper_lip": (
        "0000219",
        {"mouth/mouth-upperlip-height-decr": 1.0, "mouth/mouth-upperlip-volume-decr": 0.8},
    ),
    "thick_upper_lip": (
        "0000215 0010803",
        {"mouth/mouth-upperlip-height-incr": 0.9, "mouth/mouth-upperlip-volume-incr": 0.8},
    ),
    "thick_lower_lip": (
        "0000179",
        {"mouth/mouth-lowerlip-height-incr": 1.0, "mouth/mouth-lowerlip-volume-incr": 0.6},
    ),
    "everted_lower_lip": (
        "0000232 0012472",
        {"mouth/mouth-lowerlip-volume-incr": 1.0, "mouth/mouth-lowerlip-height-incr": 0.5},
    ),
    "thin_vermilion": (
        "0000233",
        {
            "mouth/mouth-upperlip-height-decr": 0.8,
            "mouth/mouth-lowerlip-height-decr": 0.8,
            "mouth/mouth-upperlip-volume-decr": 0.5,
            "mouth/mouth-lowerlip-volume-decr": 0.5,
        },
    ),
    "thick_vermilion": (
        "0012471",
        {
            "mouth/mouth-upperlip-height-incr": 0.7,
            "mouth/mouth-lowerlip-height-incr": 0.7,
            "mouth/mouth-upperlip-volume-incr": 0.6,
            "mouth/mouth-lowerlip-volume-incr": 0.6,
        },
    ),
    "tented_upper_lip": (
        "0010804 0010806 0000207",
        {"mouth/mouth-upperlip-middle-up": 1.0, "mouth/mouth-angles-down": 0.4},
    ),
    "strong_cupids_bow": ("0002263", {"mouth/mouth-cupidsbow-incr": 1.2}),
    "wide_mouth": ("0000154", {"mouth/mouth-scale-horiz-incr": 1.1}),
    "narrow_mouth": ("0000160", {"mouth/mouth-scale-horiz-decr": 1.0}),
    "downturned_corners": ("0002714", {"mouth/mouth-angles-down": 1.0}),
    "open_mouth": ("0000194", {f"{UNIT}mouth-open": 0.24}),
    "large_tongue": ("0000158 0010808", {f"{UNIT}mouth-open": 0.22, "tongue:out": 1.0}),
    "facial_hypotonia": (
        "0000297",
        {
            f"{UNIT}mouth-open": 0.15,
            "mouth/mouth-angles-down": 0.5,
            "cheek/@cheek-trans-down": 0.6,
        },
    ),
    "cleft_lip": (
        "0000204 0410030 0100335",
        {"field:cleft_left": 1.4, "skin:cleft_left": 1.5},
    ),
    "median_cleft_lip": ("0000161", {"field:cleft_median": 1.4, "skin:cleft_median": 1.5}),
    "lip_pits": ("0000196 0100267", {"field:lip_pits": 1.4, "skin:lip_pits": 1.3}),
}
