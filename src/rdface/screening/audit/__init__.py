"""What a generator makes, held against what it was taught: realism, variety, memory."""

from rdface.screening.audit.controls import take_controls
from rdface.screening.audit.folder import read_audit, write_audit
from rdface.screening.audit.running import Audited, audit_pool
from rdface.screening.audit.schema import Audit
from rdface.screening.audit.settings import Settings
from rdface.screening.audit.sides import Side, Sides, divide, take_sides

__all__ = [
    "Audit",
    "Audited",
    "Settings",
    "Side",
    "Sides",
    "audit_pool",
    "divide",
    "read_audit",
    "take_controls",
    "take_sides",
    "write_audit",
]
