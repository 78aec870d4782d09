"""Real and synthetic images as one cohort: what trains with whom."""

from __future__ import annotations

from pathlib import Path

import pytest

from rdface.cohort import Cohort, check_cohort
from rdface.errors import LeakageError, UsageError
from rdface.files import sha256_file
from rdface.protocols import PROTOCOLS, check_leakage
from rdface.synthesis.pool import join_pools, make_pool
from tests.synthesis.pool.echo import Echo

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def joined(
    children: Cohort, unaffected: Cohort, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Cohort, Cohort]:
    """A pool of the training part of one fold, and one of all images, joined with the cohort."""
    root = tmp_path_factory.mktemp("joined")
    fold = strict(children, "none").folds[0]
    pools = [
        make_pool(Echo(), "echo", children, ids, 2, root / name, seed=1, controls=unaffected)
        for name, ids in (("fold", fold.train), ("all", children.image_ids))
    ]
    return join_pools(children, pools, root / "both"), pools[0]


def strict(cohort: Cohort, synthetic: str):  # noqa: ANN201 - a split
    """Two repeats of three folds."""
    return PROTOCOLS.get("strict")(
        cohort.images, seed=0, repeats=2, folds=3, inner_folds=2, synthetic=synthetic
    )


def test_the_joined_cohort_is_sound_and_holds_the_very_pictures(
    children: Cohort, joined: tuple[Cohort, Cohort]
) -> None:
    """Real rows first and untouched; byte-equal pictures; the pools are named."""
    both, pool = joined
    assert check_cohort(both.root) == [] and not both.info.is_pool
    assert both.image_ids[: len(children)] == children.image_ids
    assert len(both) == len(children) + 12 and len((both.info.model_extra or {})["pools"]) == 2
    for image_id in pool.image_ids:
        assert sha256_file(both.path(image_id)) == sha256_file(pool.path(image_id))
    assert (both.images["control_parents"] != "").sum() == 12


def test_no_fold_trains_on_a_sample_whose_parent_it_tests(
    children: Cohort, joined: tuple[Cohort, Cohort]
) -> None:
    """In every fold; the guard agrees; samples do train, and real images are divided as before."""
    both, pool = joined
    table = both.images.set_index("image_id")
    split, real = strict(both, "train"), strict(children, "none")
    assert check_leakage(split, both.images) == []
    joining = 0
    for fold, plain in zip(split.folds, real.folds, strict=True):
        assert (fold.test, fold.validation) == (plain.test, plain.validation)
        assert fold.train[: len(plain.train)] == plain.train
        held_out = set(table.loc[[*fold.test, *fold.validation], "patient_id"])
        samples = fold.train[len(plain.train) :]
        for sample in samples:
            parents = table.at[sample, "synthetic_of"].split("|")
            assert not held_out & set(table.loc[parents, "patient_id"])
        joining += len(samples)
    assert joining > 0
    assert set(pool.image_ids) <= set(split.folds[0].train)


def test_the_guard_refuses_a_sample_of_a_tested_parent(joined: tuple[Cohort, Cohort]) -> None:
    """The control: a sample put among the training images by hand."""
    import dataclasses

    both, _ = joined
    split = strict(both, "train")
    fold = split.folds[0]
    table = both.images.set_index("image_id")
    made = table[table["synthetic_of"].isin(fold.test)].index[0]
    leaky = dataclasses.replace(fold, train=(*fold.train, made))
    with pytest.raises(LeakageError, match="synthetic descendant"):
        check_leakage(dataclasses.replace(split, folds=(leaky,)), both.images)


def test_what_does_not_belong_together_is_not_joined(
    children: Cohort, joined: tuple[Cohort, Cohort], tmp_path: Path
) -> None:
    """A cohort that is no pool, a pool twice, a pool of other pictures."""
    import dataclasses

    _, pool = joined
    with pytest.raises(UsageError, match="no pool"):
        join_pools(children, [children], tmp_path / "a")
    with pytest.raises(UsageError, match="one id"):
        join_pools(children, [pool, pool], tmp_path / "b")
    changed = children.images.copy()
    changed["sha256"] = "0" * 64
    with pytest.raises(UsageError, match="other pictures"):
        join_pools(dataclasses.replace(children, images=changed), [pool], tmp_path / "c")
    assert not list(tmp_path.iterdir())
