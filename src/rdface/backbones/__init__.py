"""From an aligned crop to an embedding; every backbone brings its own preprocessing."""

from rdface.backbones.backbone import BACKBONES, Backbone, load_backbone
from rdface.backbones.embed import embed_all, embed_cohort

__all__ = ["BACKBONES", "Backbone", "embed_all", "embed_cohort", "load_backbone"]
