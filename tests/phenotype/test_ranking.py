"""Conditions ranked by the terms of a report."""

from __future__ import annotations

from math import log

import pandas as pd
import pytest

from rdface.errors import UsageError
from rdface.phenotype.ranking import Profiles, rank_by_evidence, rank_conditions
from rdface.phenotype.report import Finding, Report

FAR, LONG, SHORT, THIN = "HP:0000316", "HP:0000343", "HP:0000322", "HP:0000219"


@pytest.fixture
def profiles() -> Profiles:
    return Profiles.of_table(
        pd.DataFrame(
            {
                "condition": ["A", "B", "C", "NONE"],
                "name": ["Alpha", "Beta", "Gamma", "Nothing"],
                "facial_hpo": [
                    f"{FAR}~Hypertelorism=90%|{LONG}~Long philtrum=80%",
                    f"{FAR}~Hypertelorism=30%|{SHORT}~Short philtrum=80%",
                    f"{THIN}~Thin upper lip vermilion=70%|{LONG}~Long philtrum=HP:0040285",
                    "",
                ],
            }
        )
    )


def said(present: tuple[str, ...], excluded: tuple[str, ...] = ()) -> Report:
    findings = [
        Finding(term=term, label=term, state="present", section="nose") for term in present
    ] + [Finding(term=term, label=term, state="excluded", section="nose") for term in excluded]
    return Report(image_id="x", status="complete", findings=tuple(findings))


@pytest.mark.parametrize("method", ["likelihood", "simgic", "lin", "resnik"])
def test_a_profile_is_nearest_to_itself(profiles: Profiles, method: str) -> None:
    for condition, terms in (("A", (FAR, LONG)), ("B", (FAR, SHORT)), ("C", (THIN,))):
        ranked = rank_conditions(said(terms), profiles, method)  # type: ignore[arg-type]
        assert ranked[0].condition == condition
        assert len(ranked) == 3  # the one without terms is left out
        assert [each.score for each in ranked] == sorted(
            (each.score for each in ranked), reverse=True
        )


def test_the_likelihood_is_that_of_the_formula(profiles: Profiles) -> None:
    ranked = {each.condition: each.score for each in rank_conditions(said((FAR,)), profiles)}
    mean = (0.9 + 0.3) / 3
    assert ranked["A"] == pytest.approx(log(0.9 / mean))
    assert ranked["C"] == pytest.approx(log(0.2))


def test_an_excluded_term_speaks_against_its_conditions(profiles: Profiles) -> None:
    ranked = [each.condition for each in rank_conditions(said((FAR,), (LONG,)), profiles)]
    assert ranked[0] == "B"
    assert rank_conditions(said((FAR,)), profiles)[0].condition == "A"


def test_a_probability_at_its_mean_says_nothing(profiles: Profiles) -> None:
    mean = profiles.background[FAR]
    assert all(abs(each.score) < 1e-9 for each in rank_by_evidence({FAR: mean}, profiles))
    assert rank_by_evidence({FAR: 0.99}, profiles)[0].condition == "A"


def test_terms_of_no_profile_and_unassessed_ones_say_nothing(profiles: Profiles) -> None:
    blind = Finding(term=FAR, label="", state="not assessable", section="nose")
    assert (
        rank_conditions(Report(image_id="x", status="complete", findings=(blind,)), profiles) == ()
    )
    assert rank_conditions(said(("HP:0000486",)), profiles) == ()


def test_an_unknown_way_is_named(profiles: Profiles) -> None:
    with pytest.raises(UsageError, match="guess"):
        rank_conditions(said((FAR,)), profiles, "guess")  # type: ignore[arg-type]
