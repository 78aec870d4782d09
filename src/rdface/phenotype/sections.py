"""The sections of a report, and what each is about."""

from __future__ import annotations

from typing import Final

SECTIONS: Final = {
    "overall_impression": "Overall Impression",
    "left_eye": "Left Eye",
    "right_eye": "Right Eye",
    "nose": "Nose",
    "mouth_and_lips": "Mouth/Lips",
    "ears": "Ears",
    "chin": "Chin",
    "suspected_conditions": "Suspected Conditions",
    "next_steps": "Next Steps",
}
"""Key of a section to its heading, in the order of a report. Left and right are the subject's."""

REGIONS: Final = ("left_eye", "right_eye", "nose", "mouth_and_lips", "ears", "chin")
"""Sections that describe a part of the face."""
