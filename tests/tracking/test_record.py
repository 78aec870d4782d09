"""A tracker is told what result.json says of all patients together, and of nobody alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from rdface.errors import UsageError
from rdface.tracking import TRACKERS, record_of
from tests.hub.conftest import MakeRun


@pytest.mark.weights
def test_a_record_has_the_numbers_and_no_id_and_no_path(make_run: MakeRun, tmp_path: Path) -> None:
    run = make_run()
    (run.folder / "history.csv").write_text(
        "fold,epoch,loss,validation_top1\n0,1,0.5,0.25\n0,2,0.4,nan\n1,1,0.6,0.5\n"
    )
    record = record_of(run)
    metric = run.result.metrics["top1_micro"]
    assert record.numbers["top1_micro"] == metric.value
    assert record.numbers["top1_micro/low"] == metric.low
    assert record.numbers["top1_micro/patients"] == 24
    assert record.numbers["top1_micro/chance"] == pytest.approx(0.25)
    assert record.curves[1] == {
        "fold-0/loss": 0.5,
        "fold-0/validation_top1": 0.25,
        "fold-1/loss": 0.6,
        "fold-1/validation_top1": 0.5,
    }
    assert record.curves[2] == {"fold-0/loss": 0.4}
    assert record.settings["leaks"] == "none"
    said = repr(record)
    ids = {*run.predictions.image_ids, *run.predictions.patient_ids}
    assert [one for one in (*ids, str(tmp_path)) if one in said] == []


@pytest.mark.weights
def test_a_leak_goes_along_with_the_numbers(make_run: MakeRun) -> None:
    run = make_run()
    leaky = {"tolerated_leaks": {"shared patient": 3, "near duplicate": 1}}
    vars(run)["result"] = run.result.model_copy(update=leaky)
    assert record_of(run).settings["leaks"] == "shared patient 3, near duplicate 1"


def test_there_are_two_trackers_and_a_third_name_shows_them() -> None:
    assert TRACKERS.names() == ["mlflow", "wandb"]
    with pytest.raises(UsageError) as caught:
        TRACKERS.get("mlflo")
    assert "Did you mean mlflow?" in str(caught.value.hint)


def test_a_server_is_refused_without_a_word_and_its_password_not_shown() -> None:
    with pytest.raises(UsageError, match="not on this machine") as caught:
        TRACKERS.get("mlflow")("https://user:secret@elsewhere.example", False)
    assert "secret" not in caught.value.message
