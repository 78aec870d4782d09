"""What a ruler would say of a simulated head, from its true geometry, in millimetres and degrees.

Traits are calibrated in these measures (see calibration), so that a severity means the same for
all of them. They follow J. Hall et al., Handbook of Physical Measurements, 2nd ed., 2007, and the
Elements of Morphology series, Am J Med Genet A 149A, 2009, as far as those use a ruler; where they
do not ("the eye sits deeper"), the nearest distance between named points stands in. Signs that are
painted or grown (brows, lashes, gaze, hairline, lids' colour) are measured by their amount.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rdface.simulate.head.landmarks import Points

Places: TypeAlias = Mapping[str, Points]
Ruler: TypeAlias = Callable[[Places], NDArray[np.float64]]

_MM = 100.0  # per dm


def _coordinate(axis: int, sign: float = 1.0) -> Callable[[str], Ruler]:
    def of(name: str) -> Ruler:
        paired = name[0] == "2"  # the mean of both sides
        point = name.removeprefix("2")

        def value(places: Places) -> NDArray[np.float64]:
            found = places[point][..., axis] * sign * _MM
            return np.asarray(found.mean(-1) if paired else found)

        return value

    return of


def _gap(first: Ruler, second: Ruler) -> Ruler:
    return lambda places: first(places) - second(places)


def _wide(name: str) -> Ruler:
    """Distance of the right and the left point across the face."""
    return lambda p: np.asarray(_MM * (p[name][..., 1, 0] - p[name][..., 0, 0]))


def _apart(first: str, second: str) -> Ruler:
    """Straight distance on each side, averaged."""
    return lambda p: np.asarray(_MM * np.linalg.norm(p[first] - p[second], axis=-1).mean(-1))


def _angle(base: str, tip: str, across: int, up: int, outward: bool = False) -> Ruler:
    """Degrees by which the way from base to tip rises, averaged over the sides."""

    def value(places: Places) -> NDArray[np.float64]:
        way = places[tip] - places[base]
        side = np.array([-1.0, 1.0]) if outward else 1.0
        angle = np.degrees(np.arctan2(way[..., up], way[..., across] * side))
        return np.asarray(angle.mean(-1) if places[tip].shape[-2:] == (2, 3) else angle)

    return value


def _ridge_offset(places: Places) -> NDArray[np.float64]:
    """How far the middle of the nasal ridge stands before the straight line n-prn."""
    n, ridge, prn = (places[name] for name in ("n", "ridge", "prn"))
    share = (n[..., 1] - ridge[..., 1]) / (n[..., 1] - prn[..., 1])
    line = n[..., 2] + share * (prn[..., 2] - n[..., 2])
    return np.asarray(_MM * (ridge[..., 2] - line))


def _asymmetry(places: Places) -> NDArray[np.float64]:
    """Mean distance of right points from the mirrored left ones, from brow to jaw."""
    names = ("brow_mid", "en", "ex", "ps", "al", "ch", "cheek", "malar", "go", "jaw")
    mirror = np.array([-1.0, 1.0, 1.0])
    gaps = [
        np.linalg.norm(places[name][..., 0, :] - places[name][..., 1, :] * mirror, axis=-1)
        for name in names
    ]
    return np.asarray(_MM * np.mean(gaps, axis=0))


def _corner_difference(places: Places) -> NDArray[np.float64]:
    """How much lower the left corner of the mouth lies than the right one."""
    return np.asarray(_MM * (places["ch"][..., 0, 1] - places["ch"][..., 1, 1]))


_x, _y, _z = (_coordinate(axis) for axis in range(3))


def _mean(*rulers: Ruler) -> Ruler:
    return lambda places: np.asarray(np.mean([ruler(places) for ruler in rulers], axis=0))


OF_EYES: Final[Mapping[str, Ruler]] = {
    "inner_canthal_distance": _wide("en"),
    "outer_canthal_distance": _wide("ex"),
    "interpupillary_distance": _wide("pupil"),
    "fissure_length": _apart("en", "ex"),
    "fissure_slant": _angle("en", "ex", 0, 1, outward=True),
    "lid_opening": _gap(_y("2ps"), _y("2pi")),
    "upper_lid_height": _gap(_y("2ps"), _y("2pupil")),
    "lower_lid_drop": _gap(_y("2pupil"), _y("2pi_out")),
    "canthal_fold": _gap(_y("2en"), _y("2ps_in")),
    "lid_platform": _gap(_y("2fold"), _y("2ps")),
    "globe_protrusion": _gap(_z("2pupil"), _z("2rim")),
    "under_eye_fullness": _gap(_z("2bag"), _mean(_z("2pi"), _z("2malar"))),
    "brow_height": _gap(_y("2brow_mid"), _y("2pupil")),
    "brow_ridge": _gap(_z("2ridge_of_brow"), _z("2rim")),
}
OF_NOSE: Final[Mapping[str, Ruler]] = {
    "nasal_root_width": _wide("root"),
    "nasal_root_depth": _gap(_z("n"), _z("2en")),
    "nasal_ridge_offset": _ridge_offset,
    "nasal_ridge_width": _wide("side"),
    "nose_length": _gap(_y("n"), _y("sn")),
    "nose_protrusion": _gap(_z("prn"), _z("2al")),
    "nasal_tip_height": _gap(_y("prn"), _y("sn")),
    "nasal_tip_width": _wide("tip"),
    "nose_width": _wide("al"),
    "ala_thickness": _gap(_x("al_out"), _x("rim_of_ala_out")),
    "columella_drop": _gap(_y("2rim_of_ala"), _y("c")),
    "columella_length": _gap(_z("c"), _z("sn")),
}
OF_MOUTH: Final[Mapping[str, Ruler]] = {
    "philtrum_length": _gap(_y("sn"), _y("ls")),
    "philtrum_depth": _gap(_z("2pillar"), _z("phil")),
    "philtrum_width": _wide("cph"),
    "upper_vermilion_height": _gap(_y("ls"), _y("sto_u")),
    "lower_vermilion_height": _gap(_y("sto_l"), _y("li")),
    "lower_lip_protrusion": _gap(_z("lip"), _z("sl")),
    "upper_lip_protrusion": _gap(_z("ls"), _z("sn")),
    "cupids_bow": _gap(_y("2cph"), _y("ls")),
    "upper_lip_tent": _gap(_y("sto_u"), _y("2ch")),
    "mouth_width": _wide("ch"),
    "mouth_corner_height": _gap(_y("2ch"), _y("2cph")),
    "mouth_opening": _gap(_y("sto_u"), _y("sto_l")),
}
OF_JAW: Final[Mapping[str, Ruler]] = {
    "chin_height": _gap(_y("sl"), _y("gn")),
    "chin_protrusion": _gap(_z("pg"), _z("n")),
    "chin_width": _wide("chin_side"),
    "chin_point": _gap(_y("2chin_side"), _y("gn")),
    "chin_dimple": _gap(_z("2chin_boss"), _z("chin")),
    "jaw_width": _wide("jaw"),
    "bigonial_width": _wide("go"),
}
OF_HEAD: Final[Mapping[str, Ruler]] = {
    "forehead_width": _wide("ft"),
    "forehead_height": _gap(_y("top"), _y("g")),
    "forehead_slope": _gap(_z("top"), _z("g")),
    "forehead_bulge": _gap(_z("2boss"), _z("g")),
    "cranial_size": lambda p: _wide("eu")(p) + _MM * np.linalg.norm(p["v"] - p["n"], axis=-1),
    "ear_level": _gap(_y("2t"), _y("2ex")),
    "ear_rotation": _angle("sba", "sa", 1, 2),
    "ear_length": _apart("sa", "sba"),
    "ear_protrusion": _gap(_x("pa_out"), _x("t_out")),
    "ear_cupping": _gap(_z("2pa"), _z("2t")),
    "ear_lobe_length": _gap(_y("2lobe"), _y("2sba")),
    "cheek_fullness": _gap(_z("2cheek"), _z("2ch")),
    "malar_protrusion": _gap(_z("2malar"), _z("2rim")),
    "midface_protrusion": _gap(_mean(_z("2infra"), _z("sn")), _z("g")),
    "face_width": _wide("zy"),
    "face_height": _gap(_y("n"), _y("gn")),
    "lower_face_width": _wide("lower_cheek"),
    "asymmetry": _asymmetry,
    "mouth_corner_difference": _corner_difference,
}
RULERS: Final[Mapping[str, Ruler]] = {**OF_EYES, **OF_NOSE, **OF_MOUTH, **OF_JAW, **OF_HEAD}
LOOKS: Final[tuple[str, ...]] = (
    "brow:thick",
    "brow:arch",
    "brow:synophrys",
    "brow:no_medial",
    "brow:no_lateral",
    "lash:long",
    "lash:sparse",
    "gaze:in",
    "skin:dark_lids",
    "hairline:lift",
)
"""Painted and grown signs that unaffected children differ in; measured by their amount."""
MEASURES: Final[tuple[str, ...]] = (*RULERS, *LOOKS)


def measure(places: Places, looks: Mapping[str, float]) -> NDArray[np.float64]:
    """All measures of one head or of many.

    Args:
        places: Named points [..., 3] or, of pairs, [..., 2, 3] (right, left), in dm.
        looks: Amounts of the painted and grown signs, the same for all heads.

    Returns:
        [..., n_measures] in the order of MEASURES: mm, degrees, and amounts.
    """
    sided = dict(places)
    for name in ("al", "rim_of_ala", "pa", "t"):  # how far out a pair lies
        width = places[name][..., 1, 0] - places[name][..., 0, 0]
        sided[f"{name}_out"] = width[..., None] / 2 * np.array([1.0, 0.0, 0.0])
    values = [ruler(sided) for ruler in RULERS.values()]
    amounts = [np.full(np.shape(values[0]), looks.get(name, 0.0)) for name in LOOKS]
    return np.stack(values + amounts, axis=-1)
