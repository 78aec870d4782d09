"""A pool is whole, says where it comes from, and goes on to the same bytes."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from filelock import FileLock

from rdface.cohort import Cohort, check_cohort, load_cohort
from rdface.errors import LeakageError, RunError, UsageError
from rdface.files import sha256_file
from rdface.imaging import read_image
from rdface.synthesis.pool import make_pool
from rdface.synthesis.pool.picture import read_provenance
from tests.synthesis.pool.echo import Echo

pytestmark = pytest.mark.weights
PUBLIC = ("plan.json", "cohort.yaml", "conditions.csv", "images.csv")


def contents(pool: Path) -> dict[str, str]:
    """Every file, and its hash."""
    files = [path for path in pool.rglob("*") if path.is_file()]
    return {path.relative_to(pool).as_posix(): sha256_file(path) for path in files}


def learnt(pool: Path) -> str:
    """What the generator of one plan left in its folder."""
    (found,) = pool.with_name(f"{pool.name}.work").glob("*/fits")
    return found.read_text()


def firsts(cohort: Cohort) -> list[str]:
    """Two images of each condition: a training part."""
    return list(cohort.images.groupby("condition").head(2)["image_id"])


def test_a_pool_is_a_sound_cohort_that_names_every_parent(
    children: Cohort, unaffected: Cohort, tmp_path: Path
) -> None:
    """Tables, pictures and ``cohort.yaml`` carry the provenance; the check accepts the folder."""
    out = tmp_path / "pool"
    ids = firsts(children)
    pool = make_pool(Echo(), "echo", children, ids, 3, out, seed=5, controls=unaffected)
    assert check_cohort(out) == [] and load_cohort(out).sha256 == pool.sha256
    assert pool.info.is_pool and pool.info.simulated
    assert list(pool.images["condition"].value_counts()) == [3, 3, 3]
    about = pool.info.model_extra or {}
    assert about["training_images"] == [i for i in children.image_ids if i in ids]
    assert about["pool_of"]["sha256"] == children.sha256 and about["generator_licence"] == "none"
    for row in pool.images.to_dict("records"):
        assert row["patient_id"] == f"synthetic:{row['image_id']}"
        assert row["consent"] == "not applicable (synthetic)" and row["source"] == "echo"
        assert row["generator_seed"] == "5" and row["darkened"] == "yes"
        assert row["synthetic_of"] in ids and row["control_parents"] in unaffected.image_ids
        said = read_provenance(pool.path(row["image_id"]))
        assert (
            said.parents == (row["synthetic_of"],) and str(said.sample_seed) == row["sample_seed"]
        )
        assert said.generator_sha256 == row["generator_sha256"] == about["generator_sha256"]
        assert read_image(pool.path(row["image_id"])).shape == (32, 32, 3)
    assert not (out / "work").exists() and learnt(out) == "x"


def test_a_longer_pool_begins_with_the_shorter_one(children: Cohort, tmp_path: Path) -> None:
    """Made at once or grown, the bytes are those of the longer pool; a pool never shrinks."""
    ids = firsts(children)
    short = make_pool(Echo(), "echo", children, ids, 2, tmp_path / "grown", seed=1)
    before = contents(tmp_path / "grown")
    make_pool(Echo(), "echo", children, ids, 4, tmp_path / "whole", seed=1)
    whole = contents(tmp_path / "whole")
    assert all(whole[f"images/{i}.png"] == before[f"images/{i}.png"] for i in short.image_ids)
    make_pool(Echo(), "echo", children, list(reversed(ids)), 4, tmp_path / "grown", seed=1)
    assert contents(tmp_path / "grown") == whole
    with pytest.raises(UsageError, match="more samples than are asked for"):
        make_pool(Echo(), "echo", children, ids, 3, tmp_path / "grown", seed=1)


def test_a_finished_pool_is_not_fitted_again(children: Cohort, tmp_path: Path) -> None:
    ids = firsts(children)
    for _ in range(2):
        make_pool(Echo(), "echo", children, ids, 1, tmp_path / "pool", seed=1)
    assert learnt(tmp_path / "pool") == "x"


def test_nothing_but_the_pool_lies_in_it_and_two_cannot_fill_it(
    children: Cohort, tmp_path: Path
) -> None:
    """The lock lies beside it; whoever comes while it is held is told so, and writes nothing."""
    out, ids = tmp_path / "pool", firsts(children)
    work = tmp_path / "pool.work"
    work.mkdir()
    with FileLock(work / ".lock"), pytest.raises(RunError, match="Another process"):
        make_pool(Echo(), "echo", children, ids, 1, out, seed=1, work=tmp_path / "elsewhere")
    assert not out.exists() and not (tmp_path / "elsewhere").exists()
    make_pool(Echo(), "echo", children, ids, 1, out, seed=1)
    assert sorted(each.name for each in out.iterdir()) == sorted([*PUBLIC, "images"])


def test_a_fit_that_failed_leaves_no_empty_folder(children: Cohort, tmp_path: Path) -> None:
    """What it had learnt by then stays, for the next try goes on from there."""
    out, ids = tmp_path / "pool", firsts(children)

    class Fails(Echo):
        def fit(self, portraits, work, **given) -> None:  # noqa: ANN001, ANN003
            if given["seed"] == 2:
                (work / "checkpoint").write_text("half")
            raise UsageError("it cannot be")

    for seed, left in ((1, [".lock"]), (2, [".lock", "checkpoint"])):
        with pytest.raises(UsageError, match="cannot be"):
            make_pool(Fails(), "echo", children, ids, 1, out, seed=seed)
        names = [path.name for path in sorted((tmp_path / "pool.work").rglob("*"))]
        assert [name for name in names if name in (".lock", "checkpoint")] == left
        assert len(names) == (1 if seed == 1 else 3)


def test_what_one_fold_has_taught_is_out_of_reach_of_another(
    children: Cohort, tmp_path: Path
) -> None:
    """The same --out again after the pool was removed, or one work folder for two: new ground."""
    ids, out, work = firsts(children), tmp_path / "pool", tmp_path / "work"
    for chosen in (ids, ids[1:], ids):
        make_pool(Echo(), "echo", children, chosen, 1, out, seed=1, work=work)
        shutil.rmtree(out)
    assert sorted(path.read_text() for path in work.glob("*/fits")) == ["x", "xx"]


KILLED = """
import sys, time
from pathlib import Path
from rdface.cohort import load_cohort
from rdface.synthesis.pool import make_pool
from tests.synthesis.pool.echo import Echo

sleep = time.sleep
time.sleep = lambda _: sleep(0.2)  # between samples; an option would be part of the plan
cohort = load_cohort(sys.argv[1])
make_pool(Echo(), "echo", cohort, sys.argv[3].split(","), 8, Path(sys.argv[2]), seed=3)
"""


def test_a_pool_that_is_killed_goes_on_to_the_same_bytes(children: Cohort, tmp_path: Path) -> None:
    """SIGKILL in the middle, a lost picture and half a file; all bytes as if nothing happened."""
    out, ids = tmp_path / "killed", firsts(children)
    arguments = [sys.executable, "-c", KILLED, str(children.root), str(out), ",".join(ids)]
    process = subprocess.Popen(arguments, cwd=Path(__file__).parents[3])
    deadline = time.monotonic() + 60
    while len(list(out.glob("images/*.png"))) < 5:
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    there = sorted(out.glob("images/*.png"))
    assert 5 <= len(there) < 24 and not (out / "images.csv").exists()
    there[1].unlink()
    half = out / "images" / f".{there[0].name}.abc"
    half.mkdir()
    (half / there[0].name).write_bytes(b"half")
    echo = Echo()
    resumed = make_pool(echo, "echo", children, ids, 8, out, seed=3)
    assert len(resumed) == 24
    make_pool(echo, "echo", children, ids, 8, tmp_path / "whole", seed=3)
    assert contents(out) == contents(tmp_path / "whole")


def test_a_folder_of_another_plan_is_refused(children: Cohort, tmp_path: Path) -> None:
    """The error says what differs; a folder that is no pool is not touched."""
    out, ids = tmp_path / "pool", firsts(children)
    make_pool(Echo(), "echo", children, ids, 1, out, seed=1)
    before = contents(out)
    for seed, chosen, differs in ((2, ids, "seed"), (1, ids[:-1], "training_sha256")):
        with pytest.raises(RunError, match=differs):
            make_pool(Echo(), "echo", children, chosen, 1, out, seed=seed)
    with pytest.raises(RunError, match="options"):
        make_pool(Echo(wait=0.001), "echo", children, ids, 1, out, seed=1)
    assert contents(out) == before
    other = tmp_path / "mine"
    other.mkdir()
    (other / "letter.txt").write_text("dear")
    with pytest.raises(RunError, match="no pool"):
        make_pool(Echo(), "echo", children, ids, 1, other, seed=1)
    assert [path.name for path in other.iterdir()] == ["letter.txt"]


def test_replaced_pretrained_weights_are_another_plan(
    children: Cohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though options are the same; a generator without such weights has no word of them."""
    out, ids = tmp_path / "pool", firsts(children)
    make_pool(Echo(), "echo", children, ids, 1, tmp_path / "plain", seed=1)
    assert "base_sha256" not in json.loads((tmp_path / "plain" / "plan.json").read_text())
    monkeypatch.setattr(Echo, "base_sha256", "first")
    make_pool(Echo(), "echo", children, ids, 1, out, seed=1)
    assert json.loads((out / "plan.json").read_text())["base_sha256"] == "first"
    monkeypatch.setattr(Echo, "base_sha256", "second")
    with pytest.raises(RunError, match="another base_sha256"):
        make_pool(Echo(), "echo", children, ids, 1, out, seed=1)


def test_a_plan_that_never_came_to_a_sample_gives_way(children: Cohort, tmp_path: Path) -> None:
    """A first try with wrong options leaves no sample, and does not bar the right ones."""
    out, ids = tmp_path / "pool", firsts(children)
    with pytest.raises(LeakageError):
        make_pool(Echo(strange="who"), "echo", children, ids, 1, out, seed=1)
    make_pool(Echo(), "echo", children, ids, 1, out, seed=1)
    make_pool(Echo(), "echo", children, ids, 1, tmp_path / "at once", seed=1)
    assert contents(out) == contents(tmp_path / "at once")


def test_a_generator_that_came_out_otherwise_does_not_go_on(
    children: Cohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a pool of one network and half of another would be nobody's."""
    out, ids = tmp_path / "pool", firsts(children)
    make_pool(Echo(), "echo", children, ids, 1, out, seed=1)
    monkeypatch.setattr(Echo, "weights_sha256", "0" * 64)
    with pytest.raises(RunError, match="learnt something else"):
        make_pool(Echo(), "echo", children, ids, 2, out, seed=1)


def test_no_parent_outside_of_the_training_images_is_accepted(
    children: Cohort, tmp_path: Path
) -> None:
    """A test image, an unknown one, or none at all: each is a leak, or cannot be told from one."""
    ids = firsts(children)
    outside = next(image for image in children.image_ids if image not in ids)
    for number, echo in enumerate((Echo(strange=outside), Echo(strange="who"), Echo(orphan=True))):
        with pytest.raises(LeakageError):
            make_pool(echo, "echo", children, ids, 1, tmp_path / str(number), seed=1)


def test_samples_without_a_condition_are_labelled_or_left_out(
    children: Cohort, tmp_path: Path
) -> None:
    """The labeller sees finished pictures; what it cannot name is not in the table."""
    ids, condition = firsts(children), children.condition_ids[1]
    blind = Echo(label_blind=True)
    with pytest.raises(UsageError, match="what labels them"):
        make_pool(blind, "echo", children, ids, 4, tmp_path / "pool", seed=1)
    seen: list[tuple[str, Path]] = []

    def label(pictures) -> list[str]:  # noqa: ANN001
        seen.extend(pictures)
        return ["", condition, condition, ""]

    pool = make_pool(blind, "echo", children, ids, 4, tmp_path / "pool", seed=1, label=label)
    assert len(seen) == 4 and all(path.is_file() for _, path in seen)
    assert list(pool.images["condition"]) == [condition, condition]
    assert list(pool.images["image_id"]) == [seen[1][0], seen[2][0]]
    assert set(pool.images["condition_by"]) == {"label"}


def test_what_may_not_be_learnt_from_is_refused(children: Cohort, tmp_path: Path) -> None:
    """Evaluation cohorts, pools, unknown images, no portrait, too few samples."""
    ids, out = firsts(children), tmp_path / "pool"
    fresh = load_cohort("sim103-fresh")
    with pytest.raises(UsageError, match="evaluation only"):
        make_pool(Echo(), "echo", fresh, fresh.image_ids[:2], 1, out, seed=1)
    with pytest.raises(UsageError, match="no image 'who'"):
        make_pool(Echo(), "echo", children, [*ids, "who"], 1, out, seed=1)
    with pytest.raises(UsageError, match="both have an image"):
        make_pool(Echo(), "echo", children, ids, 1, out, seed=1, controls=children)
    with pytest.raises(UsageError, match="condition 'XX'"):
        make_pool(Echo(), "echo", children, ids, {"XX": 1}, out, seed=1)
    with pytest.raises(UsageError, match="knows no conditions"):
        make_pool(Echo(label_blind=True), "echo", children, ids, {"AAR": 1}, out, seed=1)
    assert not out.exists()
    with pytest.raises(RunError, match="another number"):
        make_pool(Echo(short=True), "echo", children, ids, 2, out, seed=1)
    shutil.rmtree(out)
    pool = make_pool(Echo(), "echo", children, ids, 1, out, seed=1)
    with pytest.raises(UsageError, match="is a pool"):
        make_pool(Echo(), "echo", pool, pool.image_ids, 1, tmp_path / "second", seed=1)
    assert json.loads((out / "plan.json").read_text())["generator"] == "echo"
