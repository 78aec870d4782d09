"""Reports made in place."""

from __future__ import annotations

from collections.abc import Mapping

from rdface.phenotype import Finding, Report
from rdface.phenotype.report import Status

HYPERTELORISM, SHORT_NOSE, LONG_PHILTRUM = "HP:0000316", "HP:0003196", "HP:0000343"
PTOSIS, THIN_LIP, LOW_EARS = "HP:0000508", "HP:0000219", "HP:0000369"


def report(
    image_id: str = "one",
    sections: Mapping[str, str] | None = None,
    findings: Mapping[str, tuple[str, str]] | None = None,
    status: Status = "complete",
) -> Report:
    """One report; ``findings`` are term to state and section."""
    told = {"overall_impression": "A child.", "nose": "Ordinary."} if sections is None else sections
    return Report(
        image_id=image_id,
        status=status,
        sections=dict(told),
        findings=tuple(
            Finding(term=term, label=term, state=state, section=section)  # type: ignore[arg-type]
            for term, (state, section) in (findings or {}).items()
        ),
    )
