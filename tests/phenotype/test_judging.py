"""Reports on a simulated cohort are judged by their terms and by the names that they suspect."""

from __future__ import annotations

import dataclasses

import pytest

from rdface.cohort import Cohort, load_cohort
from rdface.errors import UsageError
from rdface.phenotype.described import Described
from rdface.phenotype.judging import judge_reports
from rdface.phenotype.report import Finding, Report
from rdface.phenotype.truth import front_terms


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    """The first thirty pictures of sim103."""
    whole = load_cohort("sim103")
    return dataclasses.replace(whole, images=whole.images.head(30).reset_index(drop=True))


def reports_on(cohort: Cohort, suspected: dict[str, tuple[str, ...]]) -> Described:
    """Every recorded term is said, and of each picture's condition what ``suspected`` has."""
    known = set(front_terms())
    reports = {
        row.image_id: Report(
            image_id=str(row.image_id),
            status="complete",
            findings=tuple(
                Finding(term=term, label=term, state="present", section="nose")
                for term in str(row.hpo_terms).split("|")
                if term in known
            ),
            suspected=suspected.get(str(row.condition), ()),
        )
        for row in cohort.images.itertuples()
    }
    return Described(cohort, reports, {})


def test_names_are_looked_for_in_their_order(cohort: Cohort) -> None:
    """A name that is none of the cohort's keeps its place; one that is spelt otherwise counts."""
    names = cohort.condition_names
    said = {key: ("Some other disease", name.upper()) for key, name in names.items()}
    found = judge_reports(reports_on(cohort, said), "front")
    assert found["named"]["1"]["value"] == 0 and found["named"]["5"]["value"] == 1
    assert found["micro"]["f1"]["value"] == 1 and found["calibration"] is None
    assert found["by_chance"]["10"] == pytest.approx(10 / 103)


def test_who_names_nobody_is_wrong_each_time(cohort: Cohort) -> None:
    found = judge_reports(reports_on(cohort, {}), "shown", "simgic")
    assert found["named"]["10"]["value"] == 0 < found["top_k"]["10"]["value"]
    assert found["rank"] == "simgic"


def test_photographs_have_no_truth(cohort: Cohort) -> None:
    info = cohort.info.model_copy(update={"simulated": False})
    with pytest.raises(UsageError, match="does not record"):
        judge_reports(reports_on(dataclasses.replace(cohort, info=info), {}), "front")
