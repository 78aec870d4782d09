"""The generator as a pool uses it: samples, parents, provenance, devices."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from rdface.errors import UsageError
from rdface.synthesis import GENERATORS, Sample
from rdface.synthesis.dreambooth import DreamBooth
from rdface.synthesis.dreambooth import job as jobs
from rdface.synthesis.dreambooth.generator import _folder_name

from .tiny import SIZE, portraits

Options = Callable[..., dict[str, Any]]


def pictures(samples: list[Sample]) -> list[bytes]:
    return [sample.image.tobytes() for sample in samples]


def test_samples_name_whom_they_stem_from(options: Options, tmp_path: Path) -> None:
    """All portraits of the condition and no others are parents; the rest is provenance."""
    tool = GENERATORS.get("dreambooth")(**options())
    tool.fit(portraits("AABAB"), tmp_path, seed=1)
    samples = list(tool.sample({"B": 3, "A": 1}, seed=2))
    assert [sample.condition for sample in samples] == ["B", "B", "B", "A"]
    assert samples[0].parents == ("B.2", "B.4") and samples[3].parents == ("A.0", "A.1", "A.3")
    assert all(sample.image.shape == (SIZE, SIZE, 3) for sample in samples)
    assert len({sample.seed for sample in samples}) == 4
    notes = samples[0].notes
    assert notes["prompt"] == "photo of a B child" and notes["blanks"] == "0"
    assert len(notes["base_sha256"]) == 64 == len(notes["condition_weights_sha256"])
    assert notes["condition_weights_sha256"] != samples[3].notes["condition_weights_sha256"]


def test_a_longer_pool_begins_with_the_shorter_one(options: Options, tmp_path: Path) -> None:
    """Also when it is gone on with in another process: a fitted folder is taken as it is."""
    first = DreamBooth(**options())
    first.fit(portraits(), tmp_path, seed=1)
    whole = list(first.sample({"A": 5, "B": 2}, seed=2))
    again = DreamBooth(**options(steps=4))
    again.fit(portraits(), tmp_path, seed=1)
    assert again.weights_sha256 == first.weights_sha256
    assert pictures(list(again.sample({"A": 2}, seed=2))) == pictures(whole[:2])
    late = list(again.sample_after({"A": 3, "B": 1}, {"A": 5, "B": 2}, seed=2))
    assert pictures(late) == pictures([*whole[3:5], whole[6]])
    assert pictures(list(again.sample({"A": 1}, seed=3))) != pictures(whole[:1])


def test_what_was_learnt_has_a_name(options: Options, tmp_path: Path) -> None:
    """Other portraits, another seed or recipe: another hash; another guidance: the same."""
    names = set()
    cases = [({}, 0, 1), ({}, 1, 1), ({}, 0, 2), ({"learning_rate": 2e-3}, 0, 1)]
    for number, (changed, pixels, seed) in enumerate(cases):
        tool = DreamBooth(**options(prior_weight=0, **changed))
        tool.fit(portraits(seed=pixels), tmp_path / str(number), seed=seed)
        names.add(tool.weights_sha256)
    assert len(names) == 4
    other = DreamBooth(**options(prior_weight=0, guidance=2.0))
    other.fit(portraits(), tmp_path / "0", seed=1)
    assert other.weights_sha256 in names


def test_conditions_can_be_chosen_and_must_be_there(options: Options, tmp_path: Path) -> None:
    tool = DreamBooth(**options(conditions=("B",)))
    tool.fit(portraits(), tmp_path, seed=1)
    assert [path.name for path in tmp_path.glob("*/learnt.json")] == ["learnt.json"]
    with pytest.raises(UsageError, match="has learnt no condition 'A'"):
        next(tool.sample({"A": 1}, seed=1))
    with pytest.raises(UsageError, match="no portrait of the condition 'Z'"):
        DreamBooth(**options(conditions=("Z",))).fit(portraits(), tmp_path, seed=1)


def test_weights_can_be_forgotten(options: Options, tmp_path: Path) -> None:
    """The same samples and an empty folder; the hash then names what decides them."""
    kept = DreamBooth(**options())
    kept.fit(portraits(), tmp_path / "kept", seed=1)
    spare = DreamBooth(**options(keep_weights=False))
    spare.fit(portraits(), tmp_path / "spare", seed=1)
    counts = {"A": 2, "B": 1}
    expected = pictures(list(kept.sample(counts, seed=2)))
    assert pictures(list(spare.sample(counts, seed=2))) == expected
    assert not list((tmp_path / "spare").glob("*/*"))
    other = DreamBooth(**options(keep_weights=False))
    other.fit(portraits(seed=1), tmp_path / "spare", seed=1)
    assert len({t.weights_sha256 for t in (kept, spare, other)}) == 3


@pytest.mark.parametrize("change", ["code", "device", "class pictures"])
def test_all_that_decides_forgotten_weights_is_named(
    options: Options, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    """A pool must not be gone on with by a model that would come out differently."""
    spare = DreamBooth(**options(keep_weights=False))
    spare.fit(portraits(), tmp_path, seed=1)
    before = spare.weights_sha256
    assert spare.weights_sha256 == before
    if change == "code":
        monkeypatch.setattr(jobs, "deciding_code", lambda: {"code": "changed"})
    elif change == "device":
        spare._device_types = ("cuda",)
    else:
        other = tmp_path / "other.npy"
        np.save(other, np.zeros((2, 8, 8, 3), np.uint8))
        spare._jobs = {name: replace(job, prior=other) for name, job in spare._jobs.items()}
    assert spare.weights_sha256 != before


def test_devices_and_bookkeeping_are_no_part_of_a_plan(options: Options) -> None:
    """A pool can be gone on with on other devices; its plan is made of ``model_dump``."""
    plain = DreamBooth(**options()).model_dump(mode="json")
    spread = DreamBooth(**options(devices=("cpu", "cpu"), keep_weights=False))
    assert spread.model_dump(mode="json") == plain and "devices" not in plain
    assert plain["prompt"] == "photo of a {condition} child"


@pytest.mark.slow
def test_processes_give_what_one_process_gives(options: Options, tmp_path: Path) -> None:
    """Two of them on the CPU: equal weights, equal samples, in the same order."""
    alone = DreamBooth(**options(tuning="lora"))
    alone.fit(portraits("ABC"), tmp_path / "alone", seed=1)
    spread = DreamBooth(**options(tuning="lora", devices=("cpu", "cpu")))
    spread.fit(portraits("ABC"), tmp_path / "spread", seed=1)
    assert spread.weights_sha256 == alone.weights_sha256
    counts = {"C": 2, "A": 3, "B": 1}
    expected = list(alone.sample(counts, seed=2))
    found = list(spread.sample(counts, seed=2))
    assert pictures(found) == pictures(expected)
    assert [s.condition for s in found] == [s.condition for s in expected]


@pytest.mark.slow
def test_a_killed_process_loses_no_bit(options: Options, tmp_path: Path) -> None:
    """SIGKILL in the middle of a training, then the same command again."""
    long = options(steps=60, checkpoint_every=5, prior_weight=0)
    script = tmp_path / "fit.py"
    script.write_text(
        f"import sys; sys.path.insert(0, {str(Path(__file__).parents[3])!r})\n"
        "from pathlib import Path\n"
        "from rdface.synthesis.dreambooth import DreamBooth\n"
        "from tests.synthesis.dreambooth.tiny import portraits\n"
        f"tool = DreamBooth(**{long!r})\n"
        f"tool.fit(portraits('AA'), Path({str(tmp_path / 'killed')!r}), seed=1)\n"
    )
    run = subprocess.Popen([sys.executable, str(script)], stderr=subprocess.DEVNULL)
    last = tmp_path / "killed" / _folder_name("A") / "last.pt"
    limit = time.monotonic() + 120
    while not last.is_file() and run.poll() is None and time.monotonic() < limit:
        time.sleep(0.02)
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    assert last.is_file() and not (last.parent / "learnt.json").exists()
    killed, whole = DreamBooth(**long), DreamBooth(**long)
    killed.fit(portraits("AA"), tmp_path / "killed", seed=1)
    whole.fit(portraits("AA"), tmp_path / "whole", seed=1)
    assert killed.weights_sha256 == whole.weights_sha256


def test_folders_of_conditions_cannot_meet() -> None:
    """Not even where a file system ignores case or a name has strange letters."""
    names = ["A/B", "A_B", "a_b", "..", "Ä", "x" * 300]
    folders = [_folder_name(name) for name in names]
    assert len({folder.lower() for folder in folders}) == len(names)
    assert all(len(folder) < 60 and "/" not in folder for folder in folders)


def test_samples_come_one_by_one(options: Options, tmp_path: Path) -> None:
    """A caller who stops early pays for one batch, not for all."""
    tool = DreamBooth(**options())
    tool.fit(portraits(), tmp_path, seed=1)
    assert len(list(islice(tool.sample({"A": 10_000}, seed=2), 3))) == 3


def test_the_spec_of_the_paper_is_the_papers() -> None:
    """Every setting that the paper states; a seed it has none of, so ours is said to be ours."""
    spec = yaml.safe_load((Path(__file__).parents[3] / "specs/dreambooth-paper.yaml").read_text())
    assert spec["generator"] == "dreambooth" and spec["per_condition"] == 100
    tool = DreamBooth(**spec["options"])
    assert tool.base == "SG161222/Realistic_Vision_V5.1_noVAE"
    assert tool.vae == "stabilityai/sd-vae-ft-mse"
    assert tool.prompt_for("AAR") == "photo of a AAR child"
    assert (tool.size, tool.batch, tool.learning_rate, tool.steps) == (512, 1, 1e-6, 800)
    assert tool.precision == "fp16" and tool.train_text_encoder and tool.tuning == "full"
    assert tool.prior_weight == 0  # F14
    assert (tool.sample_steps, tool.guidance) == (30, 7.5)
