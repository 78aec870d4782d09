"""The sections on calibration and conformal sets: there only if judged, and plain about limits."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from rdface.bench.reliability.judge import judge
from rdface.bench.reliability.judgement import Judgement
from rdface.cohort import Cohort
from rdface.pages import write_report
from rdface.pages.sections.calibration import span
from rdface.pages.sections.conformal import _figure, _too_few, _verdict
from tests.bench.reliability.tables import made_images, made_table


@pytest.fixture(scope="module")
def judged() -> Judgement:
    images: pd.DataFrame = made_images(60)
    return judge(made_table(images), images)


def test_sections_are_there_where_the_best_run_was_judged(
    make_cohort: Callable[..., Cohort],
    make_run: Callable[..., Path],
    runs_folder: Path,
    judged: Judgement,
) -> None:
    """Numbered figures and tables go on through the included templates."""
    cohort = make_cohort(conditions=6, patients=3)
    best = make_run(cohort, skill=2.0)
    other = make_run(cohort, learner="knn", skill=0.5)
    without = write_report(runs_folder).read_text()
    assert 'id="conformal"' not in without
    judged.write(best)
    judged.write(other)
    page = write_report(runs_folder).read_text()
    assert page.index('id="comparisons"') < page.index('id="calibration"')
    assert (
        page.index('id="calibration"') < page.index('id="conformal"') < page.index('id="meaning"')
    )
    for word in ("Figure", "Table"):
        numbers = [int(n) for n in re.findall(rf"<b>{word} (\d+)\.</b>", page)]
        assert numbers == list(range(1, len(numbers) + 1))
    sections = [int(n) for n in re.findall(r'<span class="n">(\d+)</span>', page)]
    assert sections == list(range(1, len(sections) + 1))
    assert "Dirichlet, full matrix" in page
    assert "one threshold) of every run" in page
    assert "diagnos" not in page[page.index('id="calibration"') : page.index('id="meaning"')]


def test_the_page_says_what_cannot_be_promised(judged: Judgement) -> None:
    said = " ".join(_too_few(judged.conformal))
    assert "No condition of any fold has the 9 and 19 calibration patients" in said
    assert "hold all 6 conditions, always" in said


def test_the_verdict_follows_the_interval(judged: Judgement) -> None:
    """Kept, broken, or more than kept; and a list of most conditions is called useless."""
    sets = judged.conformal.find("lac", "all", 0.9)
    assert sets is not None

    def verdict(low: float, high: float, size: float) -> str:
        whole = sets.groups[0]
        moved = whole.model_copy(
            update={
                "coverage": whole.coverage.model_copy(update={"low": low, "high": high}),
                "size": whole.size.model_copy(update={"value": size}),
            }
        )
        return _verdict(sets.model_copy(update={"groups": (moved,)}), 100)

    assert "of patients do so for 9" in verdict(0.85, 0.95, 10)
    assert "of patients do not" in verdict(0.7, 0.85, 10)
    assert "more than promised" in verdict(0.92, 0.99, 10)
    assert "helps nobody" in verdict(0.85, 0.95, 70)
    assert "helps nobody" not in verdict(0.85, 0.95, 10)
    assert "a random order would need 90" in verdict(0.85, 0.95, 10)


def test_small_groups_are_rings_and_say_so(judged: Judgement) -> None:
    """Never a bare point for fewer than 20 patients."""
    sets = judged.conformal.find("lac", "all", 0.9)
    assert sets is not None
    assert "read the interval" not in _figure(sets)
    one = sets.groups[-1]
    few = one.model_copy(update={"coverage": one.coverage.model_copy(update={"n_patients": 12})})
    figure = _figure(sets.model_copy(update={"groups": (*sets.groups[:-1], few)}))
    assert "n = 12, read the interval" in figure


def test_spans_of_one_number_are_one_number() -> None:
    assert (span((5, 5)), span((5, 7))) == ("5", "5 to 7")
