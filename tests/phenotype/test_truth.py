"""Reports held against what is recorded: right, wrong, missed, and counted apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from rdface.errors import UsageError
from rdface.phenotype.report import Finding, Report
from rdface.phenotype.truth import (
    calibration_of,
    front_terms,
    judge,
    shown_terms,
    table,
    top_k,
)

FAR, NEAR, LONG, SHORT = "HP:0000316", "HP:0000601", "HP:0000343", "HP:0000322"
TERMS = (FAR, NEAR, LONG)


def finding(term: str, state: str = "present", p: float | None = None) -> Finding:
    return Finding.model_validate(
        {"term": term, "label": term, "state": state, "section": "nose", "probability": p}
    )


def report(image: str, *findings: Finding, status: str = "complete") -> Report:
    return Report.model_validate(
        {"image_id": image, "status": status, "findings": [f.model_dump() for f in findings]}
    )


@pytest.fixture
def images() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "image_id": ["a", "b", "c"],
            "patient_id": ["P1", "P1", "P2"],
            "condition": ["X", "X", "Y"],
            "hpo_terms": [f"{FAR}|{LONG}", FAR, ""],
        }
    )


def test_each_outcome_is_counted_where_it_belongs(images: pd.DataFrame) -> None:
    reports = [
        report("a", finding(FAR), finding(LONG, "not assessable")),
        report("b", finding(LONG)),
        report("c", finding(FAR, "excluded"), finding(SHORT)),
    ]
    judged = judge(reports, images, TERMS)
    far, long = judged.terms.index(FAR), judged.terms.index(LONG)
    assert judged.counts.recorded[0, far] == 2
    assert judged.counts.found[0, far] == 1
    assert judged.counts.unseen[0, long] == 1
    assert (judged.counts.said[0, long], judged.counts.right[0, long]) == (1, 0)
    assert judged.counts.said[1].sum() == 0  # excluded is not said; SHORT does not count
    micro = judged.micro(n_resamples=20)
    assert micro.precision.value == 0.5
    assert (micro.recall.value, micro.recall_of_all.value) == (0.5, 1 / 3)


def test_refusals_and_missing_reports_are_not_scored_as_silence(images: pd.DataFrame) -> None:
    judged = judge([report("a", status="refused")], images, TERMS)
    assert judged.missing == 2
    assert judged.statuses == {"refused": 1}
    micro = judged.micro(n_resamples=20)
    assert micro.coverage.value == 0.0
    assert np.isnan(micro.recall.value)
    assert micro.recall_of_all.value == 0.0


def test_a_related_term_counts_only_if_asked_for(images: pd.DataFrame) -> None:
    reports = [report("a", finding(SHORT)), report("b"), report("c")]
    terms = (*TERMS, SHORT)
    exact = judge(reports, images, terms).micro(n_resamples=20)
    near = judge(
        reports, images, terms, related=lambda said, true: (said, true) == (SHORT, LONG)
    ).micro(n_resamples=20)
    assert (exact.precision.value, exact.recall.value) == (0.0, 0.0)
    assert (near.precision.value, near.recall.value) == (1.0, 1 / 3)


def test_by_term_and_region_add_up(images: pd.DataFrame) -> None:
    reports = [report(name, finding(FAR)) for name in "abc"]
    judged = judge(reports, images, TERMS)
    by_term = judged.by_term(n_resamples=10)
    assert list(by_term) == [FAR, LONG]  # the most frequent first, the unrecorded not at all
    by_region = judged.by_region(n_resamples=10)
    assert set(by_region) == {"eyes", "mouth"}
    assert by_region["eyes"].recorded + by_region["mouth"].recorded == 3


def test_reports_that_do_not_fit_are_refused(images: pd.DataFrame) -> None:
    for wrong in ([report("z")], [report("a"), report("a")]):
        with pytest.raises(UsageError, match="do not fit"):
            judge(wrong, images, TERMS)


def test_calibration_of_a_term_said_twice_counts_once(images: pd.DataFrame) -> None:
    reports = [
        report("a", finding(FAR, p=0.9), finding(FAR, p=0.9)),
        report("c", finding(FAR, p=0.1)),
    ]
    found = calibration_of(reports, images, TERMS, n_resamples=20, n_draws=20)
    assert found.brier.n == 2
    assert found.brier.value == pytest.approx(0.01)
    assert [n for *_, n in found.bins] == [1, 1]
    with pytest.raises(UsageError, match="probability"):
        calibration_of([report("a", finding(FAR))], images, TERMS)


def test_false_probabilities_stand_out_from_their_null() -> None:
    """Always sure and right half of the time; beside it probabilities that are right."""
    rng = np.random.default_rng(0)
    n = 400
    chance = rng.uniform(0.05, 0.95, n)
    true = rng.random(n) < chance
    frame = pd.DataFrame(
        {
            "image_id": [str(k) for k in range(n)],
            "patient_id": [str(k) for k in range(n)],
            "hpo_terms": [FAR if yes else "" for yes in true],
        }
    )
    fair = [report(str(k), finding(FAR, p=float(p))) for k, p in enumerate(chance)]
    vain = [report(str(k), finding(FAR, p=float(p > 0.5))) for k, p in enumerate(chance)]
    options = {"n_resamples": 50, "n_draws": 100}
    good = calibration_of(fair, frame, [FAR], **options).error
    bad = calibration_of(vain, frame, [FAR], **options).error
    assert good.p_value > 0.05
    assert bad.p_value < 0.05
    assert bad.excess > 0.1 > good.excess


def test_top_k_counts_an_empty_ranking_as_a_miss(images: pd.DataFrame) -> None:
    found = top_k({"a": ["X", "Y"], "b": ["Y", "X"]}, images, (1, 2))
    assert found[1] is not None
    assert found[2] is not None
    assert found[1].value == pytest.approx(1 / 3)
    assert found[2].value == pytest.approx(2 / 3)


def test_the_list_of_front_terms_follows_its_rule() -> None:
    """A term is in front if its trait moves a front measure by 1 SD, or is a sign there."""
    from rdface.simulate.head.measures import MEASURES
    from rdface.simulate.traits.belonging import BELONGS, UNMEASURED
    from rdface.simulate.traits.catalogue import trait_of_term

    views = {row["measure"]: row["view"] for row in table("views.csv")}
    assert set(views) == {*MEASURES, *(f"trait:{name}" for name in UNMEASURED)}
    assert set(shown_terms()) == set(trait_of_term())
    for term in shown_terms().values():
        assert trait_of_term()[term.id].name == term.trait
        if term.trait in UNMEASURED:
            expected = views[f"trait:{term.trait}"]
        else:
            moved = BELONGS[term.trait]
            front = any(views[m] == "front" and abs(sd) >= 1 for m, sd in moved.items())
            expected = "front" if front else views[next(iter(moved))]
        assert term.view == expected, term
    assert len(front_terms()) == 115
