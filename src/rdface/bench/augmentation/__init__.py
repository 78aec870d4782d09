"""Do synthetic faces help? Real, classic, synthetic and label-permuted images, arm by arm."""

from rdface.bench.augmentation.plan import (
    AugmentationPlan,
    GeneratorPlan,
    default_plan,
    read_plan,
)
from rdface.bench.augmentation.results import Found, write_study
from rdface.bench.augmentation.study import read_memory, run_augmentation
from rdface.bench.augmentation.summary import Line, summarise_study
from rdface.bench.study_folder import read_about

__all__ = [
    "AugmentationPlan",
    "Found",
    "GeneratorPlan",
    "Line",
    "default_plan",
    "read_about",
    "read_memory",
    "read_plan",
    "run_augmentation",
    "summarise_study",
    "write_study",
]
