"""Signs of eyes, lids, lashes and brows; see table."""

from __future__ import annotations

from typing import Final, TypeAlias

TraitTable: TypeAlias = dict[str, tuple[str, dict[str, float]]]

UNIT = "expression/units/caucasian/"  # folder of the expression targets

EYES: Final[TraitTable] = {
    "hypertelorism": ("0000316", {"eyes/@eye-trans-out": 1.1, "field:nasion_wide": 0.6}),
    "hypotelorism": ("0000601", {"eyes/@eye-trans-in": 0.9}),
    "telecanthus": ("0000506", {"field:inner_canthus_out": 1.0}),
    "epicanthus": (
        "0000286",
        {"eyes/@eye-epicanthus-in": 0.4, "point:ps_in.y": -3.5},
    ),
    "upslanted_fissures": (
        "0000582",
        {"eyes/@eye-corner1-up": 1.0, "eyes/@eye-corner2-down": 0.7},
    ),
    "downslanted_fissures": (
        "0000494",
        {"eyes/@eye-corner1-down": 1.0, "eyes/@eye-corner2-up": 0.7},
    ),
    "short_fissures": (
        "0012745",
        {"field:inner_canthus_out": 0.6, "field:outer_canthus_in": 0.9},
    ),
    "long_fissures": ("0000637", {"field:outer_canthus_in": -0.7}),
    "narrow_fissures": (
        "0045025",
        {
            "eyes/@eye-height1-decr": 0.9,
            "eyes/@eye-height2-decr": 1.2,
            "eyes/@eye-height3-decr": 0.9,
        },
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
        {f"{UNIT}eye-left-closure": 0.30, f"{UNIT}eye-right-closure": 0.30},
    ),
    "hooded_lids": ("0030820", {"eyes/@eye-eyefold-down": 1.0}),
    "deep_set_eyes": (
        "0000490",
        {"field:globe_out": -1.0, "eyebrows/eyebrows-trans-forward": 0.2},
    ),
    "proptosis": ("0000520 0000586", {"field:globe_out": 1.0, "eyes/@eye-height2-incr": 0.6}),
    "periorbital_fullness": (
        "0000629 0100540 0100539",
        {"eyes/@eye-bag-incr": 1.0, "eyes/@eye-eyefold-convex": 1.0},
    ),
    "everted_lower_lid": ("0000656 0007655", {"field:lower_lid_out": 1.0}),
    "strabismus": ("0000486 0000565", {"gaze:in": 0.8}),
    "exotropia": ("0000577", {"gaze:in": -0.8}),
    "dark_periorbital_skin": ("0001106", {"skin:dark_lids": 1.0}),
    "synophrys": ("0000664", {"brow:synophrys": 1.0}),
    "thick_eyebrow": ("0000574 0011229", {"brow:thick": 1.0}),
    "sparse_eyebrow": ("0045075 0100840 0045074", {"brow:thick": -0.6}),
    "absent_eyebrow": ("0002223", {"brow:sparse": 1.0}),
    "sparse_lateral_eyebrow": ("0005338", {"brow:no_lateral": 1.0}),
    "sparse_medial_eyebrow": ("0025325", {"brow:no_medial": 1.0}),
    "arched_eyebrow": ("0002553", {"brow:arch": 1.0}),
    "horizontal_eyebrow": ("0011228", {"brow:arch": -0.8}),
    "white_eyebrow": ("0002226", {"brow:white": 1.0}),
    "long_eyelashes": ("0000527 0011231 0007665", {"lash:long": 1.0}),
    "sparse_eyelashes": ("0000653 0000561 0200102", {"lash:sparse": 1.0}),
    "prominent_supraorbital_ridges": (
        "0000336",
        {"eyebrows/eyebrows-trans-forward": 0.6},
    ),
    "flat_supraorbital_ridges": ("0009891", {"eyebrows/eyebrows-trans-backward": 1.0}),
}
