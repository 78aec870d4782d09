"""Simulated children with known HPO terms: no patient, no model, only geometry and light."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rdface.simulate.make import simulate_cohort
    from rdface.simulate.people.populations import Population

__all__ = ["Population", "simulate_cohort"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - keeps `rdface --help` quick
    if name == "simulate_cohort":
        from rdface.simulate.make import simulate_cohort

        return simulate_cohort
    if name == "Population":
        from rdface.simulate.people.populations import Population

        return Population
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
