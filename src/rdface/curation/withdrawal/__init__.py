"""Remove a patient from a cohort and from all that was made of it, and record that it was done."""

from rdface.curation.withdrawal.withdrawing import Withdrawn, withdraw

__all__ = ["Withdrawn", "withdraw"]
