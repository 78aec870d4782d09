from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rdface.backbones import embed_all, embed_cohort, load_backbone
from rdface.cohort import Cohort, write_cohort
from rdface.engines.inline import Inline
from rdface.errors import ImageError, RdfaceError, UsageError, WeightsError
from rdface.faces import Crop, FaceTable, forget_faces
from tests.bench.pieces import register

MakeCohort = Callable[..., Cohort]
MakeFaces = Callable[[Cohort], FaceTable]


class Mean:
    """A backbone that gives the mean colour, and counts its pictures."""

    name = "mean"
    dim = 3
    crop = Crop(16, 16)

    def __init__(self, fingerprint: str = "a" * 64) -> None:
        self.fingerprint = fingerprint
        self.seen = 0

    def embed(self, images: np.ndarray) -> np.ndarray:
        self.seen += len(images)
        return images.mean(axis=(1, 2)).astype(np.float32)


def test_rows_stand_in_the_cohorts_order_and_are_computed_once(
    own_cache: Path, make_cohort: MakeCohort, make_faces: MakeFaces
) -> None:
    cohort = make_cohort(conditions=5, patients=4)
    faces, backbone = make_faces(cohort), Mean()
    first = embed_cohort(cohort, backbone, faces)
    assert first.shape == (20, 3) and first.dtype == np.float32 and backbone.seen == 20
    again = Mean()
    assert embed_cohort(cohort, again, faces).tobytes() == first.tobytes()
    assert again.seen == 0
    assert len(np.unique(first[:, 0])) == 20


def test_another_fingerprint_or_face_is_computed_anew(
    own_cache: Path, make_cohort: MakeCohort, make_faces: MakeFaces
) -> None:
    """A stale embedding must never be taken for the right one."""
    cohort = make_cohort(conditions=2, patients=2)
    faces = make_faces(cohort)
    embed_cohort(cohort, Mean(), faces)
    other = Mean("b" * 64)
    embed_cohort(cohort, other, faces)
    assert other.seen == 4
    frame = faces.frame.copy()
    frame.loc[0, "nose_x"] += np.float32(1)
    moved = Mean()
    embed_cohort(cohort, moved, FaceTable(frame))
    assert moved.seen == 1


def test_several_backbones_share_one_pass(
    own_cache: Path,
    make_cohort: MakeCohort,
    make_faces: MakeFaces,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each picture is opened once for all of them."""
    import rdface.backbones.sent as module

    cohort = make_cohort(conditions=2, patients=2)
    opened: list[str] = []
    decode = module.decode_image

    def counting(data: bytes, name: str) -> np.ndarray:
        opened.append(name)
        return decode(data, name)

    monkeypatch.setattr(module, "decode_image", counting)
    one, two = embed_all(cohort, [Mean("a" * 64), Mean("b" * 64)], make_faces(cohort))
    assert opened == list(cohort.image_ids)
    np.testing.assert_array_equal(one, two)


class Ahead(Inline):
    """Another machine, which reads all tasks before its first answer and gives the last first."""

    local = False

    def run(self, *args: Any, **others: Any) -> Iterator[tuple[int, Any]]:  # noqa: ANN401
        return reversed(list(super().run(*args, **others)))


def test_a_picture_that_is_there_twice_is_embedded_once(
    own_cache: Path, make_cohort: MakeCohort, make_faces: MakeFaces
) -> None:
    """Though its two places are in batches of which one overtakes the other."""
    register()
    cohort = make_cohort(conditions=5, patients=4)
    names = cohort.image_ids
    cohort.path(names[18]).write_bytes(cohort.path(names[0]).read_bytes())
    images = cohort.images.drop(columns="sha256")
    cohort = write_cohort(cohort.root, cohort.info, images, cohort.conditions)
    faces = make_faces(cohort)
    (there,) = embed_all(cohort, ["pixels-test"], faces, engine=Ahead())
    forget_faces()
    assert embed_cohort(cohort, "pixels-test", faces).tobytes() == there.tobytes()
    assert (there[18] == there[0]).all() and len(np.unique(there, axis=0)) == 19


def test_numbers_that_are_not_finite_never_reach_the_cache(
    own_cache: Path, make_cohort: MakeCohort, make_faces: MakeFaces
) -> None:
    class Broken(Mean):
        def embed(self, images: np.ndarray) -> np.ndarray:
            return np.full((len(images), 3), np.nan, np.float32)

    cohort = make_cohort(conditions=2, patients=1)
    with pytest.raises(RdfaceError, match="not finite"):
        embed_cohort(cohort, Broken(), make_faces(cohort))
    assert np.isfinite(embed_cohort(cohort, Mean(), make_faces(cohort))).all()


def test_a_picture_exchanged_after_the_check_never_reaches_the_cache(
    own_cache: Path, make_cohort: MakeCohort, make_faces: MakeFaces
) -> None:
    """Its embedding would stand under the original's hash for good."""
    cohort = make_cohort(conditions=2, patients=1)
    path = cohort.path(cohort.image_ids[1])
    original = path.read_bytes()
    path.write_bytes(cohort.path(cohort.image_ids[0]).read_bytes())
    with pytest.raises(ImageError, match=f"{cohort.image_ids[1]}.*altered since the cohort"):
        embed_cohort(cohort, Mean(), make_faces(cohort))
    assert not list((own_cache / "embeddings").rglob("*.npz"))
    path.unlink()
    with pytest.raises(ImageError, match="cannot be read"):
        embed_cohort(cohort, Mean(), make_faces(cohort))
    path.write_bytes(original)
    assert len(embed_cohort(cohort, Mean(), make_faces(cohort))) == 2


@pytest.mark.parametrize(
    "name",
    ["facenet", "sface", "landmarks", "anthropometry", "efficientnet_lite0", "facenet-torch"],
)
def test_missing_weights_are_told_of_before_any_work(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A benchmark of hours must not end at its second backbone."""
    monkeypatch.setenv("RDFACE_CACHE", str(tmp_path))
    monkeypatch.delenv("RDFACE_WEIGHTS", raising=False)
    with pytest.raises(WeightsError, match="not on this machine"):
        load_backbone(name)


@pytest.mark.weights
def test_landmarks_of_another_litert_have_another_fingerprint(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    backbone = load_backbone("landmarks")
    before = backbone.fingerprint
    assert backbone.fingerprint == before
    monkeypatch.setattr("rdface.faces.mesh468.version", lambda name: "0.0.1")
    assert backbone.fingerprint != before


def test_a_table_of_other_pictures_is_an_error(
    own_cache: Path, make_cohort: MakeCohort, make_faces: MakeFaces
) -> None:
    faces = make_faces(make_cohort(conditions=2, patients=1))
    with pytest.raises(ImageError, match="no picture"):
        embed_cohort(make_cohort(conditions=3, patients=1, folder="other"), Mean(), faces)


def test_unknown_names_and_stray_arguments_are_clear_errors() -> None:
    with pytest.raises(UsageError, match="facenett") as caught:
        load_backbone("facenett")
    assert "facenet" in (caught.value.hint or "")
    with pytest.raises(UsageError, match="nothing after a colon"):
        load_backbone("facenet:512")
    with pytest.raises(UsageError, match="timm:NAME"):
        load_backbone("timm")


SLOW = """
import sys, time
from pathlib import Path
import numpy as np, pandas as pd
from rdface.backbones import embed_cohort
from rdface.cohort import load_cohort
from rdface.faces import Crop, FaceTable
class Slow:
    name, dim, crop, fingerprint, calls = "mean", 3, Crop(16, 16), "a" * 64, 0
    def embed(self, images):
        self.calls += 1
        if self.calls == 2:
            print("second batch", flush=True); time.sleep(60)
        return images.mean(axis=(1, 2)).astype(np.float32)
embed_cohort(load_cohort(Path(sys.argv[1])), Slow(), FaceTable(pd.read_parquet(sys.argv[2])))
"""


def test_a_kill_loses_one_batch_and_the_resumed_run_is_equal_to_the_bit(
    own_cache: Path, tmp_path: Path, make_cohort: MakeCohort, make_faces: MakeFaces
) -> None:
    cohort = make_cohort(conditions=5, patients=8)
    faces = make_faces(cohort)
    faces.to_parquet(tmp_path / "faces.parquet")
    command = [sys.executable, "-c", SLOW, str(cohort.root), str(tmp_path / "faces.parquet")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=dict(os.environ)
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"second batch\n"
        process.send_signal(signal.SIGKILL)
    time.sleep(0.05)
    resumed = Mean()
    rows = embed_cohort(cohort, resumed, faces)
    assert resumed.seen == 40 - 16
    whole = Mean("c" * 64)
    assert embed_cohort(cohort, whole, faces).tobytes() == rows.tobytes()
