"""Does restoration move what is measured on a face? Simulated children, degraded in known ways."""

from rdface.bench.restoration.plan import RestorationPlan
from rdface.bench.restoration.study import Studied, run_restoration
from rdface.bench.restoration.summary import Found, summarise, write_tables

__all__ = [
    "Found",
    "RestorationPlan",
    "Studied",
    "run_restoration",
    "summarise",
    "write_tables",
]
