"""``rdface synthesize``: from the command to a pool, a sheet and a joined cohort."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from rdface.cli.pieces import pieces
from rdface.cli.synthesize import synthesize
from rdface.cohort import Cohort, check_cohort, load_cohort
from rdface.errors import UsageError
from rdface.imaging import read_image
from rdface.protocols import PROTOCOLS
from tests.synthesis.conftest import part_of


@pytest.fixture(scope="module")
def children(tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    return part_of("sim103", 3, 3, tmp_path_factory.mktemp("children"))


def run(*words: object) -> Result:
    return CliRunner().invoke(synthesize, [str(word) for word in words])


def fails(*words: object) -> str:
    """Message and hint of a user's mistake."""
    error = run(*words).exception
    assert isinstance(error, UsageError), error
    return f"{error.message} {error.hint}"


@pytest.mark.weights
def test_a_pool_is_made_of_a_fold_shown_and_joined(children: Cohort, tmp_path: Path) -> None:
    """The training part of the fold named and nothing else; the same command does nothing anew."""
    out, both = tmp_path / "pool", tmp_path / "both"
    words = ("classic", children.root, "--out", out, "--per-condition", 2, "--size", 48)
    done = run(*words, "--set", "flip=0", "--repeat", 1, "--fold", 2, "--seed", 4)
    assert done.exit_code == 0, done.exception
    assert "6 synthetic images of 3 conditions" in done.output
    pool = load_cohort(out)
    about = pool.info.model_extra or {}
    fold = PROTOCOLS.get("strict")(children.images, seed=4).folds[5 + 2]
    assert set(about["training_images"]) == set(fold.train)
    assert about["generator_options"]["size"] == 48 and about["generator_options"]["flip"] == 0
    again = run("make", *words, "--set", "flip=0", "--repeat", 1, "--fold", 2, "--seed", 4)
    assert again.exit_code == 0 and load_cohort(out).sha256 == pool.sha256
    drawn = run("sheet", out, "--out", tmp_path / "sheet.png", "--count", 4, "--side", 64)
    assert drawn.exit_code == 0
    assert "is a pool" in fails("classic", out, "--out", tmp_path / "x", "--count", 1)
    joined = run("join", children.root, out, "--out", both)
    assert "15 images, 6 of them synthetic" in joined.output and check_cohort(both) == []


def test_what_may_not_teach_is_refused_first_of_all(tmp_path: Path) -> None:
    """Before a word is said of learning from all of it."""
    words = ("--out", tmp_path / "pool", "--per-condition", 1)
    refused = run("classic", "sim103-fresh", *words, "--all")
    assert isinstance(refused.exception, UsageError) and "Learning from" not in refused.output


def test_faults_of_options_read_as_sentences(tmp_path: Path) -> None:
    words = ("--out", tmp_path / "pool", "--count", 3)
    for option in ("--fold", "--repeat"):
        said = fails("classic", "sim103", *words, "--all", option, 0)
        assert f"{option}: not with --all" in said
    said = fails("dreambooth", "sim103", *words, "--set", "base=o/n")
    assert "cannot be made so: base_licence is missing" in said and "synthesize list" in said
    said = fails("fastgan", "sim103", *words, "--size", 65)
    assert "cannot be made so: size: size is one of" in said


def test_listed_options_are_written_as_set_reads_them() -> None:
    """``null`` and ``true``: Python's None would be read as a word."""
    listed = run("list").output
    assert "--set conditions=null" in listed and "--set mirror=true" in listed
    assert "None" not in listed and "--set snapshots=[]" in listed


@pytest.mark.weights
def test_all_images_are_learnt_from_only_with_a_warning(children: Cohort, tmp_path: Path) -> None:
    """And a count in all is spread evenly."""
    words = ("classic", children.root, "--out", tmp_path / "pool", "--count", 7, "--size", 32)
    done = run(*words, "--all")
    assert done.exit_code == 0, done.exception
    assert "no number may be reported that tests this pool" in done.output
    pool = load_cohort(tmp_path / "pool")
    assert sorted(pool.images["condition"].value_counts()) == [2, 2, 3]
    assert len((pool.info.model_extra or {})["training_images"]) == len(children)


@pytest.mark.weights
def test_a_sheet_says_that_it_is_synthetic_and_shows_no_parent_unasked(
    children: Cohort, tmp_path: Path
) -> None:
    """More tiles with parents, and the same sheet without; the head line is not empty."""
    words = ("classic", children.root, "--out", tmp_path / "pool", "--per-condition", 3)
    assert run(*words, "--size", 32).exit_code == 0
    sheets = []
    for name, more in (("a", ()), ("b", ()), ("c", ("--parents", children.root))):
        out = tmp_path / f"{name}.png"
        done = run("sheet", tmp_path / "pool", "--out", out, "--side", 32, *more)
        assert done.exit_code == 0, done.exception
        sheets.append(read_image(out))
    np.testing.assert_array_equal(sheets[0], sheets[1])
    assert sheets[2].shape[0] > sheets[0].shape[0]
    assert sheets[0][:28].max() > 200 and sheets[0][:28].min() < 60
    jpeg = run("sheet", tmp_path / "pool", "--out", tmp_path / "d.jpg", "--side", 32)
    assert jpeg.exit_code == 0 and read_image(tmp_path / "d.jpg").shape == sheets[0].shape


def test_faults_are_said_before_any_work(children: Cohort, tmp_path: Path) -> None:
    """Unknown generators and options, values that do not fit, folds that are not there."""
    words = (children.root, "--out", tmp_path / "pool", "--per-condition", 1)
    assert "morph" in fails("morf", *words)
    assert "jitter" in fails("morph", *words, "--set", "jiter=1")
    assert "greater than or equal to 0" in fails("morph", *words, "--set", "jitter=-1")
    assert "KEY=VALUE" in fails("morph", *words, "--set", "jitter")
    assert "--repeat 4 --fold 4" in fails("morph", *words, "--repeat", 9)
    assert "either --per-condition" in fails("morph", *words, "--count", 3)
    assert "must end in .png" in fails("sheet", children.root, "--out", tmp_path / "a.gif")
    assert "no pool" in fails("sheet", children.root, "--out", tmp_path / "a.png")
    assert not list(tmp_path.iterdir())


def test_generators_are_listed_with_their_licences() -> None:
    """In both lists, with every option that can be set."""
    listed = run("list").output
    assert "licence: Apache-2.0" in listed and "--set reach=" in listed
    shown = CliRunner().invoke(pieces, catch_exceptions=False).output
    assert "generators\n  classic" in shown and "Licence: Apache-2.0" in shown


TINY_FASTGAN = [
    word
    for setting in ("width=2", "noise=8", "batch=4", "steps=2", "device=cpu")
    for word in ("--set", setting)
]


@pytest.mark.weights
def test_samples_without_a_condition_need_to_be_named(children: Cohort, tmp_path: Path) -> None:
    """By what, is asked before any work; a generator that knows conditions needs it not."""
    words = ("fastgan", children.root, "--out", tmp_path / "pool", "--count", 2, "--size", 64)
    assert "say --label-by" in fails(*words, *TINY_FASTGAN)
    asked = (*words, *TINY_FASTGAN, "--label-by")
    assert "no backbone called" in fails(*asked, "nobody")
    assert "'strict' never has the quirk" in fails(
        *asked, "landmarks", "--quirk", "means-of-all-images"
    )
    conditional = (*words, *TINY_FASTGAN, "--set", "conditional=true")
    assert "know no conditions" in fails(*conditional, "--label-by", "landmarks")
    assert not (tmp_path / "pool").exists()
    done = run(*conditional)
    assert done.exit_code == 0, done.exception
    pool = load_cohort(tmp_path / "pool")
    assert set(pool.images["condition_by"]) == {"generator"} and len(pool) == 2
    assert set(pool.images["reconstruction"]) == {"l1"}


@pytest.mark.weights
def test_samples_that_show_no_face_get_no_name(children: Cohort, tmp_path: Path) -> None:
    """After two steps there is nothing to see, and so no pool."""
    words = ("fastgan", children.root, "--out", tmp_path / "pool", "--count", 2, "--size", 64)
    said = fails(*words, *TINY_FASTGAN, "--label-by", "landmarks")
    assert "None of the samples could be labelled" in said
    assert len(list((tmp_path / "pool" / "images").glob("*.png"))) == 2
