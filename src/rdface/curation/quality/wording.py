"""Words that several checks share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rdface.curation.quality.evidence import Evidence


def whose(seen: Evidence, one: int, other: int) -> str:
    """Whether two rows of one photograph stand under two patients, and two conditions."""
    patients, conditions = seen.column("patient_id"), seen.column("condition")
    if patients[one] == patients[other]:
        return ""
    if conditions[one] != conditions[other]:
        return (
            f", under two patient ids ({patients[one]}, {patients[other]}) and two conditions"
            f" ({conditions[one]}, {conditions[other]})"
        )
    return f", under two patient ids ({patients[one]}, {patients[other]})"
