"""Above or below which number a check speaks, and what each number was chosen on.

All were chosen on development pictures: simulated children of seeds that no shipped cohort has
(docs/cohort-audit.md gives the commands), and judged on ``sim103``. They are a start for real
photographs and no more.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Thresholds(BaseModel):
    """Numbers that an audit holds its measures against.

    Attributes:
        agreement: Least correlation of two aligned faces, after a fine alignment, of one picture.
        hash_bits: Most bits of 256 that differ, for a pair to be looked at closely.
        person_share: Share of pairs of different patients that may lie above the threshold of
            "the same person".
        eyes: Least distance of the eyes, pixels: about the 35 that the crop of SFace has.
        sharpness: Least sharpness of a face; see :mod:`rdface.curation.quality.sharpness`.
        mesh: Least confidence of the mesh that it sees a whole face.
        occlusion: Most distance of a face's parts from those of the cohort's other faces.
        yaw: Most turn to a side, degrees.
        pitch: Most turn up or down.
        roll: Most tilt in the picture.
        text: Least probability of text.
        rate: Share of sound rows that the checks of age and sex by the picture may flag.
        oldest: Age beyond which the table is looked at again, years.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    agreement: float = 0.94
    hash_bits: int = 60
    person_share: float = Field(default=1e-4, gt=0, lt=1)
    eyes: float = 30.0
    sharpness: float = -3.6
    mesh: float = 0.9
    occlusion: float = 10.0
    yaw: float = 32.0
    pitch: float = 25.0
    roll: float = 25.0
    text: float = 0.7
    rate: float = Field(default=0.01, gt=0, lt=1)
    oldest: float = 100.0
