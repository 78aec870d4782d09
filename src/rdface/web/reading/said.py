"""What a page or the API says: frozen models."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Said(BaseModel):
    """Computed once, rendered by a template or returned as JSON."""

    model_config = ConfigDict(frozen=True)


class Bar(Said):
    """One of several counts.

    Attributes:
        label: What is counted; ``not known`` where the cohort does not say.
        n: How many.
        share: Of all, 0 to 1.
        length: Of the largest, 0 to 1: how long its bar is drawn.
    """

    label: str
    n: int
    share: float
    length: float


def bars(counts: dict[str, int]) -> tuple[Bar, ...]:
    """Counts as bars, in their order; empty where nothing is known of anybody."""
    if not any(counts):
        return ()
    whole, highest = sum(counts.values()), max(counts.values())
    return tuple(
        Bar(label=label or "not known", n=n, share=n / whole, length=n / highest)
        for label, n in counts.items()
    )
