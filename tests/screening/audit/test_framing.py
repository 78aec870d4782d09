"""Portraits of real faces do not outlive the audit that cut them."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rdface.screening.audit.framing import portraits_folder

HOLD = """
import time
from rdface.screening.audit.framing import portraits_folder
with portraits_folder() as place:
    (place / "face.png").write_bytes(b"a face")
    print(place, flush=True)
    time.sleep(60)
"""


def test_portraits_are_removed_at_last_and_on_errors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RDFACE_CACHE", str(tmp_path))
    with pytest.raises(KeyboardInterrupt), portraits_folder() as place:
        (place / "face.png").write_bytes(b"a face")
        raise KeyboardInterrupt
    assert list((tmp_path / "audit").iterdir()) == []


def test_portraits_of_a_killed_audit_go_with_the_next_and_those_of_a_living_one_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SIGKILL leaves no time to clean up; faces of patients must not lie about for ever."""
    monkeypatch.setenv("RDFACE_CACHE", str(tmp_path))
    with subprocess.Popen(
        [sys.executable, "-c", HOLD], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            held = Path(process.stdout.readline().strip())
            with portraits_folder():
                assert (held / "face.png").exists()
        finally:
            process.send_signal(signal.SIGKILL)
    assert (held / "face.png").exists()
    with portraits_folder() as place:
        assert not held.exists() and place.exists()
    assert list((tmp_path / "audit").iterdir()) == []
