"""From a cohort to a list of things for a person to look at again; nothing is changed by it."""

from rdface.curation.quality.decisions import apply_decisions, read_decisions
from rdface.curation.quality.evidence import Evidence, gather
from rdface.curation.quality.finding import CHECKS, Check, Finding, all_checks
from rdface.curation.quality.running import CohortAudit, audit_cohort, write_audit
from rdface.curation.quality.thresholds import Thresholds

__all__ = [
    "CHECKS",
    "Check",
    "CohortAudit",
    "Evidence",
    "Finding",
    "Thresholds",
    "all_checks",
    "apply_decisions",
    "audit_cohort",
    "gather",
    "read_decisions",
    "write_audit",
]
