"""Reports on disk survive a killed run."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rdface.errors import RunError, UsageError
from rdface.phenotype.report import Report
from rdface.phenotype.report_files import (
    REPORTS,
    Line,
    ReportLog,
    count_statuses,
    only_writer,
    read_about,
    read_lines,
    read_reports,
    write_about,
    write_lines,
)


def _line(image_id: str, text: str = "x", status: str = "complete") -> Line:
    report = Report.model_validate({"image_id": image_id, "status": status, "text": text})
    return Line(image_sha256="0" * 64, fingerprint="f", reading="r", report=report)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(text=st.text(max_size=50))
def test_any_text_comes_back_and_is_one_line(tmp_path: Path, text: str) -> None:
    write_lines(tmp_path, [_line("a", text), _line("b", "\u2028\x85\n\r")])
    assert (tmp_path / REPORTS).read_bytes().count(b"\n") == 2
    assert [report.text for report in read_reports(tmp_path)] == [text, "\u2028\x85\n\r"]


@pytest.mark.parametrize("torn", [1, 5, 60])
def test_a_torn_last_line_is_cut_off_and_the_run_goes_on(tmp_path: Path, torn: int) -> None:
    with ReportLog(tmp_path) as log:
        log.append(_line("a"))
        log.append(_line("b"))
    path = tmp_path / REPORTS
    path.write_bytes(path.read_bytes()[:-torn])
    assert [key[0] for key in read_lines(tmp_path)] == ["a"]
    assert not path.read_bytes().endswith(b"\n")
    read_lines(tmp_path, mend=True)
    with ReportLog(tmp_path) as log:
        log.append(_line("c"))
    assert [report.image_id for report in read_reports(tmp_path)] == ["a", "c"]


def test_the_last_line_of_a_picture_counts(tmp_path: Path) -> None:
    with ReportLog(tmp_path) as log:
        log.append(_line("a", "", "failed"))
        log.append(_line("a", "better"))
    assert [report.text for report in read_reports(tmp_path)] == ["better"]


def test_an_altered_line_is_named(tmp_path: Path) -> None:
    write_lines(tmp_path, [_line("a"), _line("b")])
    path = tmp_path / REPORTS
    path.write_bytes(b"{}\n" + path.read_bytes())
    with pytest.raises(RunError, match="Line 1"):
        read_reports(tmp_path)


def test_a_folder_has_one_writer(tmp_path: Path) -> None:
    with only_writer(tmp_path):
        with pytest.raises(RunError, match="Another process"), only_writer(tmp_path):
            pass
    with only_writer(tmp_path):
        pass


def test_no_reports_say_how_to_make_them(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no reports"):
        read_reports(tmp_path)


def test_about_comes_back_and_nonsense_is_refused(tmp_path: Path) -> None:
    assert read_about(tmp_path) == {}
    told = {"fingerprint": "f", "cohort": {"name": "c", "version": "1", "sha256": "0" * 64}}
    write_about(tmp_path, {"a": 1, **told})
    assert read_about(tmp_path)["a"] == 1
    for nonsense in ("[]", "{", '{"schema_version": 1}', '{"schema_version": 1, "cohort": "c"}'):
        (tmp_path / "about.json").write_text(nonsense)
        with pytest.raises(RunError, match="about"):
            read_about(tmp_path)
    write_about(tmp_path, {key: told[key] for key in ("cohort",)})
    with pytest.raises(RunError, match="who described"):
        read_about(tmp_path)


def test_every_status_is_counted() -> None:
    counts = count_statuses([_line("a").report, _line("b", "", "refused").report])
    assert counts == {"complete": 1, "partial": 0, "empty": 0, "refused": 1, "failed": 0}
