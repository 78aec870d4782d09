"""A measure by group: who is worst off, by how much, and whether lots could have done it."""

from rdface.metrics.subgroups.division import Division
from rdface.metrics.subgroups.findings import Contrast, Gap, Group, Subgroups
from rdface.metrics.subgroups.verdict import by_group, judge

__all__ = ["Contrast", "Division", "Gap", "Group", "Subgroups", "by_group", "judge"]
