"""The page of an explanation: self-contained, marked, and without a patient's face unless asked."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from rdface.cohort import Cohort
from rdface.explain import Explanation, explain
from rdface.imaging import decode_image
from rdface.pages.explanation import write_explanation
from tests.explain.small import ThreeCuts, small_cohort
from tests.pages.test_report import FETCHING, Page

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    return small_cohort(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def simulated(cohort: Cohort) -> Explanation:
    return explain(cohort.image_ids[0], cohort, ThreeCuts())


@pytest.fixture(scope="module")
def photographed(tmp_path_factory: pytest.TempPathFactory) -> Explanation:
    real = small_cohort(tmp_path_factory.mktemp("real"), simulated=False)
    return explain(real.image_ids[0], real, ThreeCuts())


def read(explanation: Explanation, folder: Path, **options: bool | None) -> Page:
    out = write_explanation(explanation, folder / "page.html", **options)
    return Page(out.read_text(encoding="utf-8"))


def test_the_page_is_whole_and_fetches_nothing(simulated: Explanation, tmp_path: Path) -> None:
    page = read(simulated, tmp_path)
    assert page.open == []
    for tag, attributes in page.elements:
        for name in FETCHING & set(attributes):
            assert attributes[name].startswith("data:"), (tag, name)
    assert not page.all("script")
    assert "default-src 'none'" in page.html


def test_a_simulated_cohort_is_marked_on_the_page_and_in_every_picture(
    simulated: Explanation, tmp_path: Path
) -> None:
    page = read(simulated, tmp_path)
    assert "Every face on this page is simulated." in page.text
    pictures = page.all("img")
    assert len(pictures) == 2 + 6
    for picture in pictures:
        data = base64.b64decode(picture["src"].partition(",")[2])
        image = decode_image(data)
        # The strip that the word stands on is dark at the left end of the last rows.
        assert image[-6:-2, 2:20].mean() < 125


def test_what_the_page_says_is_what_was_found(simulated: Explanation, tmp_path: Path) -> None:
    page = read(simulated, tmp_path)
    for case in simulated.neighbours.cases:
        assert case.name in page.text
        assert f"{case.cosine:.3f}" in page.text
    for one in simulated.measured.deviating:
        assert one.sentence in page.text
    for evidence in simulated.conditions:
        for term in evidence.of("agrees") + evidence.of("disagrees"):
            assert term.label in page.text
    assert "diagnos" not in page.html.lower()
    assert "random orders" in page.text


def test_a_photograph_is_not_shown_unless_asked_for(
    photographed: Explanation, tmp_path: Path
) -> None:
    """Only the map is there, over grey; asked for, the faces are and the page says so."""
    page = read(photographed, tmp_path)
    assert "It shows no photograph." in page.text
    assert "Every face on this page is simulated" not in page.text
    assert len(page.all("img")) == 1
    shown = read(photographed, tmp_path, show_faces=True)
    assert "Photographs are shown because whoever made the page asked" in shown.text
    assert len(shown.all("img")) == 2 + 6


def test_the_map_of_a_hidden_face_holds_no_pixel_of_it(
    photographed: Explanation, tmp_path: Path
) -> None:
    """Two crops, one map: equal pages."""
    from dataclasses import replace

    import numpy as np

    before = read(photographed, tmp_path).html
    other = replace(photographed, crop=np.zeros_like(photographed.crop))
    assert read(other, tmp_path).html == before


def test_faces_of_a_simulated_cohort_can_be_hidden(simulated: Explanation, tmp_path: Path) -> None:
    assert len(read(simulated, tmp_path, show_faces=False).all("img")) == 1


def test_equal_explanations_give_equal_pages_and_text_is_escaped(
    cohort: Cohort, simulated: Explanation, tmp_path: Path
) -> None:
    from dataclasses import replace

    assert read(simulated, tmp_path).html == read(simulated, tmp_path).html
    probe = replace(simulated.probe, notes=("<script>alert(1)</script>",))
    page = read(replace(simulated, probe=probe), tmp_path)
    assert not page.all("script")
    assert "<script>alert(1)</script>" in page.text


def test_a_page_without_a_map_and_without_measures_is_whole(
    photographed: Explanation, tmp_path: Path
) -> None:
    from dataclasses import replace

    page = read(replace(photographed, map=None, test=None), tmp_path)
    assert page.open == []
    assert "does not apply to a photograph" in page.text
    assert not page.all("img")
