"""Embeddings of shards are those of the cohort, to the bit, however often the work was stopped."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rdface.backbones import embed_cohort, load_backbone
from rdface.backbones.stored import (
    EmbeddingTable,
    embed_shards,
    embedding,
    part,
    read_embeddings,
    sent,
)
from rdface.cohort import Cohort
from rdface.cohort.adapters import export_cohort
from rdface.engines import Engine, Here
from rdface.errors import EmbeddingsError, TermsError, UsageError
from rdface.faces import load_detector, locate_faces
from tests.bench.pieces import register

MakeCohort = Callable[..., Cohort]
pytestmark = [pytest.mark.weights, pytest.mark.usefixtures("own_cache")]


@pytest.fixture
def cohort(make_cohort: MakeCohort) -> Cohort:
    register()
    return make_cohort(conditions=2, patients=2, images=2, size=12)


def embed(
    place: Path, out: Path, backbone: str = "colour-test", engine: Engine | None = None
) -> EmbeddingTable:
    return embed_shards(place, out, backbone=backbone, detector="whole-test", engine=engine)


def values(table: EmbeddingTable) -> np.ndarray:
    return np.concatenate(list(table.vectors()))


@pytest.mark.parametrize("kind", ["parquet", "webdataset", "folder"])
def test_they_are_those_of_the_cohort(kind: str, cohort: Cohort, tmp_path: Path) -> None:
    """Bits, order, ids, hash of the cohort; and the folder is closed to others."""
    place = cohort.root
    if kind != "folder":
        place = tmp_path / "shards"
        export_cohort(kind, cohort, place, {"shard_images": 3})
    embed(place, tmp_path / "out")
    table = read_embeddings(tmp_path / "out")
    faces = locate_faces(cohort, load_detector("whole-test"))
    expected = embed_cohort(cohort, load_backbone("colour-test"), faces)
    assert values(table).tobytes() == expected.tobytes()
    manifest = table.manifest
    assert manifest.cohort_sha256 == cohort.sha256
    assert manifest.faces == faces.detector
    assert manifest.statuses == {"one": 8, "several": 0, "none": 0}
    ids = [one for group in table.groups(["image_id"]) for one in group.column(0).to_pylist()]
    assert ids == list(cohort.image_ids)
    for path in (tmp_path / "out").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700


def test_a_stopped_run_goes_on(
    cohort: Cohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped in the third shard: the first two are not embedded again, and all bits are there."""
    export_cohort("parquet", cohort, tmp_path / "shards", {"shard_images": 3})
    names = [f"part-{number:05d}.parquet" for number in range(3)]
    written: list[str] = []
    write, embedded = embedding.write_part, list[int]()
    whole = sent._embed

    def stopped(path, *rest):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN002, ANN202
        if path.name == "part-00002.parquet" and len(written) == 2:
            written.append("stopped")
            raise KeyboardInterrupt
        written.append(path.name)
        write(path, *rest)

    def counted(given, batch, here):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
        embedded.append(len(batch))
        return whole(given, batch, here)

    monkeypatch.setattr(embedding, "write_part", stopped)
    monkeypatch.setattr(sent, "_embed", counted)
    with pytest.raises(KeyboardInterrupt):
        embed(tmp_path / "shards", tmp_path / "out")
    with pytest.raises(EmbeddingsError, match="no finished embeddings"):
        read_embeddings(tmp_path / "out")
    table = embed(tmp_path / "shards", tmp_path / "out")
    assert written == [*names[:2], "stopped", names[2]]
    assert embedded == [3, 3, 2, 2]
    other = embed(tmp_path / "shards", tmp_path / "other")
    assert table.manifest == other.manifest


class Backwards:
    """An engine elsewhere, from which the last task comes home first."""

    local = False

    def __init__(self, *, private: bool) -> None:
        self.private = private

    def run(
        self,
        work: Callable[[Any, Any, Here], Any],
        tasks: Iterable[Any],
        given: object,
        **_: object,
    ) -> Iterator[tuple[int, Any]]:
        for number, task in reversed(list(enumerate(tasks))):
            yield number, work(given, task, Here())


def test_batches_come_home_in_any_order(
    cohort: Cohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding, "BATCH", 2)
    export_cohort("parquet", cohort, tmp_path / "shards", {"shard_images": 5})
    here = embed(tmp_path / "shards", tmp_path / "here")
    there = embed(tmp_path / "shards", tmp_path / "there", engine=Backwards(private=False))
    assert [part.rows for part in here.manifest.parts] == [5, 3]
    assert there.manifest == here.manifest
    text = (tmp_path / "shards" / "rdface" / "cohort.yaml").read_text()
    real = text.replace("simulated: true", "simulated: false")
    (tmp_path / "shards" / "rdface" / "cohort.yaml").write_text(real)
    with pytest.raises(TermsError, match="unencrypted"):
        embed(tmp_path / "shards", tmp_path / "real", engine=Backwards(private=False))
    assert not (tmp_path / "real").exists()
    embed(tmp_path / "shards", tmp_path / "real", engine=Backwards(private=True))


def test_parts_of_another_backbone_or_other_rows_are_refused(
    cohort: Cohort, tmp_path: Path, make_cohort: MakeCohort
) -> None:
    embed(cohort.root, tmp_path / "out")
    with pytest.raises(EmbeddingsError, match="another backbone"):
        embed(cohort.root, tmp_path / "out", "pixels-test")
    others = make_cohort(conditions=2, patients=2, images=2, size=12, seed=1, folder="others")
    with pytest.raises(EmbeddingsError, match="other pictures"):
        embed(others.root, tmp_path / "out")
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "thesis.txt").touch()
    with pytest.raises(UsageError, match=r"thesis\.txt"):
        embed(cohort.root, tmp_path / "used")
    with pytest.raises(UsageError, match="lies inside"):
        embed(cohort.root, cohort.root / "embeddings")


def test_an_altered_part_is_refused(cohort: Cohort, tmp_path: Path) -> None:
    embed(cohort.root, tmp_path / "out")
    path = tmp_path / "out" / "part-00000.parquet"
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)
    with pytest.raises(EmbeddingsError, match="was altered"):
        read_embeddings(tmp_path / "out")


def test_only_a_group_is_read_at_a_time(
    cohort: Cohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(part, "GROUP_ROWS", 3)
    table = embed(cohort.root, tmp_path / "out")
    assert [len(vectors) for vectors in table.vectors()] == [3, 3, 2]


def test_an_image_whose_consent_has_ended_is_not_embedded(cohort: Cohort, tmp_path: Path) -> None:
    export_cohort("parquet", cohort, tmp_path / "shards")
    folder = tmp_path / "shards" / "rdface"
    text = (folder / "cohort.yaml").read_text().replace("simulated: true", "simulated: false")
    (folder / "cohort.yaml").write_text(text)
    lines = (folder / "images.csv").read_text().splitlines()
    marks = ["consent_expires", *[""] * 7, "2020-01-01"]
    joined = (f"{line},{mark}" for line, mark in zip(lines, marks, strict=True))
    (folder / "images.csv").write_text("\n".join(joined) + "\n")
    with pytest.raises(TermsError, match="consent ended"):
        embed(tmp_path / "shards", tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())


def test_an_empty_shard_is_no_part(cohort: Cohort, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    export_cohort("parquet", cohort, tmp_path / "shards")
    (file,) = (tmp_path / "shards").rglob("*.parquet")
    pq.write_table(pq.read_table(file).slice(0, 0), file.with_name("zzz.parquet"))
    table = embed(tmp_path / "shards", tmp_path / "out")
    assert [part.rows for part in table.manifest.parts] == [8]
