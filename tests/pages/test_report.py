"""The page: whole, self-contained, honest about what it shows, equal for equal runs."""

from __future__ import annotations

import base64
import re
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from rdface.bench import Run
from rdface.cohort import Cohort, write_cohort
from rdface.errors import RunError
from rdface.imaging import decode_image
from rdface.pages import write_report
from rdface.pages.figures.contact_sheet import SIDE, marked_jpeg

MakeCohort = Callable[..., Cohort]
MakeRun = Callable[..., Path]
FETCHING = {"src", "srcset", "data", "poster", "action", "background", "formaction", "xlink:href"}
VOID = {"meta", "img", "wbr", "br", "link", "input"}


class Page(HTMLParser):
    """All elements with their attributes, the text, and whether every element is closed."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture
def page(make_cohort: MakeCohort, make_run: MakeRun, runs_folder: Path) -> Page:
    cohort = make_cohort(conditions=6, patients=3)
    make_run(cohort, skill=2.0)
    make_run(cohort, backbone="sface", seed=1, skill=0.0)
    make_run(cohort, backbone="facenet+sface", learner="knn", seed=2, skill=1.5)
    return Page(write_report(runs_folder).read_text(encoding="utf-8"))


def test_nothing_is_fetched(page: Page) -> None:
    """No element asks for anything but data of its own, and a policy forbids it besides."""
    for tag, attributes in page.elements:
        assert tag not in {"script", "link", "iframe", "object", "embed", "base"}
        for name in FETCHING & set(attributes):
            assert attributes[name].startswith("data:"), (tag, attributes[name][:40])
        if "href" in attributes:
            assert tag == "a"
            assert attributes["href"].startswith(("#", "https://doi.org/", "https://hpo.jax.org"))
        assert "url(" not in attributes.get("style", "")
    assert "@import" not in page.html and "url(" not in page.html and "http://" not in page.html
    policy = [one for one in page.all("meta") if "http-equiv" in one]
    assert policy[0]["content"].startswith("default-src 'none'")


def test_the_page_is_well_formed_and_speaks_to_those_who_cannot_see(page: Page) -> None:
    assert page.open == [], "every element is closed"
    assert all(image["alt"] for image in page.all("img"))
    assert all(one.get("aria-label") for _, one in page.elements if one.get("role") == "img")
    assert all(cell.get("scope") for cell in page.all("th"))
    ids = [one["id"] for _, one in page.elements if "id" in one]
    assert len(ids) == len(set(ids))
    for _, attributes in page.elements:
        for name in ("aria-labelledby",):
            assert attributes.get(name, ids[0]) in ids
        if attributes.get("href", "").startswith("#"):
            assert attributes["href"][1:] in ids
    assert any(one.get("name") == "viewport" for one in page.all("meta"))
    figures = re.findall(r"Figure (\d+)\.", page.text)
    assert figures == [str(number) for number in range(1, len(figures) + 1)]


def test_equal_runs_give_equal_bytes(page: Page, runs_folder: Path, tmp_path: Path) -> None:
    again = write_report(runs_folder, tmp_path / "elsewhere" / "page.html")
    assert again.read_text(encoding="utf-8") == page.html


def test_every_face_is_marked_simulated_in_its_picture_and_beside_it(page: Page) -> None:
    faces = page.all("img")
    assert len(faces) == 6, "one of each condition"
    assert all("imulated" in face["alt"] for face in faces)
    items = re.findall(r"<li><img .*?</li>", page.html)
    assert len(items) == 6 and all("<span>simulated" in item for item in items)
    assert "Every face on this page is simulated." in page.text
    jpeg = base64.b64decode(faces[0]["src"].removeprefix("data:image/jpeg;base64,"))
    strip = decode_image(jpeg)[SIDE - 24 :]
    assert strip.max() > 200 and strip.mean() < 120, "white letters on a dark strip"


def test_the_mark_is_part_of_the_picture(make_cohort: MakeCohort) -> None:
    cohort = make_cohort(conditions=1, patients=1)
    image = decode_image(cohort.path(cohort.image_ids[0]).read_bytes())
    one, other = marked_jpeg(image, "simulated"), marked_jpeg(image, "photograph")
    assert one != other and decode_image(one).shape == (SIDE, SIDE, 3)


def test_photographs_of_patients_stay_out_unless_asked_for(
    make_cohort: MakeCohort, make_run: MakeRun, runs_folder: Path
) -> None:
    made = make_cohort(conditions=5, patients=2)
    info = made.info.model_copy(update={"simulated": False})
    cohort = write_cohort(made.root, info, made.images, made.conditions)
    make_run(cohort)
    page = Page(write_report(runs_folder).read_text(encoding="utf-8"))
    assert not page.all("img") and "data:image" not in page.html
    assert "simulated" not in page.text
    asked = Page(write_report(runs_folder, show_faces=True).read_text(encoding="utf-8"))
    assert len(asked.all("img")) == 5
    assert all("hotograph" in image["alt"] for image in asked.all("img"))
    assert "simulated" not in asked.text


def test_faces_of_a_simulated_cohort_can_be_left_out(
    page: Page, make_cohort: MakeCohort, runs_folder: Path
) -> None:
    without = Page(write_report(runs_folder, show_faces=False).read_text(encoding="utf-8"))
    assert not without.all("img")


def test_the_numbers_are_those_of_the_results(page: Page, runs_folder: Path) -> None:
    """Every top-k cell of the leaderboard is a number of result.json, with its interval."""
    for folder in sorted(runs_folder.glob("*__*")):
        metrics = Run(folder).result.metrics
        for kind in ("micro", "macro"):
            for k in (1, 5, 10, 30):
                one = metrics[f"top{k}_{kind}"]
                cell = (
                    f"<td>{100 * one.value:.1f}"
                    f"<small>{100 * one.low:.1f}–{100 * one.high:.1f}</small></td>"
                )
                assert cell in page.html
    chance = Run(runs_folder / "facenet__lda").result.chance["top1_micro"]
    assert f"chance {100 * chance:.1f}" in page.text


def test_runs_stand_in_order_of_top1(page: Page, runs_folder: Path) -> None:
    runs = [Run(folder) for folder in runs_folder.glob("*__*")]
    runs.sort(key=lambda run: -run.result.metrics["top1_micro"].value)
    table = page.html[page.html.index("<tbody>") :]
    places = [table.index(f"{place} · {run.result.learner}") for place, run in enumerate(runs, 1)]
    assert places == sorted(places)
    assert f"<b>{runs[0].result.backbone} ({runs[0].result.learner})</b>" in page.html


def test_everything_written_by_others_is_escaped(
    make_cohort: MakeCohort, make_run: MakeRun, runs_folder: Path
) -> None:
    evil = "<script>alert('x')</script>\" onload=\"y"
    made = make_cohort(conditions=5, patients=2)
    info = made.info.model_copy(update={"licence": evil, "sources": (evil,), "version": evil})
    conditions = made.conditions.assign(
        name=[f"{evil} {n}" for n in range(5)],
        facial_hpo=f"HP:0000316~{evil}=9/14",
    )
    images = made.images.assign(ancestry=evil)
    cohort = write_cohort(made.root, info, images, conditions)
    make_run(cohort, backbone=evil.replace("/", "-"), versions={evil: evil}, chosen={evil: 1})
    make_run(cohort, learner="knn", seed=1)
    page = Page(write_report(runs_folder, cohort=cohort.root).read_text(encoding="utf-8"))
    assert not page.all("script") and page.open == []
    assert not any("onload" in attributes for _, attributes in page.elements)
    assert evil in page.text


def test_runs_that_cannot_be_told_apart_are_refused(
    make_cohort: MakeCohort, make_run: MakeRun, runs_folder: Path
) -> None:
    cohort = make_cohort(conditions=5, patients=2)
    run = make_run(cohort)
    shutil.copytree(run, runs_folder / "again" / run.name)
    with pytest.raises(RunError, match="same backbone and learner"):
        write_report(runs_folder, cohort=cohort.root)


def test_runs_of_different_splits_are_refused(
    make_cohort: MakeCohort, make_run: MakeRun, runs_folder: Path
) -> None:
    cohort = make_cohort(conditions=5, patients=2)
    make_run(cohort)
    make_run(cohort, learner="knn", split_sha256="c" * 64)
    with pytest.raises(RunError, match="different split") as raised:
        write_report(runs_folder)
    assert "facenet__knn" in str(raised.value) and "facenet__lda" in str(raised.value)
    assert not (runs_folder / "report.html").exists()


def test_another_cohort_than_the_tested_one_is_refused(
    make_cohort: MakeCohort, make_run: MakeRun, runs_folder: Path
) -> None:
    make_run(make_cohort(conditions=5, patients=2))
    other = make_cohort(conditions=5, patients=2, seed=1, folder="other")
    with pytest.raises(RunError, match="not the one that was tested"):
        write_report(runs_folder, cohort=other.root)


def test_an_empty_folder_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no finished run"):
        write_report(tmp_path)


def test_missing_metrics_leave_gaps_not_errors(
    make_cohort: MakeCohort, make_run: MakeRun, runs_folder: Path
) -> None:
    """A result of another task or version may lack numbers; a gap is shown as a dash."""
    cohort = make_cohort(conditions=5, patients=2)
    make_run(cohort)
    make_run(cohort, backbone="sface", seed=1, metrics={}, chance={}, chosen={}, versions={})
    page = Page(write_report(runs_folder).read_text(encoding="utf-8"))
    assert page.open == [] and "<td>–</td>" in page.html


def test_a_single_run_without_any_metric_still_makes_a_page(
    make_cohort: MakeCohort, make_run: MakeRun, runs_folder: Path
) -> None:
    make_run(make_cohort(conditions=2, patients=2), metrics={}, chance={})
    page = Page(write_report(runs_folder).read_text(encoding="utf-8"))
    assert page.open == [] and "Paired comparisons" not in page.text


def test_unknown_age_sex_country_and_terms_are_no_obstacle(
    make_cohort: MakeCohort, make_run: MakeRun, runs_folder: Path
) -> None:
    made = make_cohort(conditions=5, patients=2)
    images = made.images.assign(age="", sex="", country="", ancestry="", hpo_terms="")
    conditions = made.conditions.assign(facial_hpo="")
    make_run(write_cohort(made.root, made.info, images, conditions))
    page = Page(write_report(runs_folder).read_text(encoding="utf-8"))
    assert page.open == [] and "Patients by country" not in page.text


def test_conditions_that_only_train_are_listed_with_the_reason(
    make_cohort: MakeCohort, make_run: MakeRun, runs_folder: Path
) -> None:
    cohort = make_cohort(conditions=5, patients=1, images=2)
    make_run(cohort, train_only_conditions=("C3",))
    text = Page(write_report(runs_folder).read_text(encoding="utf-8")).text
    apart = text[text.index("Conditions that were not tested") :]
    assert "Condition 3 (images of one patient only)" in apart
    assert "stands in training only" in apart and "Condition 2" not in apart


def test_a_leaky_protocol_is_not_praised(
    make_cohort: MakeCohort, make_run: MakeRun, runs_folder: Path
) -> None:
    make_run(make_cohort(conditions=5, patients=2), tolerated_leaks={"patient": 7})
    text = Page(write_report(runs_folder).read_text(encoding="utf-8")).text
    assert "too high by an unknown amount" in text and "no picture was in training" not in text


def test_no_folder_of_the_machine_is_on_the_page(page: Page, tmp_path: Path) -> None:
    """Where somebody keeps a cohort may say who they are."""
    assert str(tmp_path) not in page.html
    assert "cohort: cohort" in page.text and "- facenet+sface" in page.text
