"""Conditions that could not be tested, and why."""

from __future__ import annotations

from rdface.pages.evidence import Evidence

_REASONS = {
    "strict": "has images of one patient only, so that it cannot be trained on and tested at once;"
    " it stands in training and can be mistaken for others",
    "paper": "has a single image, so that it cannot be trained on and tested at once; it stands in"
    " training and can be mistaken for others",
}


def untested(evidence: Evidence) -> tuple[tuple[str, ...], str]:
    """Names of the conditions that only train, and what each of them lacks."""
    result = evidence.best.result
    names = sorted(
        evidence.condition_names.get(condition, condition)
        for condition in result.train_only_conditions
    )
    reason = _REASONS.get(str(result.protocol.get("name", "")), "is in training only")
    return tuple(names), reason
