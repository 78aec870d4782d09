"""One small text-to-image model per condition, taught with a rare word (extra ``synthesis``)."""

from rdface.synthesis.dreambooth.generator import DreamBooth
from rdface.synthesis.dreambooth.job import Job, train
from rdface.synthesis.dreambooth.recipe import Recipe

__all__ = ["DreamBooth", "Job", "Recipe", "train"]
