"""`rdface describe` as people call it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from rdface.cli.main import rdface
from rdface.cohort import write_cohort
from rdface.errors import RdfaceError, TermsError, UsageError
from rdface.phenotype.report_files import read_reports
from rdface.phenotype.sections import SECTIONS
from tests.conftest import MakeCohort
from tests.phenotype.describers.chat_server import Handler, chat_server

REPORT = json.dumps(
    dict.fromkeys(SECTIONS, "Ordinary.")
    | {"nose": "Short nose.", "suspected_conditions": ["Noonan syndrome"]}
)


def _run(*arguments: str | Path) -> str:
    result = CliRunner().invoke(rdface, list(map(str, arguments)), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_describers_are_listed_with_their_options() -> None:
    shown = _run("describe", "--list")
    assert "openai: " in shown and "qwen2.5-vl: " in shown
    assert "--set model=...  (must be given)" in shown
    assert "--set max_new_tokens=1024" in shown


@pytest.mark.weights
def test_a_cohort_is_described_and_the_statuses_are_shown(
    make_cohort: MakeCohort, tmp_path: Path
) -> None:
    cohort, out = make_cohort(), tmp_path / "reports"

    def behave(handler: Handler, number: int) -> None:
        handler.say("I'm sorry, I can't help with that." if number == 0 else REPORT)

    with chat_server(behave) as seen:
        options = ["--set", f"url={seen.url}", "--set", "model=m", "--set", "price_in=2"]
        call = ["describe", cohort.root, "--with", "openai", *options, "--out", out]
        shown = _run(*call, "--limit", "4")
        again = _run(*call, "--limit", "6")
    assert "complete\t3\t75.0%" in shown and "refused\t1\t25.0%" in shown
    assert "failed\t0\t0.0%" in shown
    assert "4 reports, 4 of them new" in shown
    assert "tokens: 4000 in, 800 out, cost 0.008 by the prices given" in shown
    assert "6 reports" in again and len(seen.bodies) < 10
    reports = read_reports(out)
    assert sum(report.suspected == ("Noonan syndrome",) for report in reports) == len(reports) - 1


@pytest.mark.weights
def test_a_server_that_is_not_there_is_named_and_no_success(
    make_cohort: MakeCohort, tmp_path: Path
) -> None:
    """Fewer failures than stop a run: the reason must be said all the same."""
    options = ["--set", "url=http://127.0.0.1:9/v1", "--set", "model=m", "--set", "retries=0"]
    call = ["describe", make_cohort().root, "--with", "openai", *options, "--limit", "2"]
    with pytest.raises(RdfaceError, match="No picture was described: The connection failed"):
        _run(*call, "--out", tmp_path / "out")
    assert len(read_reports(tmp_path / "out")) == 2


def test_a_real_cohort_is_not_sent_away(make_cohort: MakeCohort, tmp_path: Path) -> None:
    cohort = make_cohort()
    info = cohort.info.model_copy(update={"simulated": False, "name": "people"})
    write_cohort(cohort.root, info, cohort.images, cohort.conditions)
    with pytest.raises(TermsError, match=r"people show real people.*https://models\.example\.org"):
        _run(
            *("describe", cohort.root, "--with", "openai", "--set", "model=m"),
            *("--set", "url=https://models.example.org/v1", "--out", tmp_path / "out"),
            "--allow-upload",
        )


@pytest.mark.parametrize(
    ("setting", "what"),
    [("modle=x", "modle"), ("model", "model"), ("timeout=soon", "timeout"), ("key=sk-1", "key")],
)
def test_a_wrong_option_is_named_and_its_value_is_not_repeated(
    setting: str, what: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=what) as caught:
        _run(
            *("describe", "sim103", "--with", "openai", "--set", "model=m"),
            *("--set", setting, "--out", tmp_path),
        )
    assert "sk-1" not in caught.value.message + str(caught.value.hint)


def test_an_unknown_describer_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no describer") as caught:
        _run("describe", "sim103", "--with", "openia", "--out", tmp_path)
    assert "openai" in str(caught.value.hint)
