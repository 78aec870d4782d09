"""Planted copies are found, and nobody else is called one: real networks, real pictures."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from benchmarks.audit_copies import KINDS, find_planted, summarise
from rdface.cohort import load_cohort
from rdface.protocols import PROTOCOLS


@pytest.mark.slow
@pytest.mark.weights
def test_copies_of_ten_kinds_are_found_at_five_percent_false_alarms(tmp_path: Path) -> None:
    """At least 95 % of copies, and of every kind 80 %; at most 5 % of strangers and of blends.

    Nothing here was chosen on this cohort: the views and the score were chosen on the population
    of the study, which has other people. benchmarks/audit_copies.py does the same at full size.
    """
    cohort = load_cohort("sim103")
    few = cohort.images.iloc[:240].reset_index(drop=True)
    real = dataclasses.replace(cohort, images=few)
    fold = PROTOCOLS.get("strict")(few, seed=1).folds[0]
    found = find_planted(
        real,
        list(fold.development),
        list(fold.test),
        copies=6,
        blends=40,
        size=128,
        seed=1,
        place=tmp_path,
    )
    rates = {line["kind"]: line for line in summarise(found)}
    assert rates["all copies"]["copy"][0] >= 0.95
    assert rates["all copies"]["right face"] >= 0.95
    assert all(rates[kind]["copy"][0] >= 0.8 for kind in KINDS)
    assert rates["stranger"]["copy"][0] <= 0.05
    assert rates["blend of two"]["copy"][0] <= 0.05
    assert rates["stranger"]["n"] >= 15
