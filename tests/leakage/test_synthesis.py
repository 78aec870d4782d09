"""Nothing outside of the training images moves a sample by a bit, and leaky twins do."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rdface.cohort import Cohort, write_cohort
from rdface.errors import LeakageError
from rdface.files import sha256_bytes, write_bytes
from rdface.imaging import encode_jpeg, read_image
from rdface.protocols import PROTOCOLS, Fold
from rdface.synthesis import GENERATORS, Portraits
from rdface.synthesis.pool import make_pool
from tests.synthesis.conftest import part_of
from tests.synthesis.pool.echo import Echo

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Cohort, Fold, Cohort]:
    """A small cohort, a fold of it, and its twin: other test and validation pictures and labels."""
    root = tmp_path_factory.mktemp("world")
    cohort = part_of("sim103", 3, 4, root / "true")
    fold = PROTOCOLS.get("strict")(cohort.images, seed=0, repeats=1, folds=2).folds[0]
    shutil.copytree(cohort.root, root / "changed")
    images = cohort.images.set_index("image_id")
    rng = np.random.default_rng(0)
    for image_id in fold.test + fold.validation:
        noise = rng.integers(0, 256, (64, 64, 3)).astype(np.uint8)
        write_bytes(root / "changed" / images.at[image_id, "file"], encode_jpeg(noise))
        images.loc[image_id, ["sex", "age", "hpo_terms"]] = ["", "", ""]
    changed = write_cohort(
        root / "changed",
        cohort.info,
        images.reset_index()[cohort.images.columns],
        cohort.conditions,
    )
    return cohort, fold, changed


def pixels(pool: Cohort) -> dict[str, str]:
    """Bytes of every picture of a pool."""
    return {name: sha256_bytes(pool.path(name).read_bytes()) for name in pool.image_ids}


OPTIONS: dict[str, dict[str, object]] = {
    "classic": {},
    "morph": {},
    "signs": {},
    "fastgan": {
        **{"conditional": True, "width": 2, "noise": 8, "batch": 4, "steps": 3},
        **{"learning_rate": 0.05, "device": "cpu"},
    },
}


@pytest.mark.parametrize("name", OPTIONS)
def test_no_picture_outside_of_the_training_part_moves_a_sample(
    world: tuple[Cohort, Fold, Cohort], tmp_path: Path, name: str
) -> None:
    """Test and validation pictures are noise in the twin; ids, pixels and provenance are equal."""
    cohort, fold, changed = world
    assert cohort.sha256 != changed.sha256
    made = [
        make_pool(
            GENERATORS.get(name)(size=64, **OPTIONS[name]),
            *(name, each, fold.train, 2, tmp_path / where),
            seed=1,
        )
        for where, each in (("a", cohort), ("b", changed))
    ]
    assert pixels(made[0]) == pixels(made[1])
    pd.testing.assert_frame_equal(made[0].images, made[1].images)
    train = set(fold.train)
    for parents in made[0].images["synthetic_of"]:
        assert set(parents.split("|")) <= train


def test_a_training_picture_does_move_samples(
    world: tuple[Cohort, Fold, Cohort], tmp_path: Path
) -> None:
    """The canary can sing: one training image less, and samples of its condition are others."""
    cohort, fold, _ = world
    condition = cohort.images.set_index("image_id")["condition"]
    less = next(i for i in fold.train if (condition[list(fold.train)] == condition[i]).sum() > 1)
    kept = [image for image in fold.train if image != less]
    whole, part = (
        make_pool(GENERATORS.get("morph")(size=64), "morph", cohort, ids, 2, tmp_path / out, seed=1)
        for out, ids in (("a", fold.train), ("b", kept))
    )
    for pool in (whole, part):
        assert list(pool.images["condition"]) == list(whole.images["condition"])
    shown = [[read_image(pool.path(name)) for name in pool.image_ids] for pool in (whole, part)]
    rows = np.flatnonzero(whole.images["condition"] == condition[less])
    assert all(not np.array_equal(shown[0][row], shown[1][row]) for row in rows)


def test_a_generator_that_peeks_is_caught(
    world: tuple[Cohort, Fold, Cohort], tmp_path: Path
) -> None:
    """One that was given test portraits behind the pool's back names them, and is refused."""
    cohort, fold, _ = world
    with pytest.raises(LeakageError, match=fold.test[0]):
        peeking = Echo(strange=fold.test[0])
        make_pool(peeking, "echo", cohort, fold.train, 1, tmp_path / "pool", seed=1)
    assert not (tmp_path / "pool" / "images.csv").exists()


def test_a_generator_is_given_the_training_portraits_and_no_other(
    world: tuple[Cohort, Fold, Cohort], tmp_path: Path
) -> None:
    """What ``fit`` receives, image by image."""
    cohort, fold, _ = world
    seen: list[Portraits] = []

    class Spy(Echo):
        def fit(self, portraits: Portraits, work: Path, **others) -> None:  # noqa: ANN003
            seen.append(portraits)
            super().fit(portraits, work, **others)

    make_pool(Spy(), "spy", cohort, fold.train, 1, tmp_path / "pool", seed=1)
    assert set(seen[0].image_ids) == set(fold.train)
    table = cohort.images.set_index("image_id")
    assert seen[0].conditions == tuple(table.loc[list(seen[0].image_ids), "condition"])
