"""The weights that are called needed are enough for the demo's detector and backbones."""

from __future__ import annotations

from pathlib import Path

import pytest

from rdface.backbones import load_backbone
from rdface.bench import read_spec
from rdface.doctor.storage import NEEDED
from rdface.doctor.trial import examine_a_face
from rdface.weights import find
from rdface.weights.store import cached_folder


@pytest.mark.weights
def test_the_needed_weights_are_enough_and_without_them_nothing_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = {name: cached_folder(find(name)).parent for name in NEEDED}
    monkeypatch.setenv("RDFACE_CACHE", str(tmp_path / "cache"))
    (found,) = examine_a_face()
    assert found.state == "wrong" and "rdface weights pull yunet" in found.mend
    for name, folder in here.items():
        (tmp_path / "cache" / "weights" / name).symlink_to(folder)
    (found,) = examine_a_face()
    assert found.state == "good", found
    assert "512 and 128 numbers" in found.about
    demo = read_spec(Path("demo"))
    assert demo.detector == "yunet"
    for name in {part for title in demo.backbones for part in title.split("+")}:
        load_backbone(name)
