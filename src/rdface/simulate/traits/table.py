"""The trait table: name -> (HPO ids, effects). See traits for how to read it.

The weights come from the working sketch and from looking at before/after pairs; they are not yet
calibrated against anthropometric norms.
"""

from __future__ import annotations

from typing import Final

from rdface.simulate.traits.eyes import EYES, TraitTable
from rdface.simulate.traits.head import HEAD, JAW
from rdface.simulate.traits.nose_mouth import MOUTH, NOSE

TABLE: Final[TraitTable] = {**EYES, **NOSE, **MOUTH, **JAW, **HEAD}
