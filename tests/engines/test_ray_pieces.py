"""What rdface spreads is the same to the bit on a cluster, one machine of which is killed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rdface.backbones import load_backbone
from rdface.backbones.sent import Sent, embed_sent
from rdface.backbones.stored import embed_shards
from rdface.bench.jobs import Job, Materials, read_outcome
from rdface.bench.running import run_jobs
from rdface.cohort import load_cohort
from rdface.cohort.adapters import export_cohort
from rdface.engines import Engine, make_engine
from rdface.engines.inline import Inline
from rdface.faces.finder import FaceFinder
from rdface.faces.picture import picture_bytes
from rdface.faces.sent import find_sent
from rdface.protocols import FoldRows
from tests.engines.conftest import Killing, TwoMachines

pytestmark = [pytest.mark.slow, pytest.mark.weights]


def test_folds(machines: TwoMachines, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    rows = np.arange(120)
    folds = [np.array_split(rng.permutation(rows), (80, 100)) for _ in range(4)]
    materials = Materials(
        features={name: rng.normal(size=(120, 16)).astype(np.float32) for name in "ab"},
        labels=rows % 6,
        folds=tuple(FoldRows(*fold) for fold in folds),
        n_conditions=6,
        refit=True,
    )

    def jobs(folder: Path) -> list[Job]:
        return [
            Job(learner, fold, {"a+b": folder / f"{learner}-{fold}.npz"})
            for learner in ("knn", "lda")
            for fold in range(4)
        ]

    run_jobs(jobs(tmp_path / "here"), materials, Inline())
    run_jobs(jobs(tmp_path / "there"), materials, Killing(machines))
    machines.add()
    for job in jobs(tmp_path):
        name = job.parts["a+b"].name
        one, other = (read_outcome(tmp_path / place / name) for place in ("here", "there"))
        assert one is not None and other is not None
        assert one.scores.tobytes() == other.scores.tobytes()
        assert one.chosen == other.chosen


def test_faces_and_embeddings(machines: TwoMachines) -> None:
    cohort = load_cohort("sim103")
    digests = dict(zip(cohort.image_ids, cohort.images["sha256"], strict=True))
    pictures = [(n, picture_bytes(cohort.path(n), n, digests[n])) for n in cohort.image_ids[:6]]
    batches = [pictures[:3], pictures[3:]]
    engine = make_engine("ray", address=machines.address)
    finder = FaceFinder("yunet")
    here, there = (dict(find_sent(batches, "yunet", finder, where)) for where in (None, engine))
    assert sorted(there) == [0, 1]
    assert all(here[number].tobytes() == there[number].tobytes() for number in here)
    table = finder.table([n for n, _ in pictures], [*here[0], *here[1]])
    sent = [[Sent(data, n, table.face(n), (True,)) for n, data in batch] for batch in batches]
    backbones = [load_backbone("sface")]
    alone, spread = (dict(embed_sent(sent, backbones, where)) for where in (None, engine))
    assert all(alone[number][0].tobytes() == spread[number][0].tobytes() for number in alone)


def test_shards(machines: TwoMachines, tmp_path: Path) -> None:
    """Batches come home in any order; parts and the manifest are those of one process."""
    cohort = load_cohort("sim103")
    kept = list(cohort.condition_ids[:9])
    images, conditions = cohort.images, cohort.conditions
    few = replace(
        cohort,
        images=images[images["condition"].isin(kept)].reset_index(drop=True),
        conditions=conditions[conditions["condition"].isin(kept)].reset_index(drop=True),
    )
    export_cohort("parquet", few, tmp_path / "shards", {"shard_images": 20})
    here = embed_shards(tmp_path / "shards", tmp_path / "here")
    there = embed_shards(tmp_path / "shards", tmp_path / "there", engine=Killing(machines))
    machines.add()
    assert [part.rows for part in here.manifest.parts] == [20, 20, 1]
    assert there.manifest == here.manifest, "the hashes of the parts, too"


def test_rendering(machines: TwoMachines, tmp_path: Path) -> None:
    from rdface.simulate import simulate_cohort

    def rendered(name: str, engine: Engine) -> str:
        few: dict[str, Any] = {"images": 4, "conditions": 2, "size": 32, "samples": 1}
        return simulate_cohort(tmp_path / name, engine=engine, name="few", **few).sha256

    ray = make_engine("ray", address=machines.address)
    assert rendered("there", ray) == rendered("here", Inline())


def test_conditions_of_dreambooth(machines: TwoMachines, own_cache: Path, tmp_path: Path) -> None:
    """Weights and samples, kept and not kept; the folder is written by the one who asks."""
    from rdface.synthesis.dreambooth import DreamBooth
    from tests.synthesis.dreambooth.tiny import SIZE, portraits, save_tiny_base

    short: dict[str, Any] = {
        "base": str(save_tiny_base(tmp_path / "base")),
        "base_licence": "CC0-1.0",
        "size": SIZE,
        "tuning": "lora",
        "steps": 4,
        "learning_rate": 1e-3,
        "checkpoint_every": 2,
        "prior_images": 3,
        "sample_steps": 3,
        "sample_batch": 2,
    }
    engine = make_engine("ray", address=machines.address)
    alone = DreamBooth(**short)
    alone.fit(portraits("AB"), tmp_path / "alone", seed=1)
    spread = DreamBooth(**short).on(engine)
    spread.fit(portraits("AB"), tmp_path / "spread", seed=1)
    assert spread.weights_sha256 == alone.weights_sha256
    assert len(list((tmp_path / "spread").glob("*/weights.safetensors"))) == 2
    expected = [sample.image.tobytes() for sample in alone.sample({"B": 2, "A": 1}, seed=2)]
    assert [s.image.tobytes() for s in spread.sample({"B": 2, "A": 1}, seed=2)] == expected
    passing = DreamBooth(**short, keep_weights=False).on(engine)
    passing.fit(portraits("AB"), tmp_path / "passing", seed=1)
    assert [s.image.tobytes() for s in passing.sample({"B": 2, "A": 1}, seed=2)] == expected
    assert not list((tmp_path / "passing").glob("*/weights.safetensors"))


def test_fastgan(machines: TwoMachines, tmp_path: Path) -> None:
    """One training, which comes home with its checkpoint."""
    from rdface.synthesis import make_generator
    from tests.synthesis.dreambooth.tiny import portraits

    small = {"size": 64, "width": 4, "noise": 8, "steps": 2, "batch": 2, "sample_size": 64}
    shown = portraits("AAB")
    big = replace(shown, images=np.zeros((3, 64, 64, 3), np.uint8))
    one = make_generator("fastgan", small)
    one.fit(big, tmp_path / "here", seed=3)
    other = make_generator("fastgan", small).on(make_engine("ray", address=machines.address))
    other.fit(big, tmp_path / "there", seed=3)
    assert one.weights_sha256 == other.weights_sha256
    assert (tmp_path / "there" / "last.pt").is_file()
