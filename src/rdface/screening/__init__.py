"""New faces to a table of scores, to the ones worth keeping; and what a generator remembers."""

from rdface.screening.options import ScreenOptions
from rdface.screening.score_table import ScoreTable, score_pool
from rdface.screening.selected import write_selected
from rdface.screening.selection import Selection, select

__all__ = [
    "ScoreTable",
    "ScreenOptions",
    "Selection",
    "score_pool",
    "select",
    "write_selected",
]
