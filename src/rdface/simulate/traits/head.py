"""Signs of jaw, cheeks, forehead, cranium and ears; see table."""

from __future__ import annotations

from typing import Final

from rdface.simulate.traits.eyes import UNIT, TraitTable

JAW: Final[TraitTable] = {
    "micrognathia": (
        "0000347",
        {
            "chin/chin-prognathism-decr": 0.6,
            "chin/chin-height-decr": 0.7,
            "chin/chin-width-decr": 0.6,
            "field:chin_back": 0.7,
        },
    ),
    "retrognathia": ("0000278", {"chin/chin-prognathism-decr": 0.8, "field:chin_back": 0.8}),
    "microretrognathia": (
        "0000308 0000201",
        {
            "chin/chin-prognathism-decr": 0.8,
            "chin/chin-height-decr": 0.8,
            "chin/chin-width-decr": 0.5,
            "field:chin_back": 0.8,
        },
    ),
    "prognathism": (
        "0000303",
        {
            "chin/chin-prognathism-incr": 0.9,
            "chin/chin-height-incr": 0.5,
            "chin/chin-prominent-incr": 0.5,
        },
    ),
    "pointed_chin": ("0000307", {"chin/chin-triangle": 1.0, "chin/chin-width-decr": 0.7}),
    "short_chin": ("0000331", {"chin/chin-height-decr": 1.0}),
    "tall_chin": ("0400000", {"chin/chin-height-incr": 1.0}),
    "broad_jaw": ("0012802", {"point:go.x": 3.0, "point:lower_cheek.x": 1.0}),
    "broad_chin": ("0011822", {"chin/chin-width-incr": 1.0, "chin/chin-bones-incr": 0.6}),
    "narrow_jaw": ("0012801", {"chin/chin-bones-decr": 1.0, "chin/chin-width-decr": 0.6}),
    "chin_dimple": ("0010751 0011323", {"chin/chin-cleft-incr": 1.3}),
}

HEAD: Final[TraitTable] = {
    "broad_forehead": (
        "0000337",
        {"forehead/forehead-temple-incr": 1.0, "point:ft.x": 4.0},
    ),
    "narrow_forehead": ("0000341", {"forehead/forehead-temple-decr": 1.0, "point:ft.x": -6.0}),
    "high_forehead": (
        "0000348",
        {"forehead/forehead-scale-vert-incr": 0.3, "point:top.y": 2.0, "hairline:lift": 0.03},
    ),
    "small_forehead": ("0000350", {"forehead/forehead-scale-vert-decr": 0.3, "point:top.y": -2.0}),
    "high_hairline": ("0009890", {"hairline:lift": 0.11}),
    "low_hairline": ("0000294", {"hairline:lift": -0.13}),
    "frontal_bossing": (
        "0002007",
        {"field:forehead_bulge": 1.0},
    ),
    "prominent_forehead": (
        "0011220",
        {"forehead/forehead-trans-forward": 0.6},
    ),
    "sloping_forehead": ("0000340", {"forehead/forehead-trans-backward": 1.0}),
    "microcephaly": ("0000252", {"field:cranium_large": -1.0}),
    "macrocephaly": ("0000256", {"field:cranium_large": 1.0}),
    "low_set_ears": ("0000369", {"ears/@ear-trans-down": 0.8, "ears/@ear-rot-backward": 0.4}),
    "rotated_ears": ("0000358", {"ears/@ear-rot-backward": 1.2}),
    "large_ears": ("0000400", {"ears/@ear-scale-incr": 1.0}),
    "small_ears": ("0008551 0011266", {"ears/@ear-scale-decr": 1.0}),
    "protruding_ears": ("0000411", {"ears/@ear-wing-incr": 1.0}),
    "cupped_ears": ("0000378 0000394", {"ears/@ear-wing-incr": 0.7, "ears/@ear-flap-incr": 0.8}),
    "large_earlobes": ("0009748", {"ears/@ear-lobe-incr": 1.2}),
    "small_earlobes": ("0000385 0000387 0009906", {"ears/@ear-lobe-decr": 1.0}),
    "full_cheeks": ("0000293", {"cheek/@cheek-volume-incr": 1.0, "cheek/@cheek-inner-incr": 0.6}),
    "hollow_cheeks": ("0000292", {"cheek/@cheek-volume-decr": 1.0, "head/head-fat-decr": 0.6}),
    "malar_flattening": (
        "0000272 0010669",
        {"cheek/@cheek-bones-decr": 1.0, "field:midface_back": 0.6},
    ),
    "midface_retrusion": ("0011800 0000327", {"field:midface_back": 1.0}),
    "flat_face": (
        "0012368",
        {
            "field:midface_back": 0.7,
            "nose/nose-scale-depth-decr": 0.8,
            "cheek/@cheek-bones-decr": 0.6,
        },
    ),
    "triangular_face": (
        "0000325",
        {"head/head-invertedtriangular": 0.9, "chin/chin-triangle": 0.5, "head/head-fat-decr": 0.4},
    ),
    "round_face": ("0000311", {"head/head-round": 0.9, "head/head-fat-incr": 0.4}),
    "oval_face": ("0000300", {"head/head-fat-decr": 0.5, "head/head-scale-vert-incr": 0.3}),
    "long_face": ("0000276", {"head/head-scale-vert-incr": 0.7, "head/head-rectangular": 0.4}),
    "short_face": ("0011219", {"head/head-scale-vert-decr": 0.7}),
    "narrow_face": ("0000275", {"head/head-scale-horiz-decr": 0.8}),
    "broad_face": ("0000283 0100729", {"head/head-scale-horiz-incr": 0.8}),
    "square_face": ("0000321", {"head/head-square": 1.0}),
    "facial_asymmetry": (
        "0000324 0004484",
        {
            "asym/asym-jaw-1-l": 1.0,
            "asym/asym-cheek-1-l": 1.0,
            "asym/asym-mouth-1-l": 0.8,
            "asym/asym-eye-5-l": 0.8,
        },
    ),
    "facial_palsy": (
        "0010628",
        {"asym/asym-mouth-1-l": 1.0, f"{UNIT}eye-left-closure": 0.05},
    ),
    "facial_haemangioma": ("0000329 0000996", {"skin:haemangioma": 1.0}),
    "coarse_features": (
        "0000280",
        {
            "nose/nose-volume-incr": 0.7,
            "nose/nose-scale-horiz-incr": 0.7,
            "mouth/mouth-upperlip-volume-incr": 0.8,
            "mouth/mouth-lowerlip-volume-incr": 0.8,
            "head/head-fat-incr": 0.5,
            "eyebrows/eyebrows-trans-forward": 0.3,
            "brow:thick": 0.7,
            "cheek/@cheek-volume-incr": 0.5,
        },
    ),
}
