"""What the ruler says of one face, and where its points lie on the picture that is shown."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rdface.explain.deviations import DEVIATES, Measured
from rdface.faces.crop import similarity
from rdface.faces.mesh_crop import MESH_CROP
from rdface.web.reading.pictures import PORTRAIT
from rdface.web.reading.said import Said

REACH = 5.0
"""SD at the ends of the axis that z-scores are drawn on."""


class MeasureRow(Said):
    """One measure that is seen.

    Attributes:
        measure: Its name.
        label: In words.
        z: In SD of unaffected people of this age and sex.
        true_z: What a perfect ruler would be expected to say.
        low: Lower end of the 95 % interval of that.
        high: Upper end.
        seen: How well the measure is seen.
        r: Correlation of measured and true z that this rests on.
        n: Simulated patients behind ``r``.
        deviates: Whether it is called a deviation.
        at: Place of ``z`` on the axis, 0 to 1.
        true_at: Of ``true_z``.
        low_at: Of ``low``.
        high_at: Of ``high``.
    """

    measure: str
    label: str
    z: float
    true_z: float
    low: float
    high: float
    seen: Literal["well", "weakly", "not"]
    r: float
    n: int
    deviates: bool
    at: float
    true_at: float
    low_at: float
    high_at: float


class Measures(Said):
    """All measures of one face.

    Attributes:
        left_out: Why there are none; "" where there are.
        rows: Those that are seen, the farthest from the mean first.
        sentences: Those that deviate, in words.
        unseen: Labels of the others: the points do not show them.
        by_chance: How many would deviate in an unaffected child.
        threshold: SD from which on a measure deviates.
        reference: Whom the z-scores compare with.
        yaw: Degrees that the head is turned.
        pitch: Degrees that it is nodded.
        notes: What a reader has to know.
        points: The 468 points, (x, y) in per cent of the portrait's side.
    """

    left_out: str
    rows: tuple[MeasureRow, ...]
    sentences: tuple[str, ...]
    unseen: tuple[str, ...]
    by_chance: float
    threshold: float
    reference: str
    yaw: float
    pitch: float
    notes: tuple[str, ...]
    points: tuple[tuple[float, float], ...]


def say_measures(measured: Measured, points: NDArray[np.floating]) -> Measures:
    """Put what was measured into words and places.

    Args:
        measured: What the ruler says.
        points: ``[468, 3]`` in pixels of the crop that was measured.
    """
    seen = sorted((d for d in measured.deviations if d.seen != "not"), key=lambda d: -abs(d.z))
    return Measures(
        left_out=measured.left_out,
        rows=tuple(
            MeasureRow(
                measure=each.measure,
                label=each.wording.label,
                z=each.z,
                true_z=each.true_z,
                low=each.low,
                high=each.high,
                seen=each.seen,
                r=each.trust.r,
                n=each.trust.n,
                deviates=each.deviates,
                at=_place(each.z),
                true_at=_place(each.true_z),
                low_at=_place(each.low),
                high_at=_place(each.high),
            )
            for each in seen
        ),
        sentences=tuple(each.sentence for each in measured.deviating),
        unseen=tuple(d.wording.label for d in measured.deviations if d.seen == "not"),
        by_chance=measured.by_chance,
        threshold=DEVIATES,
        reference=measured.reference,
        yaw=measured.yaw,
        pitch=measured.pitch,
        notes=measured.notes,
        points=_on_portrait(points),
    )


def _place(z: float) -> float:
    return min(max((z + REACH) / (2 * REACH), 0.0), 1.0)


def _on_portrait(points: NDArray[np.floating]) -> tuple[tuple[float, float], ...]:
    matrix = similarity(MESH_CROP.template, PORTRAIT.template)
    there = np.asarray(points, np.float64)[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    return tuple((round(x, 2), round(y, 2)) for x, y in (100 * there / PORTRAIT.width).tolist())
