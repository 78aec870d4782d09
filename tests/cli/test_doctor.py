"""What was found is printed in words and in JSON; the exit code says whether the demo can run."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

import rdface.doctor
from rdface.cli.doctor import doctor
from rdface.doctor import Checkup, Finding


@pytest.mark.parametrize(("state", "code"), [("good", 0), ("absent", 0), ("wrong", 1)])
def test_only_what_is_wrong_fails(monkeypatch: pytest.MonkeyPatch, state: str, code: int) -> None:
    one = {"section": "weights", "name": "yunet", "state": state, "about": "seen", "mend": "Do so."}
    checkup = Checkup(findings=(Finding.model_validate(one),))
    monkeypatch.setattr(rdface.doctor, "examine", lambda: checkup)
    told = CliRunner().invoke(doctor)
    assert told.exit_code == code
    assert "yunet: seen" in told.output and "Do so." in told.output
    printed = CliRunner().invoke(doctor, ["--json"])
    assert json.loads(printed.output) == {"sound": code == 0, "findings": [one]}
