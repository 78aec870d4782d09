"""Shards are the same bytes every time, read by webdataset, and hostile ones are refused."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from rdface.cohort import Cohort
from rdface.cohort.adapters import export_cohort, import_cohort
from rdface.errors import CohortError, UsageError
from tests.cohort.adapters.little_cohorts import picture

MakeCohort = Callable[..., Cohort]


def shard(path: Path, members: dict[str, bytes]) -> Path:
    """A tar file of plain members."""
    path.parent.mkdir(exist_ok=True)
    with tarfile.open(path, "w") as tar:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return path


def test_shards_are_the_same_bytes_every_time(make_cohort: MakeCohort, tmp_path: Path) -> None:
    cohort = make_cohort(conditions=2, patients=2, size=8)
    for name in ("one", "two"):
        export_cohort("webdataset", cohort, tmp_path / name, {"shard_images": 3})
    names = [path.name for path in sorted((tmp_path / "one").glob("*.tar"))]
    assert names == ["shard-000000.tar", "shard-000001.tar"]
    for name in [*names, "shards.json"]:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    with tarfile.open(tmp_path / "one" / names[0]) as tar:
        members = tar.getmembers()
    assert [m.name for m in members[:3]] == ["C0_P0_0.jpg", "C0_P0_0.json", "C0_P1_0.jpg"]
    assert {(m.mtime, m.uid, m.gid, m.uname) for m in members} == {(0, 0, 0, "")}


@pytest.mark.slow
def test_the_library_webdataset_reads_it(make_cohort: MakeCohort, tmp_path: Path) -> None:
    """Every sample with its picture's bytes and its row."""
    import webdataset

    cohort = make_cohort(conditions=2, patients=2, size=8)
    export_cohort("webdataset", cohort, tmp_path / "out", {"shard_images": 3})
    shards = [str(path) for path in sorted((tmp_path / "out").glob("*.tar"))]
    samples = list(webdataset.WebDataset(shards, shardshuffle=False))
    assert [sample["__key__"] for sample in samples] == list(cohort.image_ids)
    for sample, row in zip(samples, cohort.images.to_dict("records"), strict=True):
        assert sample["jpg"] == cohort.path(row["image_id"]).read_bytes()
        said = json.loads(sample["json"])
        assert {key: said[key] for key in row} == row
        assert said["condition_name"] == f"Condition {row['condition'][1:]}"


def test_shards_alone_are_enough(make_cohort: MakeCohort, tmp_path: Path) -> None:
    """Without the tables beside them: rows, conditions and terms are there, cohort.yaml is not."""
    cohort = make_cohort(conditions=2, patients=2, size=8)
    export_cohort("webdataset", cohort, tmp_path / "out")
    for file in (tmp_path / "out" / "rdface").iterdir():
        file.unlink()
    (tmp_path / "out" / "rdface").rmdir()
    again = import_cohort("webdataset", tmp_path / "out", tmp_path / "again").cohort
    assert again.images.to_dict("records") == cohort.images.assign(
        file=[f"images/{one}.jpg" for one in cohort.image_ids]
    ).to_dict("records")
    assert again.conditions.to_dict("records") == cohort.conditions.to_dict("records")
    assert (again.info.licence, again.info.simulated) == ("CC0-1.0", True)


def test_samples_of_others(tmp_path: Path) -> None:
    """A picture and a .cls each; no patients, no licence: both are said."""
    members = {"a/0.cls": b"7", "a/0.png": picture("PNG", 0), "a/1.cls": b"9"}
    shard(tmp_path / "in" / "x.tar", members | {"a/1.jpeg": picture("JPEG", 1)})
    made = import_cohort("webdataset", tmp_path / "in", tmp_path / "out")
    assert list(made.cohort.images["image_id"]) == ["a-0", "a-1"]
    assert list(made.cohort.conditions["name"]) == ["7", "9"]
    assert "names no patients" in made.notes[0] and "nothing of licence" in made.notes[1]


def test_hostile_shards_are_refused_and_all_is_named(tmp_path: Path) -> None:
    """Paths that leave, links, doubles, giants, rows without a picture; nothing is written."""
    path = tmp_path / "in" / "x.tar"
    jpeg = picture("JPEG", 0)
    shard(path, {"ok.jpg": jpeg, "ok.cls": b"1", "../up.jpg": jpeg, "/abs.jpg": jpeg})
    with tarfile.open(path, "a") as tar:
        link = tarfile.TarInfo("link.jpg")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
        device = tarfile.TarInfo("device.jpg")
        device.type = tarfile.CHRTYPE
        tar.addfile(device)
        for name, size in (("ok.png", 1), ("long.json", 2_000_000)):
            member = tarfile.TarInfo(name)
            member.size = size
            tar.addfile(member, io.BytesIO(b"\0" * size))
    with pytest.raises(CohortError) as refused:
        import_cohort("webdataset", tmp_path / "in", tmp_path / "out")
    text = refused.value.message
    assert "6 fault(s)" in text
    for words in (
        "'../up.jpg': leaves the folder",
        "'/abs.jpg': leaves the folder",
        "'link.jpg': is a link or a device",
        "'device.jpg': is a link or a device",
        "'ok.png': stands twice: 'ok.jpg'",
        "'long.json': would be 2,000,000 bytes",
    ):
        assert words in text
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda root: (root / "shard-000001.tar").unlink(), "is missing; shards.json lists it"),
        (lambda root: cut(root / "shard-000001.tar", 700), "cut short"),
        (lambda root: cut(root / "shard-000001.tar", 9000), "its end is missing"),
        (lambda root: swap(root / "shard-000000.tar"), "has another SHA-256 than shards.json"),
        (lambda root: unlisted(root), "altered or exchanged"),
        (lambda root: leave(root), "'../../x.jpg' leaves the cohort folder"),
        (lambda root: (root / "rdface" / "images.csv").unlink(), "rdface/images.csv: is missing"),
    ],
)
def test_altered_exports_are_refused(
    make_cohort: MakeCohort, tmp_path: Path, harm: Callable[[Path], None], said: str
) -> None:
    cohort = make_cohort(conditions=2, patients=2, size=8)
    export_cohort("webdataset", cohort, tmp_path / "in", {"shard_images": 2})
    harm(tmp_path / "in")
    with pytest.raises(CohortError, match=said):
        import_cohort("webdataset", tmp_path / "in", tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cohort", "in"]


def cut(path: Path, left: int) -> None:
    """Keep the first bytes of a shard, or all but its end."""
    data = path.read_bytes()
    last = len(data.rstrip(b"\0"))
    path.write_bytes(data[: -(-last // 512) * 512] if left > 5000 else data[:left])


def swap(path: Path) -> None:
    path.write_bytes(
        path.read_bytes().replace(b"european", b"african!").replace(b"asian", b"ASIAN")
    )


def unlisted(root: Path) -> None:
    """Another picture, and nothing that says what shards should be."""
    (root / "shards.json").unlink()
    (root / "shard-000001.tar").unlink()
    with tarfile.open(root / "shard-000000.tar") as tar:
        names = tar.getnames()
    shard(root / "shard-000000.tar", {name: picture("JPEG", 9) for name in names if "jpg" in name})


def leave(root: Path) -> None:
    path = root / "rdface" / "images.csv"
    path.write_text(path.read_text().replace("images/C0_P0_0.jpg", "../../x.jpg"))


def test_an_empty_shard_is_no_shard(make_cohort: MakeCohort, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="at least one picture"):
        export_cohort("webdataset", make_cohort(), tmp_path / "out", {"shard_images": 0})
