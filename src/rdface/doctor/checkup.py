"""All that is looked at, in the order in which things fail."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from rdface.doctor.finding import Finding
from rdface.doctor.machine import examine_machine
from rdface.doctor.packages import examine_packages
from rdface.doctor.storage import examine_cache, examine_weights
from rdface.doctor.trial import examine_a_face


class Checkup(BaseModel):
    """What was found.

    Attributes:
        findings: In the order in which they were made.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Whether ``rdface demo`` can run; what is merely absent does not count."""
        return all(one.state != "wrong" for one in self.findings)


def examine() -> Checkup:
    """Look at everything; nothing is fetched and nothing sent."""
    return Checkup(
        findings=(
            *examine_machine(),
            *examine_packages(),
            *examine_weights(),
            *examine_cache(),
            *examine_a_face(),
        )
    )
