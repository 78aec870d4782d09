"""The documents of a cohort: the same bytes, small counts hidden, nothing from outside."""

from __future__ import annotations

import csv
import io
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
import yaml
from click.testing import CliRunner, Result

from rdface.cli.main import rdface
from rdface.cohort import Cohort, CohortInfo, write_cohort
from rdface.cohort.documents import answer_questions, gather_facts
from rdface.cohort.schema import IMAGE_COLUMNS
from rdface.imaging import decode_image
from rdface.pages.cohort_documents.canvas import Canvas
from rdface.pages.cohort_documents.card import write_card
from rdface.pages.cohort_documents.figure import draw_figure
from rdface.pages.cohort_documents.writing import write_documents

NAMES = ["card.md", "cohort.html", "cohort.png", "cohort.svg", "datasheet.md", "subgroups.csv"]


@pytest.fixture(autouse=True)
def small_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """The figure as a thumbnail, but for :func:`test_the_figure_is_a_picture_too`."""
    whole = Canvas.to_png
    monkeypatch.setattr(Canvas, "to_png", lambda self, scale=0.2: whole(self, scale))


@pytest.fixture
def real(make_cohort) -> Cohort:  # noqa: ANN001
    """24 patients who are said to be real; three of them are African."""
    cohort = make_cohort(conditions=3, patients=8)
    images = cohort.images.copy()
    images["ancestry"] = ["african"] * 3 + ["asian"] * 12 + ["european"] * 9
    info = cohort.info.model_copy(update={"simulated": False, "data_use": ("DUO:0000042",)})
    return write_cohort(cohort.root, info, images, cohort.conditions)


def document(*arguments: object) -> Result:
    return CliRunner().invoke(rdface, ["cohort", "document", *map(str, arguments)])


def test_a_second_time_gives_the_same_bytes(real: Cohort, tmp_path: Path) -> None:
    """No date, no path, no order that depends on chance."""
    write_documents(real, tmp_path / "a")
    moved = tmp_path / "elsewhere"
    shutil.copytree(real.root, moved)
    write_documents(Cohort(moved, real.info, real.images, real.conditions), tmp_path / "b")
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == NAMES
    for name in NAMES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_small_counts_of_people_are_in_none_of_the_files(real: Cohort, tmp_path: Path) -> None:
    """Three Africans: neither their number nor a way to it; the flag shows them and says so."""
    made = write_documents(real, tmp_path)
    assert made.smallest == 5
    rows = list(csv.DictReader(io.StringIO((tmp_path / "subgroups.csv").read_text())))
    shown = [row["patients"] for row in rows if row["patients"] != "hidden"]
    assert {int(n) for n in shown} & {1, 2, 3, 4} == set()
    by_ancestry = {row["group"]: row["patients"] for row in rows if row["by"] == "ancestry"
                   and not row["crossed_with"]}  # fmt: skip
    assert by_ancestry == {"african": "hidden", "asian": "12", "european": "hidden"}
    card = (tmp_path / "card.md").read_text()
    assert "| african | hidden | hidden |" in card
    assert "african hidden, asian 12, european hidden" in (tmp_path / "datasheet.md").read_text()
    page = (tmp_path / "cohort.html").read_text()
    assert "Not for publication" not in page
    open_ = write_documents(real, tmp_path / "open", unsuppressed=True)
    assert open_.private
    assert "Not for publication" in (tmp_path / "open" / "cohort.html").read_text()
    assert "ancestry,african,,,3,3" in (tmp_path / "open" / "subgroups.csv").read_text()


def test_nothing_is_hidden_of_nobody(make_cohort, tmp_path: Path) -> None:  # noqa: ANN001
    """A simulated cohort shows its counts and that it is simulated; it can be told to hide."""
    cohort = make_cohort()
    made = write_documents(cohort, tmp_path)
    assert (made.n_hidden, made.private) == (0, False)
    for name in ("card.md", "datasheet.md", "cohort.html", "cohort.svg"):
        assert "imulated" in (tmp_path / name).read_text()
    assert write_documents(cohort, tmp_path, smallest=5).n_hidden > 0


def test_the_page_is_whole_and_the_figure_is_a_file_by_itself(real: Cohort, tmp_path: Path) -> None:
    """Nothing is fetched, nothing runs; and the SVG is XML by itself."""
    write_documents(real, tmp_path)
    page = (tmp_path / "cohort.html").read_text()
    addresses = set(re.findall(r"https?://[^\"'\s<>]+", page))
    assert addresses == {"http://www.w3.org/2000/svg"}
    assert "<script" not in page
    svg = ElementTree.fromstring((tmp_path / "cohort.svg").read_text())  # noqa: S314 - our own
    assert svg.attrib["viewBox"].startswith("0 0 1000 ")


def test_the_figure_is_a_picture_too(real: Cohort) -> None:
    """The PNG has the shape of the drawing, and its bars and its map are in it."""
    figure = draw_figure(gather_facts(real, smallest=5))
    picture = decode_image(figure.to_png(1.0), "figure")
    assert picture.shape == (round(figure.height), 1000, 3)
    blue = (picture == (0x00, 0x72, 0xB2)).all(axis=2)
    assert blue.sum() > 3000
    land = (np.abs(picture.astype(int) - (0xE3, 0xE7, 0xEC)).max(axis=2) < 6).sum()
    assert land > 50_000


def test_sizes_of_conditions_are_not_said_where_they_tell_of_a_hidden_one(
    make_cohort,  # noqa: ANN001
    tmp_path: Path,
) -> None:
    """Three conditions with three patients each: how many have three images says it of each."""
    cohort = make_cohort(conditions=3)
    write_documents(cohort, tmp_path / "all")
    write_documents(cohort, tmp_path / "hidden", smallest=5)
    for name in ("card.md", "datasheet.md"):
        assert "condition has 3" in (tmp_path / "all" / name).read_text()
        assert "condition has 3" not in (tmp_path / "hidden" / name).read_text()
    assert "images of the condition" in (tmp_path / "all" / "cohort.svg").read_text()
    assert "images of the condition" not in (tmp_path / "hidden" / "cohort.svg").read_text()


@pytest.mark.parametrize("known", [{}, {"country": ["XK"] * 40, "sex": ["male"] * 40}])
def test_cohorts_that_say_little_have_documents_too(
    known: dict[str, list[str]], tmp_path: Path
) -> None:
    """No age, no country, conditions of very different sizes; and one without a real image."""
    rows = [
        {"image_id": f"i{n}", "patient_id": f"p{n}", "condition": f"C{n % 40 == 0}"}
        for n in range(40)
    ]
    images = pd.DataFrame(rows).assign(**known).reindex(columns=IMAGE_COLUMNS, fill_value="")
    listed = pd.DataFrame({"condition": ["CTrue", "CFalse"], "facial_hpo": ""})
    info = CohortInfo(name="c", version="1", licence="x")
    write_documents(Cohort(tmp_path, info, images, listed), tmp_path / "a")
    made = write_documents(
        Cohort(tmp_path, info, images.assign(synthetic_of="z"), listed), tmp_path / "b"
    )
    assert made.n_hidden == 0
    assert "0 patients" in (tmp_path / "b" / "datasheet.md").read_text()


def test_text_of_the_cohort_is_escaped(real: Cohort, tmp_path: Path) -> None:
    """A title or an ancestry is text, whatever it looks like."""
    info = real.info.model_copy(update={"title": "<script>alert(1)</script>"})
    images = real.images.assign(ancestry="<b>x</b>")
    write_documents(Cohort(real.root, info, images, real.conditions), tmp_path)
    page = (tmp_path / "cohort.html").read_text()
    assert "<script" not in page
    assert "<b>x</b>" not in page


def test_the_card_has_a_header_that_a_hub_reads(real: Cohort, tmp_path: Path) -> None:
    """Its licence is an identifier or `other` with a name; terms stand in words."""
    write_documents(real, tmp_path)
    text = (tmp_path / "card.md").read_text()
    header = yaml.safe_load(text.split("---")[1])
    assert header["license"] == "cc0-1.0"
    assert header["size_categories"] == ["n<1K"]
    assert "- DUO:0000042 (general research use)" in text
    assert "synthetic" not in header["tags"]
    info = real.info.model_copy(update={"licence": "by agreement"})
    write_documents(Cohort(real.root, info, real.images, real.conditions), tmp_path)
    header = yaml.safe_load((tmp_path / "card.md").read_text().split("---")[1])
    assert (header["license"], header["license_name"]) == ("other", "by agreement")


def test_check_fails_until_all_is_answered(real: Cohort, tmp_path: Path) -> None:
    """Exit code 1 with the gaps' names; answers in cohort.yaml fill them and stay."""
    out = tmp_path / "out"
    failed = document(real.root, "--out", out, "--check")
    assert failed.exit_code == 1
    gaps = re.findall(r"gap: (\S+)", failed.output)
    assert "collection.who" in gaps
    assert document(real.root, "--out", out).exit_code == 0
    stated = yaml.safe_load((real.root / "cohort.yaml").read_text())
    stated["datasheet"] = {gap: f"Answer to {gap}." for gap in gaps}
    (real.root / "cohort.yaml").write_text(yaml.safe_dump(stated))
    passed = document(real.root, "--out", out, "--check")
    assert passed.exit_code == 0, passed.output
    assert "50 of 50 answered" in passed.output
    assert "Answer to collection.who." in (out / "datasheet.md").read_text()
    assert "GAP" not in (out / "datasheet.md").read_text()
    stated["datasheet"]["collection.whom"] = "a slip"
    (real.root / "cohort.yaml").write_text(yaml.safe_dump(stated))
    slipped = document(real.root, "--out", out, "--check")
    assert slipped.exit_code == 1
    assert "collection.whom" in slipped.output


def test_the_card_gives_no_hidden_condition_away(make_cohort) -> None:  # noqa: ANN001
    """That no condition has one patient would say that one with two images has two."""
    cohort = make_cohort(conditions=4, patients=6)
    images = cohort.images
    few = images["condition"].isin(["C1", "C2"]) & ~images["patient_id"].str.contains("_P[01]$")
    images = images[~few]
    again = images[images["patient_id"] == "C2_P0"].assign(image_id="again")
    info = cohort.info.model_copy(update={"simulated": False})
    images = pd.concat([images, again], ignore_index=True)
    facts = gather_facts(Cohort(cohort.root, info, images, cohort.conditions), smallest=5)
    totals = facts.subgroups.single["condition"].row_totals
    assert totals["C1"].hidden and totals["C2"].hidden
    card = write_card(facts, answer_questions(facts))
    assert "A condition has 2 to 6 images." in card
    assert "have one patient" not in card
