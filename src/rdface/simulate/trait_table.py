"""The trait table: name -> (HPO ids, effects). See traits for how to read it.

The weights come from the working sketch and from looking at before/after pairs; they are not yet
calibrated against anthropometric norms.
"""

from __future__ import annotations

from typing import Final

_UNIT = "expression/units/caucasian/"

_EYES: dict[str, tuple[str, dict[str, float]]] = {
    "hypertelorism": ("0000316", {"eyes/@eye-trans-out": 1.1, "field:nasion_wide": 0.6}),
    "hypotelorism": ("0000601", {"eyes/@eye-trans-in": 0.9}),
    "telecanthus": ("0000506", {"field:inner_canthus_out": 1.0}),
    "epicanthus": (
        "0000286 0000537",
        {"eyes/@eye-epicanthus-in": 1.0, "field:inner_canthus_out": 0.35},
    ),
    "upslanted_fissures": (
        "0000582",
        {"eyes/@eye-corner2-up": 1.0, "eyes/@eye-corner1-down": 0.7},
    ),
    "downslanted_fissures": (
        "0000494",
        {"eyes/@eye-corner2-down": 1.0, "eyes/@eye-corner1-up": 0.7},
    ),
    "short_fissures": (
        "0012745",
        {"field:inner_canthus_out": 0.6, "field:outer_canthus_in": 0.9},
    ),
    "long_fissures": ("0000637", {"field:outer_canthus_in": -0.7}),
    "narrow_fissures": (
        "0045025",
        {"eyes/@eye-height1-decr": 0.9, "eyes/@eye-height2-decr": 1.2, "eyes/@eye-height3-decr": 0.9},
    ),
    "blepharophimosis": (
        "0000581",
        {
            "field:inner_canthus_out": 0.6,
            "field:outer_canthus_in": 0.7,
            "eyes/@eye-height2-decr": 0.7,
            "eyes/@eye-height1-decr": 0.4,
        },
    ),
    "ptosis": (
        "0000508 0001488",
        {
            f"{_UNIT}eye-left-closure": 0.30,
            f"{_UNIT}eye-right-closure": 0.30,
            "eyebrows/eyebrows-trans-up": 0.5,
        },
    ),
    "hooded_lids": ("0030820", {"eyes/@eye-eyefold-down": 1.0}),
    "deep_set_eyes": ("0000490", {"eyes/@eye-push1-in": 1.0, "eyebrows/eyebrows-trans-forward": 0.35}),
    "proptosis": ("0000520 0000586", {"eyes/@eye-push1-out": 0.9, "eyes/@eye-height2-incr": 0.6}),
    "periorbital_fullness": (
        "0000629 0100540 0100539",
        {"eyes/@eye-bag-incr": 1.0, "eyes/@eye-eyefold-convex": 1.0},
    ),
    "everted_lower_lid": ("0000656 0007655 0000652 0000625", {"field:lower_lid_out": 1.0}),
    "strabismus": ("0000486 0000565", {"gaze:in": 1.0}),
    "exotropia": ("0000577", {"gaze:in": -1.0}),
    "dark_periorbital_skin": ("0001106", {"skin:dark_lids": 1.0}),
    "synophrys": ("0000664", {"brow:synophrys": 1.0}),
    "thick_eyebrow": ("0000574 0011229", {"brow:thick": 1.0}),
    "sparse_eyebrow": ("0045075 0100840 0045074", {"brow:sparse": 0.75}),
    "absent_eyebrow": ("0002223", {"brow:sparse": 1.0}),
    "sparse_lateral_eyebrow": ("0005338", {"brow:no_lateral": 1.0}),
    "sparse_medial_eyebrow": ("0025325", {"brow:no_medial": 1.0}),
    "arched_eyebrow": ("0002553", {"brow:arch": 1.0, "eyebrows/eyebrows-trans-up": 0.4}),
    "horizontal_eyebrow": ("0011228", {"brow:arch": -0.8}),
    "white_eyebrow": ("0002226", {"brow:white": 1.0}),
    "long_eyelashes": ("0000527 0011231 0007665", {"lash:long": 1.0}),
    "sparse_eyelashes": ("0000653 0000561 0200102", {"lash:sparse": 1.0}),
    "prominent_supraorbital_ridges": (
        "0000336",
        {"eyebrows/eyebrows-trans-forward": 0.6, "forehead/forehead-nubian-decr": 0.3},
    ),
    "flat_supraorbital_ridges": ("0009891", {"eyebrows/eyebrows-trans-backward": 1.0}),
}

_NOSE: dict[str, tuple[str, dict[str, float]]] = {
    "wide_nasal_bridge": ("0000431", {"nose/nose-width1-incr": 1.0, "field:nasion_wide": 1.0}),
    "narrow_nasal_bridge": ("0000446", {"nose/nose-width1-decr": 1.0, "field:nasion_wide": -0.8}),
    "depressed_nasal_bridge": (
        "0005280",
        {"nose/nose-greek-decr": 0.9, "nose/nose-curve-concave": 0.8, "field:nasion_in": 1.0},
    ),
    "prominent_nasal_bridge": ("0000426", {"nose/nose-greek-incr": 0.9, "nose/nose-hump-incr": 0.7}),
    "depressed_nasal_ridge": ("0000457 0011120", {"nose/nose-curve-concave": 1.1}),
    "convex_nasal_ridge": ("0000444", {"nose/nose-curve-convex": 1.0, "nose/nose-hump-incr": 0.6}),
    "short_nose": ("0003196", {"nose/nose-scale-vert-decr": 1.0}),
    "long_nose": ("0003189", {"nose/nose-scale-vert-incr": 1.0}),
    "prominent_nose": ("0000448", {"nose/nose-scale-depth-incr": 0.8, "nose/nose-greek-incr": 0.6}),
    "anteverted_nares": (
        "0000463",
        {
            "nose/nose-point-up": 1.0,
            "nose/nose-nostrils-angle-up": 0.8,
            "nose/nose-septumangle-decr": 0.5,
        },
    ),
    "drooping_nasal_tip": ("0011833 0000437", {"nose/nose-point-down": 1.0}),
    "bulbous_nose": ("0000414 0005274", {"nose/nose-point-width-incr": 1.0, "nose/nose-volume-incr": 0.8}),
    "broad_nasal_tip": ("0000455", {"nose/nose-point-width-incr": 1.1, "nose/nose-width3-incr": 0.3}),
    "narrow_nasal_tip": ("0011832", {"nose/nose-point-width-decr": 1.0}),
    "wide_nose": ("0000445 0012810", {"nose/nose-scale-horiz-incr": 1.0, "nose/nose-flaring-incr": 0.6}),
    "wide_nasal_ridge": ("0012811", {"nose/nose-width2-incr": 1.0}),
    "narrow_nose": ("0000460 0000417 0000418", {"nose/nose-scale-horiz-decr": 1.0}),
    "pear_shaped_nose": ("0000447", {"nose/nose-point-width-incr": 1.0, "nose/nose-width1-decr": 0.7}),
    "thin_nasal_alae": (
        "0000430 0009933",
        {
            "nose/nose-flaring-decr": 1.0,
            "nose/nose-nostrils-width-decr": 0.8,
            "nose/nose-width3-decr": 0.7,
        },
    ),
    "thick_nasal_alae": (
        "0009928 0000454 0009931",
        {"nose/nose-flaring-incr": 1.0, "nose/nose-width3-incr": 0.8},
    ),
    "low_columella": ("0009765", {"nose/nose-septumangle-incr": 1.0}),
    "short_columella": ("0002000", {"nose/nose-septumangle-decr": 1.0, "nose/nose-point-down": 0.3}),
}

_MOUTH: dict[str, tuple[str, dict[str, float]]] = {
    "long_philtrum": ("0000343", {"field:philtrum_long": 1.0}),
    "short_philtrum": ("0000322 0000188", {"field:philtrum_long": -0.8}),
    "smooth_philtrum": (
        "0000319",
        {"mouth/mouth-philtrum-volume-incr": 0.7, "mouth/mouth-cupidsbow-decr": 1.0},
    ),
    "deep_philtrum": ("0002002", {"mouth/mouth-philtrum-volume-decr": 1.0}),
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
    "open_mouth": ("0000194", {f"{_UNIT}mouth-open": 0.24}),
    "large_tongue": ("0000158 0010808", {f"{_UNIT}mouth-open": 0.22, "tongue:out": 1.0}),
    "facial_hypotonia": (
        "0000297",
        {f"{_UNIT}mouth-open": 0.15, "mouth/mouth-angles-down": 0.5, "cheek/@cheek-trans-down": 0.6},
    ),
    "cleft_lip": (
        "0000204 0410030 0000202 0100335",
        {"field:cleft_left": 1.4, "skin:cleft_left": 1.5},
    ),
    "median_cleft_lip": ("0000161", {"field:cleft_median": 1.4, "skin:cleft_median": 1.5}),
    "lip_pits": ("0000196 0100267", {"field:lip_pits": 1.4, "skin:lip_pits": 1.3}),
}

_JAW: dict[str, tuple[str, dict[str, float]]] = {
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
    "broad_chin": ("0011822 0012802", {"chin/chin-width-incr": 1.0, "chin/chin-bones-incr": 0.6}),
    "narrow_jaw": ("0012801", {"chin/chin-bones-decr": 1.0, "chin/chin-width-decr": 0.6}),
    "chin_dimple": ("0010751 0011323 0002055", {"chin/chin-cleft-incr": 1.3}),
}

_HEAD: dict[str, tuple[str, dict[str, float]]] = {
    "broad_forehead": ("0000337", {"forehead/forehead-temple-incr": 1.0, "field:cranium_wide": 0.5}),
    "narrow_forehead": ("0000341", {"forehead/forehead-temple-decr": 1.0}),
    "high_forehead": ("0000348", {"forehead/forehead-scale-vert-incr": 0.45, "hairline:lift": 0.08}),
    "small_forehead": ("0000350", {"forehead/forehead-scale-vert-decr": 0.6}),
    "high_hairline": ("0009890", {"hairline:lift": 0.11}),
    "low_hairline": ("0000294", {"hairline:lift": -0.13}),
    "frontal_bossing": (
        "0002007",
        {"forehead/forehead-nubian-incr": 0.3, "field:forehead_bulge": 1.0},
    ),
    "prominent_forehead": (
        "0011220",
        {"forehead/forehead-trans-forward": 0.45, "field:forehead_bulge": 0.5},
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
    "malar_flattening": ("0000272 0010669", {"cheek/@cheek-bones-decr": 1.0, "field:midface_back": 0.6}),
    "midface_retrusion": ("0011800 0000327", {"field:midface_back": 1.0}),
    "flat_face": (
        "0012368",
        {
            "field:midface_back": 0.7,
            "nose/nose-scale-depth-decr": 0.8,
            "cheek/@cheek-bones-decr": 0.6,
        },
    ),
    "triangular_face": ("0000325", {"head/head-invertedtriangular": 0.9, "chin/chin-triangle": 0.7}),
    "round_face": ("0000311", {"head/head-round": 0.9, "head/head-fat-incr": 0.4}),
    "oval_face": ("0000300", {"head/head-oval": 1.0}),
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
        {"asym/asym-mouth-2-l": 1.2, f"{_UNIT}eye-left-closure": 0.2},
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

TABLE: Final[dict[str, tuple[str, dict[str, float]]]] = {
    **_EYES,
    **_NOSE,
    **_MOUTH,
    **_JAW,
    **_HEAD,
}
