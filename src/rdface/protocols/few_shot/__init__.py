"""Few-shot episodes: which conditions are held out, who supports and who asks."""

from rdface.protocols.few_shot.drawing import EpisodeRows, draw_episodes
from rdface.protocols.few_shot.manifest import ConditionFold, Episode, Manifest
from rdface.protocols.few_shot.people import People, find_people
from rdface.protocols.few_shot.planning import make_manifest
from rdface.protocols.few_shot.setting import Setting
from rdface.protocols.few_shot.source import EpisodeSource

__all__ = [
    "ConditionFold",
    "Episode",
    "EpisodeRows",
    "EpisodeSource",
    "Manifest",
    "People",
    "Setting",
    "draw_episodes",
    "find_people",
    "make_manifest",
]
