"""Which measures each trait belongs to, and by how many SD severity 1 moves them.

The first measure of a line is the trait's own: it moves by 2.5 SD of unaffected children, up or
down. What follows belongs to the sign as well (a set-back jaw is also small; wide-set eyes have
their corners wide apart). See measures for what the names mean and calibration for how the table
is met.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

AMOUNT: Final = 2.5
"""SD by which severity 1 moves a trait's own measure."""

_LINES: Final = """
hypertelorism: interpupillary_distance + inner_canthal_distance 1.9 outer_canthal_distance 1.7
hypotelorism: interpupillary_distance - inner_canthal_distance -1.9 outer_canthal_distance -1.7
telecanthus: inner_canthal_distance + fissure_length -0.9
epicanthus: canthal_fold +
upslanted_fissures: fissure_slant +
downslanted_fissures: fissure_slant -
short_fissures: fissure_length -
long_fissures: fissure_length +
narrow_fissures: lid_opening -
blepharophimosis: lid_opening - fissure_length -1.8
ptosis: upper_lid_height - lid_opening -1.6
hooded_lids: lid_platform -
deep_set_eyes: globe_protrusion -
proptosis: globe_protrusion + lid_opening 0.8
periorbital_fullness: under_eye_fullness +
everted_lower_lid: lower_lid_drop +
dark_periorbital_skin: skin:dark_lids +
thick_eyebrow: brow:thick +
sparse_eyebrow: brow:thick -
sparse_lateral_eyebrow: brow:no_lateral +
sparse_medial_eyebrow: brow:no_medial +
arched_eyebrow: brow:arch +
horizontal_eyebrow: brow:arch -
long_eyelashes: lash:long +
sparse_eyelashes: lash:sparse +
prominent_supraorbital_ridges: brow_ridge +
flat_supraorbital_ridges: brow_ridge -
wide_nasal_bridge: nasal_root_width +
narrow_nasal_bridge: nasal_root_width -
depressed_nasal_bridge: nasal_root_depth -
prominent_nasal_bridge: nasal_root_depth +
depressed_nasal_ridge: nasal_ridge_offset -
convex_nasal_ridge: nasal_ridge_offset +
short_nose: nose_length -
long_nose: nose_length +
prominent_nose: nose_protrusion +
anteverted_nares: nasal_tip_height +
drooping_nasal_tip: nasal_tip_height -
bulbous_nose: nasal_tip_width + nose_width 0.8
broad_nasal_tip: nasal_tip_width +
narrow_nasal_tip: nasal_tip_width -
wide_nose: nose_width + nasal_tip_width 0.8
wide_nasal_ridge: nasal_ridge_width +
narrow_nasal_ridge: nasal_ridge_width -
narrow_nose: nose_width - nasal_tip_width -0.8
pear_shaped_nose: nasal_tip_width + nasal_ridge_width -1.2
thin_nasal_alae: ala_thickness -
thick_nasal_alae: ala_thickness +
low_columella: columella_drop +
short_columella: columella_length -
long_philtrum: philtrum_length +
short_philtrum: philtrum_length -
smooth_philtrum: philtrum_depth - cupids_bow -1.2
deep_philtrum: philtrum_depth +
broad_philtrum: philtrum_width +
thin_upper_lip: upper_vermilion_height -
thick_upper_lip: upper_vermilion_height +
thick_lower_lip: lower_vermilion_height +
everted_lower_lip: lower_lip_protrusion + lower_vermilion_height 1.0
thin_vermilion: upper_vermilion_height - lower_vermilion_height -2.0
thick_vermilion: upper_vermilion_height + lower_vermilion_height 2.0
tented_upper_lip: upper_lip_tent + mouth_corner_height -1.5 cupids_bow -1.0
strong_cupids_bow: cupids_bow +
wide_mouth: mouth_width +
narrow_mouth: mouth_width -
downturned_corners: mouth_corner_height -
open_mouth: mouth_opening +
facial_hypotonia: mouth_opening + mouth_corner_height -1.2
micrognathia: chin_height - chin_protrusion -1.8 chin_width -1.0
retrognathia: chin_protrusion -
microretrognathia: chin_protrusion - chin_height -1.8 chin_width -1.0
prognathism: chin_protrusion + chin_height 0.9
pointed_chin: chin_point + chin_width -1.0
short_chin: chin_height -
tall_chin: chin_height +
broad_jaw: bigonial_width + jaw_width 0.8 lower_face_width 0.8
broad_chin: chin_width +
narrow_jaw: bigonial_width - jaw_width -1.2 lower_face_width -1.2
chin_dimple: chin_dimple +
broad_forehead: forehead_width +
narrow_forehead: forehead_width -
high_forehead: forehead_height + hairline:lift 1.0
small_forehead: forehead_height -
high_hairline: hairline:lift +
low_hairline: hairline:lift -
frontal_bossing: forehead_bulge +
prominent_forehead: forehead_slope + forehead_bulge 1.2
sloping_forehead: forehead_slope - forehead_bulge -1.2
microcephaly: cranial_size - forehead_width -1.3 forehead_height -1.5 forehead_slope -1.5
macrocephaly: cranial_size + forehead_width 1.3 forehead_height 1.5 forehead_slope 1.5
low_set_ears: ear_level -
rotated_ears: ear_rotation -
large_ears: ear_length +
small_ears: ear_length -
protruding_ears: ear_protrusion +
cupped_ears: ear_cupping + ear_protrusion 1.5
large_earlobes: ear_lobe_length +
small_earlobes: ear_lobe_length -
full_cheeks: cheek_fullness + lower_face_width 1.0
hollow_cheeks: cheek_fullness - lower_face_width -1.0
malar_flattening: malar_protrusion -
midface_retrusion: midface_protrusion -
flat_face: midface_protrusion - nose_protrusion -1.5 malar_protrusion -1.2
triangular_face: lower_face_width - jaw_width -1.2 bigonial_width -1.2
  mouth_width -0.6 face_height 0.5
round_face: lower_face_width + face_height -1.0 cheek_fullness 1.0
oval_face: lower_face_width - face_height 1.0
long_face: face_height +
short_face: face_height -
narrow_face: face_width - lower_face_width -1.5
broad_face: face_width + lower_face_width 1.5
square_face: bigonial_width + jaw_width 1.5 lower_face_width 1.2
facial_asymmetry: asymmetry + mouth_corner_difference 1.2
facial_palsy: mouth_corner_difference + asymmetry 1.0
coarse_features: nose_width + upper_vermilion_height 1.5 brow:thick 1.2 lower_face_width 0.7
"""

UNMEASURED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "strabismus": "an eye squints or does not: 15 degrees",
        "exotropia": "an eye squints or does not: 15 degrees",
        "synophrys": "the brows meet or do not",
        "absent_eyebrow": "the brows are gone: there is nothing beyond",
        "white_eyebrow": "no unaffected child has white brows",
        "cleft_lip": "no unaffected child has the scar",
        "median_cleft_lip": "no unaffected child has the scar",
        "large_tongue": "no unaffected child's tongue stands out",
        "lip_pits": "no unaffected child has pits",
        "facial_haemangioma": "no unaffected child has the stain",
    }
)
"""Signs that are there or not, so that no SD exists; name -> why."""


def _read(line: str) -> tuple[str, dict[str, float]]:
    trait, _, rest = line.partition(": ")
    words = rest.split()
    amounts = {"+": AMOUNT, "-": -AMOUNT}
    pairs = zip(words[::2], words[1::2], strict=True)
    return trait, {name: amounts.get(text) or float(text) for name, text in pairs}


BELONGS: Final[Mapping[str, Mapping[str, float]]] = MappingProxyType(
    dict(_read(line) for line in _LINES.strip().replace("\n  ", " ").splitlines())
)
"""Trait -> measure -> SD at severity 1, the trait's own measure first."""

CONTAINS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "face_height": (
            "nose_length",
            "philtrum_length",
            "upper_vermilion_height",
            "lower_vermilion_height",
            "chin_height",
            "mouth_opening",
            "chin_point",
            "forehead_height",
        ),
        "forehead_height": ("cranial_size", "hairline:lift", "lower_face_width"),
        "cranial_size": ("forehead_width", "forehead_slope", "forehead_bulge", "face_width"),
        "face_width": (
            "interpupillary_distance",
            "outer_canthal_distance",
            "forehead_width",
            "lower_face_width",
            "bigonial_width",
            "jaw_width",
        ),
        "lower_face_width": ("cheek_fullness", "bigonial_width", "jaw_width", "forehead_width"),
        "jaw_width": ("chin_width", "bigonial_width", "chin_point"),
        "bigonial_width": ("chin_width", "forehead_width"),
        "nose_width": ("nasal_tip_width", "ala_thickness"),
        "lid_opening": ("upper_lid_height", "lower_lid_drop"),
        "midface_protrusion": (
            "brow_ridge",
            "nasal_root_depth",
            "nose_protrusion",
            "cranial_size",
            "forehead_slope",
        ),
        "nose_protrusion": ("columella_length",),
        "mouth_corner_height": ("upper_vermilion_height",),
        "chin_height": ("lower_vermilion_height",),
        "ear_length": ("ear_cupping", "ear_lobe_length"),
        "ear_cupping": ("ear_rotation", "ear_protrusion"),
        "ear_protrusion": ("ear_rotation",),
        "nasal_tip_height": ("columella_drop", "columella_length"),
    }
)
"""Distances that other distances lie within or beside, so that the one can hardly change alone."""


def related(first: str, second: str) -> bool:
    """Whether one of two measures lies within the other."""
    return second in CONTAINS.get(first, ()) or first in CONTAINS.get(second, ())
