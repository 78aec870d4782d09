"""How wrong is a protocol? Cohorts drawn from a population whose other patients are the truth."""

from rdface.bench.bias_study.population import (
    BACKBONES,
    StudyPopulation,
    read_population,
    write_population,
)
from rdface.bench.bias_study.study import StudyPlan, read_trials, run_study

__all__ = [
    "BACKBONES",
    "StudyPlan",
    "StudyPopulation",
    "read_population",
    "read_trials",
    "run_study",
    "write_population",
]
