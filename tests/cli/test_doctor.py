"""A sound installation leaves with 0, one that cannot run the demo with 1, in words and in JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rdface.doctor.storage import NEEDED
from rdface.weights import find
from rdface.weights.store import cached_folder


def _doctor(cache: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rdface", "doctor", "--json"],
        capture_output=True,
        text=True,
        env=os.environ | {"RDFACE_CACHE": str(cache)},
        timeout=120,
    )


@pytest.mark.weights
def test_the_weights_of_the_demo_are_enough_and_without_them_nothing_works(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir(mode=0o700)
    done = _doctor(cache)
    assert done.returncode == 1, done.stderr
    (trial,) = [one for one in json.loads(done.stdout)["findings"] if one["section"] == "trial"]
    assert trial["state"] == "wrong" and "rdface weights pull yunet" in trial["mend"]

    (cache / "weights").mkdir()
    for name in NEEDED:
        (cache / "weights" / name).symlink_to(cached_folder(find(name)).parent)
    done = _doctor(cache)
    report = json.loads(done.stdout)
    assert done.returncode == 0 and report["sound"], done.stdout
    assert [one for one in report["findings"] if one["state"] == "wrong"] == []
