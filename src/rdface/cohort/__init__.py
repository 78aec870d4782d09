"""Who and what: conditions, patients and images in one checked folder."""

from rdface.cohort.check import Problem
from rdface.cohort.cohort import Cohort, CohortInfo
from rdface.cohort.describe import CohortSummary, describe_cohort
from rdface.cohort.groups import GROUPINGS, groups_of
from rdface.cohort.hpo import FacialTerm, parse_facial_hpo
from rdface.cohort.read import check_cohort, find_cohort, load_cohort, shipped_cohorts
from rdface.cohort.schema import age_in_years, country_name
from rdface.cohort.write import write_cohort

__all__ = [
    "GROUPINGS",
    "Cohort",
    "CohortInfo",
    "CohortSummary",
    "FacialTerm",
    "Problem",
    "age_in_years",
    "check_cohort",
    "country_name",
    "describe_cohort",
    "find_cohort",
    "groups_of",
    "load_cohort",
    "parse_facial_hpo",
    "shipped_cohorts",
    "write_cohort",
]
