"""Why a gallery ranks a picture as it does: cases, measures, HPO terms, saliency maps."""

from rdface.explain.explanation import Explanation, explain
from rdface.explain.saliency import MAPS, SaliencyMap, draw_map

__all__ = ["MAPS", "Explanation", "SaliencyMap", "draw_map", "explain"]
