"""The trait table: name -> (HPO ids, effects). See traits for how to read it.

The weights come from the working sketch and from looking at before/after pairs; they are not yet
calibrated against anthropometric norms.
"""

from __future__ import annotations

from typing import Final

from rdface.simulate.eye_traits import EYES, TraitTable
from rdface.simulate.head_traits import HEAD, JAW
from rdface.simulate.nose_mouth_traits import MOUTH, NOSE

TABLE: Final[TraitTable] = {**EYES, **NOSE, **MOUTH, **JAW, **HEAD}
