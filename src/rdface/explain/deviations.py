"""Which measures of a face deviate, in words, and what a z-score is worth.

A z-score comes from a network's guess of 468 points, which draws every face towards a mean
(docs/anthropometry.md). How much of it is true was measured on simulated heads whose points are
known (benchmarks/measure_trust.py): a line from the measured to the true z and the SD of what the
line leaves. Measures that the network does not see are told as such and speak for nothing.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from rdface.explain.probe import Probe
from rdface.faces import align
from rdface.faces.anthropometry import measure_face, measuring_fingerprint
from rdface.faces.mesh468 import Mesh468
from rdface.faces.mesh_crop import MESH_CROP, face_in_crop
from rdface.faces.pose import head_pose

if TYPE_CHECKING:
    import pandas as pd

    from rdface.cohort import Cohort
    from rdface.faces.norms import Reference

Seen = Literal["well", "weakly", "not"]

DEVIATES = 2.0
"""A measure deviates if its z-score is at least so large."""
WELL, WEAKLY = 0.5, 0.2
"""Least correlation with the truth: of a measure that is seen well, and of one seen at all."""
YAW_LIMIT, PITCH_LIMIT = 20.0, 20.0
"""Degrees beyond which nothing is said: the ruler sees less there (docs/explanation.md)."""


@dataclass(frozen=True)
class Trust:
    """What a measured z-score says of the true one.

    Attributes:
        r: Correlation of the measured with the true z.
        r_low: Lower end of its 95 % interval over patients.
        r_high: Upper end.
        offset: True z where 0 is measured.
        slope: True z per measured z.
        sd: Of the true z about the line.
        n: Patients.
    """

    r: float
    r_low: float
    r_high: float
    offset: float
    slope: float
    sd: float
    n: int

    @property
    def seen(self) -> Seen:
        """How well the measure is seen; weakly only if its whole interval lies above 0."""
        if self.r >= WELL:
            return "well"
        return "weakly" if self.r >= WEAKLY and self.r_low > 0 else "not"


@dataclass(frozen=True)
class Wording:
    """How a measure is called: its label, and what a high and a low value is."""

    label: str
    high: str
    low: str
    group: str


@dataclass(frozen=True)
class Deviation:
    """One measure of one face.

    Attributes:
        measure: Its name.
        wording: Its words.
        z: Measured, in SD of unaffected people of the same age and sex.
        true_z: What the true one is expected to be.
        low: Lower end of the 95 % interval of the true one.
        high: Upper end.
        trust: What that rests on.
    """

    measure: str
    wording: Wording
    z: float
    true_z: float
    low: float
    high: float
    trust: Trust

    @property
    def seen(self) -> Seen:
        """How well the measure is seen at all."""
        return self.trust.seen

    @property
    def deviates(self) -> bool:
        """Whether it is called a deviation: far from the mean, and of a measure that is seen."""
        return abs(self.z) >= DEVIATES and self.seen != "not"

    @property
    def sentence(self) -> str:
        """In words, with direction and uncertainty."""
        way = self.wording.high if self.z > 0 else self.wording.low
        weak = " This measure is seen weakly." if self.seen == "weakly" else ""
        return (
            f"The {self.wording.label} is {way} than in unaffected people of this age and sex: "
            f"z = {signed(self.z)}; a perfect ruler would be expected to say "
            f"{signed(self.true_z)} [{signed(self.low)}, {signed(self.high)}].{weak}"
        )


@dataclass(frozen=True)
class Measured:
    """What the ruler says of a probe.

    Attributes:
        deviations: All measures that the reference has, in its order; empty where ``left_out``.
        left_out: Why there are none; "" where there are.
        yaw: Degrees, as far as the points know.
        pitch: The same.
        reference: Whom the z-scores compare with.
        notes: What a reader has to know about them.
    """

    deviations: tuple[Deviation, ...]
    left_out: str
    yaw: float
    pitch: float
    reference: str
    notes: tuple[str, ...] = ()

    @property
    def deviating(self) -> tuple[Deviation, ...]:
        """Those that deviate, the farthest first."""
        far = (each for each in self.deviations if each.deviates)
        return tuple(sorted(far, key=lambda each: -abs(each.z)))

    @property
    def by_chance(self) -> float:
        """How many of the measures that are seen would deviate in an unaffected child."""
        seen = sum(each.seen != "not" for each in self.deviations)
        return 0.0455 * seen  # two-sided tail of the normal distribution beyond 2 SD


def mesh_points(probe: Probe, mesh: Mesh468 | None = None) -> NDArray[np.float32]:
    """The points that a face is measured by, ``[468, 3]`` in pixels of :data:`MESH_CROP`.

    Args:
        probe: Whose picture.
        mesh: The network, where it is open already.
    """
    crop = align(probe.image, probe.face, MESH_CROP)
    return (mesh or Mesh468()).steady_landmarks(crop, face_in_crop())[0]


def measure_probe(
    probe: Probe, reference: Reference | None, points: NDArray[np.float32] | None = None
) -> Measured:
    """Measure a face and compare it with a reference.

    Args:
        probe: Whose picture.
        reference: Unaffected people without the probe's patient; None if there is none that fits.
        points: From :func:`mesh_points`, where the caller has them already.
    """
    points = mesh_points(probe) if points is None else points
    yaw, pitch = (float(angle) for angle in head_pose(points))
    about = reference.provenance.get("fitted on", "it does not say whom") if reference else ""
    reason = _reason(probe, reference, yaw, pitch)
    if reason or reference is None:
        return Measured((), reason, yaw, pitch, about)
    notes = []
    if reference.outside([probe.age])[0]:
        notes.append(
            f"The age, {probe.age:.1f} years, lies outside the reference's "
            f"{reference.knots[0]:.1f} to {reference.knots[-1]:.1f} years; its end is used."
        )
    if not probe.sex:
        notes.append("The sex is not known; both sexes together are the reference.")
    if reference.provenance.get("measured by", "") != measuring_fingerprint()[:16]:
        notes.append("The reference was measured by another version of the ruler.")
    from rdface.faces.anthropometry import NAMES

    order = [NAMES.index(name) for name in reference.names]
    z = reference.z_scores(measure_face(points)[order][None], [probe.age], [probe.sex])[0]
    found = tuple(
        _deviation(name, float(value)) for name, value in zip(reference.names, z, strict=True)
    )
    return Measured(found, "", yaw, pitch, about, tuple(notes))


def reference_without(
    probe: Probe,
    cohort: Cohort,
    reference: Reference,
    detector: str = "yunet",
    measured: Callable[[], pd.DataFrame] | None = None,
) -> Reference:
    """The reference, fitted anew if the probe's patient is among the people in it.

    A reference names the cohort that it was fitted to. If that is the probe's cohort, it is
    fitted to the same people but the probe's patient.

    Args:
        probe: Whose patient is left out.
        cohort: The probe's.
        reference: Unaffected people.
        detector: What finds the faces.
        measured: Gives the measures of the cohort's unaffected patients, where they are kept; else
            they are measured for this one probe.

    Raises:
        TooFewError: Too few people are left.
    """
    from dataclasses import replace

    from rdface.faces.survey import reference_of

    if probe.row is None or cohort.sha256 not in reference.provenance.get("cohort", ""):
        return reference
    rest = cohort.images[~probe.left_out].reset_index(drop=True)
    known = measured() if measured is not None else None
    return reference_of(replace(cohort, images=rest), detector, known)


def signed(value: float) -> str:
    """A z-score with its sign."""
    text = f"{value:+.1f}"
    return "0.0" if text in {"+0.0", "-0.0"} else text.replace("-", "\u2212")


@lru_cache(maxsize=1)
def trust_table() -> dict[str, Trust]:
    """Measure -> what its z-score is worth; see benchmarks/measure_trust.py."""
    return {
        row["measure"]: Trust(
            r=float(row["r"]),
            r_low=float(row["r_low"]),
            r_high=float(row["r_high"]),
            offset=float(row["offset"]),
            slope=float(row["slope"]),
            sd=float(row["sd"]),
            n=int(row["n"]),
        )
        for row in _rows("trust.csv")
    }


@lru_cache(maxsize=1)
def wordings() -> dict[str, Wording]:
    """Measure -> its words."""
    return {
        row["measure"]: Wording(row["label"], row["high"], row["low"], row["group"])
        for row in _rows("words.csv")
    }


def _rows(name: str) -> list[dict[str, str]]:
    text = files("rdface.explain").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


def _deviation(name: str, z: float) -> Deviation:
    trust = trust_table()[name]
    centre = trust.offset + trust.slope * z
    half = 1.96 * trust.sd
    return Deviation(name, wordings()[name], z, centre, centre - half, centre + half, trust)


def _reason(probe: Probe, reference: Reference | None, yaw: float, pitch: float) -> str:
    """Why nothing is measured; "" where something is."""
    if reference is None:
        return (
            "the reference that comes with rdface is of simulated children and does not apply to "
            "a photograph; give one of photographs with --reference"
        )
    if np.isnan(probe.age):
        return "the age is not known, and children of different ages have different faces"
    if abs(yaw) > YAW_LIMIT or abs(pitch) > PITCH_LIMIT:
        return (
            f"the head is turned too far: yaw {yaw:.0f}, pitch {pitch:.0f} degrees; the ruler "
            f"sees less beyond {YAW_LIMIT:.0f} and {PITCH_LIMIT:.0f}"
        )
    return ""
