"""The page's words and figures on groups: only what the numbers of patients allow."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from rdface.bench import Run
from rdface.bench.fairness import fairness, image_groups
from rdface.cohort import Cohort, write_cohort
from rdface.pages import write_report
from rdface.pages.evidence import gather
from rdface.pages.sections import fairness as section
from tests.bench.test_fairness import with_groups
from tests.pages.test_report import Page

MakeCohort = Callable[..., Cohort]
MakeRun = Callable[..., Path]


@pytest.fixture
def cohort(make_cohort: MakeCohort) -> Cohort:
    """60 patients, 30 of each sex and ancestry, 15 in each crossing; all of one age and region."""
    return with_groups(make_cohort(conditions=6, patients=10, size=8))


def part(html: str) -> str:
    """The section of the page."""
    found = re.search(r'<section aria-labelledby="fairness">.*?</section>', html, re.S)
    assert found
    return found.group(0)


def test_section_stands_in_a_sound_page(
    cohort: Cohort, make_run: MakeRun, runs_folder: Path
) -> None:
    """The page is well-formed with it, has its number among the sections, and says its limits."""
    make_run(cohort)
    html = write_report(runs_folder).read_text(encoding="utf-8")
    page = Page(html)
    assert page.open == []
    text = Page(part(html)).text
    assert "no proof of fairness" in text
    assert "simulated" in text, "whoever reads of ancestry is told what it is here"
    assert "Sex and ancestry (smallest of 4 cells: 15 patients)" in text
    assert "No statement about a group" not in page.text
    assert re.search(r'<h2 id="fairness"><span class="n">\d+</span>', html)
    labels = [one["aria-labelledby"] for one in page.all("table")]
    assert len(labels) == len(set(labels)) and all(f'id="{label}"' in html for label in labels)


def test_no_section_where_every_group_is_small(
    make_cohort: MakeCohort, make_run: MakeRun, runs_folder: Path
) -> None:
    """18 patients: there is no section, and the page says that the groups are too small."""
    make_run(make_cohort(conditions=6, patients=3))
    page = Page(write_report(runs_folder).read_text(encoding="utf-8"))
    assert 'id="fairness"' not in page.html
    assert "No statement about a group" in page.text


def test_small_groups_have_no_value_and_no_point(
    make_cohort: MakeCohort, make_run: MakeRun, runs_folder: Path
) -> None:
    """Of a group below 20 patients neither table nor figure has a value."""
    cohort = with_groups(make_cohort(conditions=6, patients=10, size=8))
    images = cohort.images.assign(
        ancestry=["rare"] * 5 + ["one"] * 25 + ["two"] * 30, country="", age=""
    )
    make_run(write_cohort(cohort.root, cohort.info, images, cohort.conditions))
    drawn = section.draw_fairness(gather(runs_folder))
    assert drawn and drawn.too_few == ("rare (5 patients)",)
    assert "Age is not known of any tested image." in drawn.caveats
    lines = {line.name: line for _, lines in drawn.tables for line in lines}
    assert {cell.value for cell in lines["rare"].cells} == {"too few"}
    assert all(cell.interval for cell in lines["rare"].cells)
    assert "too few" not in {cell.value for cell in lines["one"].cells}
    (panel,) = [one for one in drawn.panels if one.title == "Ancestry"]
    assert panel.figure.count("<circle") == 2, "two groups have points"
    assert panel.figure.count('class="whisker"') == 3, "all three have whiskers"


def test_words_follow_the_test(cohort: Cohort, make_run: MakeRun, runs_folder: Path) -> None:
    """A sentence claims a difference if, and only if, the corrected p-value is at most 5 %."""
    folder = make_run(cohort, skill=0.5)
    drawn = section.draw_fairness(gather(runs_folder))
    assert drawn
    found = fairness(Run(folder), cohort, metrics=[section.JUDGED_BY])
    judged = [one for one in found.findings if one.found.gap]
    assert len(drawn.verdicts) == len(judged)
    for verdict, one in zip(drawn.verdicts, judged, strict=True):
        told = one.p_value is not None and one.p_value <= 0.05
        assert verdict.told_apart == told
        assert ("differ by more than lots" in verdict.words) == told


def test_a_planted_difference_is_said_in_words(
    cohort: Cohort, make_run: MakeRun, runs_folder: Path
) -> None:
    """Girls whose scores are turned around: sex is told apart, in words, bold and orange."""
    run = Run(make_run(cohort, skill=4.0))
    scores = run.predictions.scores.copy()
    female = image_groups(run.predictions.image_ids, cohort, "sex") == "female"
    scores[female] *= -1
    replace(run.predictions, scores=scores).to_parquet(run.folder / "predictions.parquet")
    drawn = section.draw_fairness(gather(runs_folder))
    assert drawn
    (verdict,) = [one for one in drawn.verdicts if one.title == "Sex"]
    assert verdict.told_apart and verdict.worst == "female"
    assert "differ by more than lots" in verdict.words
    (panel,) = [one for one in drawn.panels if one.title == "Sex"]
    assert panel.figure.count(section.WORST) == 3, "whisker, point and outline of one group"


def test_real_patients_get_the_other_caveat(
    cohort: Cohort, make_run: MakeRun, runs_folder: Path
) -> None:
    """Where people are real the page speaks of labels given by others, not of the simulator."""
    info = cohort.info.model_copy(update={"simulated": False})
    make_run(write_cohort(cohort.root, info, cohort.images, cohort.conditions))
    drawn = section.draw_fairness(gather(runs_folder))
    assert drawn and "as the sources recorded them" in drawn.caveats[0]
    assert "Region of the world is not known of 7 images" in " ".join(drawn.caveats)


def test_labels_of_others_are_text(cohort: Cohort, make_run: MakeRun, runs_folder: Path) -> None:
    """Free text of a cohort cannot become markup, in figure, words or tables."""
    hostile = '<img src=x onerror="alert(1)">'
    images = cohort.images.assign(ancestry=[hostile] * 30 + ["other"] * 30)
    make_run(write_cohort(cohort.root, cohort.info, images, cohort.conditions))
    html = part(write_report(runs_folder).read_text(encoding="utf-8"))
    assert Page(html).open == [] and not Page(html).all("img")
    assert Page(html).text.count(hostile) > 2


def test_tiny_groups_stand_in_the_table_only(
    cohort: Cohort, make_run: MakeRun, runs_folder: Path
) -> None:
    """Dozens of spellings with a patient or two each do not fill the figure."""
    words = [f"word {number}" for number in range(15)]
    images = cohort.images.assign(ancestry=words + ["one"] * 22 + ["two"] * 23)
    make_run(write_cohort(cohort.root, cohort.info, images, cohort.conditions))
    drawn = section.draw_fairness(gather(runs_folder))
    assert drawn
    (panel,) = [one for one in drawn.panels if one.title == "Ancestry"]
    assert panel.figure.count('class="whisker"') == 2
    assert {"word 0", "one"} <= {line.name for _, lines in drawn.tables for line in lines}
