"""Recipes of all traits: name -> (HPO ids, effects); see rdface.simulate.traits.catalogue."""

from __future__ import annotations

from typing import Final

from rdface.simulate.traits.eyes import EYES, TraitTable
from rdface.simulate.traits.head import HEAD, JAW
from rdface.simulate.traits.nose_mouth import MOUTH, NOSE

TABLE: Final[TraitTable] = {**EYES, **NOSE, **MOUTH, **JAW, **HEAD}
