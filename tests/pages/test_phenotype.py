"""The page of reports: numbers beside their nulls, terms marked, no patient shown unasked."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from rdface.errors import ImageError
from rdface.files import write_bytes
from rdface.imaging import encode_jpeg
from rdface.pages.phenotype import render_phenotype, write_phenotype_page
from rdface.pages.phenotype_words import similarity_rows, told, written
from rdface.phenotype import Finding, Report
from rdface.phenotype.similarity.comparing import Compared, compare_reports
from rdface.phenotype.similarity.record import Number
from tests.phenotype.similarity import world


def compared(*, simulated: bool = True, pool: bool = True, root: Path | None = None) -> Compared:
    place = root or Path("nowhere")
    real = world.cohort(simulated=simulated, root=place)
    said = world.reports(real, shown=0.8, seed=0)
    said["C0_P1"] = Report(image_id="C0_P1", status="refused", text="I am sorry.")
    theirs = None
    if pool:
        made = world.pool(real, root=place)
        synthetic = world.reports(made, shown=0.8, seed=5)
        theirs = world.described(made, synthetic)
    return compare_reports(
        world.described(real, said), theirs, measures=("tfidf", "lin"), n_resamples=100
    )


FOUND = compared()


def test_numbers_stand_beside_their_nulls() -> None:
    page = render_phenotype(FOUND, show_pictures=False)
    for text in ("two real patients", "other condition, matched", "AUROC", "dealt conditions",
                 "Micrognathia", "refused", "sound normal"):  # fmt: skip
        assert text in page
    line = FOUND.record.line("lin", "overall", "real")
    assert line is not None and f"{line.same.value:.3f}" in page
    assert page == render_phenotype(FOUND, show_pictures=False)


def test_the_page_says_what_it_is_and_is_self_contained() -> None:
    page = render_phenotype(FOUND, show_pictures=False)
    assert page.count("esearch use; nothing here is a diagnosis") == 2
    assert not re.search(r'(src|href)="https?:', page) and "<script" not in page
    assert page.count("<h2") == 6 and page.count("</figure>") == 1


def test_agreeing_and_conflicting_terms_are_marked() -> None:
    """Whatever pairs are shown: one report denies what all others find."""
    real = world.cohort()
    said = {}
    for name in real.image_ids:
        state = "excluded" if name.endswith("P3") else "present"
        said[name] = Report(
            image_id=name,
            status="complete",
            sections={"nose": "<b>Words</b>."},
            findings=tuple(
                Finding.model_validate({"term": term, "label": "", "state": one, "section": "nose"})
                for term, one in (("HP:0003196", state), ("HP:0000508", "present"))
            ),
        )
    found = compare_reports(world.described(real, said), measures=("lin",), n_resamples=10)
    page = render_phenotype(found, show_pictures=False)
    assert '<p class="agree"><b>Agree: both present</b><i><span>Ptosis</span>' in page
    assert "<span>Short nose present and excluded</span>" in page
    assert "&lt;b&gt;Words&lt;/b&gt;" in page and "<b>Words" not in page


def test_pictures_of_real_people_are_shown_if_asked_for_only() -> None:
    """They are not even opened; a synthetic picture made from them counts as theirs."""
    page = render_phenotype(compared(simulated=False))
    assert "<img" not in page and "--show-pictures" in page and "are people" in page
    with pytest.raises(ImageError, match="nowhere"):  # there are no pictures to be opened
        render_phenotype(compared(simulated=False), show_pictures=True)


def test_pictures_carry_their_mark(tmp_path: Path) -> None:
    found = compared(root=tmp_path)
    picture = encode_jpeg(np.full((32, 32, 3), 200, np.uint8))
    for cohort in (found.real.cohort, found.synthetic.cohort if found.synthetic else None):
        assert cohort is not None
        for file in cohort.images["file"]:
            write_bytes(tmp_path / file, picture)
    page = write_phenotype_page(found, tmp_path / "out").read_text()
    assert page.count("<img") == 12
    assert 'alt="Face, real, simulated"' in page and 'alt="Face, synthetic"' in page


def test_long_reports_are_folded_up_and_short_ones_are_not() -> None:
    real = world.cohort()
    said = world.reports(real, shown=0.8, seed=0)
    found = compare_reports(world.described(real, said), measures=("lin",), n_resamples=10)
    assert "<details>" not in render_phenotype(found, show_pictures=False)
    long = {
        name: one.model_copy(update={"sections": one.sections | {"chin": "Small chin. " * 200}})
        for name, one in said.items()
    }
    found = compare_reports(world.described(real, long), measures=("lin",), n_resamples=10)
    assert render_phenotype(found, show_pictures=False).count("<details>") == 12


def test_a_cohort_without_a_pool_has_a_page() -> None:
    page = render_phenotype(compared(pool=False), show_pictures=False)
    assert "What do reports on one condition have in common?" in page
    assert 'id="control"' not in page and "First alone" in page


def test_words_say_no_more_than_the_numbers() -> None:
    assert all("too few patients to say" in text for text in told(FOUND.record))
    alone = told(compared(pool=False).record)
    assert all("tell conditions apart" in text for text in alone)
    assert len(similarity_rows(FOUND.record)[1]) == 6
    assert written(Number(value=-0.5, low=-1, high=0.25), 2, sign=True) == ("−0.50 [−1.00, +0.25]")
    assert written(Number(value=None)) == "none"
