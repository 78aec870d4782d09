"""``rdface synthesize GENERATOR COHORT --spec FILE``: the file's settings, and the line's."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rdface.cli.synthesize import synthesize
from rdface.cohort import Cohort, load_cohort
from rdface.errors import UsageError, WeightsError
from tests.synthesis.conftest import part_of
from tests.synthesis.dreambooth.tiny import SIZE, save_tiny_base

PAPER = Path(__file__).parents[2] / "specs" / "dreambooth-paper.yaml"


@pytest.fixture(scope="module")
def children(tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    return part_of("sim103", 2, 3, tmp_path_factory.mktemp("children"))


def run(*words: object) -> Result:
    return CliRunner().invoke(synthesize, [str(word) for word in words])


@pytest.mark.weights
def test_the_papers_spec_runs_with_a_small_base(
    children: Cohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every key of the file is used; base, size and precision are replaced on the line."""
    monkeypatch.setenv("RDFACE_DEVICE", "cpu")
    base = save_tiny_base(tmp_path / "base")
    out = tmp_path / "pool"
    only = children.condition_ids[0]
    words = ["dreambooth", children.root, "--spec", PAPER, "--out", out, "--per-condition", 2]
    small = {
        **{"base": base, "vae": "null", "precision": "full", "steps": 2, "sample_steps": 2},
        **{"keep_weights": "true", "conditions": f"[{only}]", "sample_batch": 2},
    }
    for key, value in small.items():
        words += ["--set", f"{key}={value}"]
    done = run(*words, "--size", SIZE)
    assert done.exit_code == 0, done.exception
    pool = load_cohort(out)
    about = (pool.info.model_extra or {})["generator_options"]
    assert len(pool) == 2 and set(pool.images["condition"]) == {only}
    assert about["learning_rate"] == 1e-6 and about["prior_weight"] == 0
    assert about["steps"] == 2 and about["prompt"] == "photo of a {condition} child"
    assert set(pool.images["blanks"]) == {"0"} and set(pool.images["source"]) == {"dreambooth"}
    assert set(pool.images["prompt"]) == {f"photo of a {only} child"}


def test_a_spec_of_another_generator_or_with_wrong_keys_is_refused(
    children: Cohort, tmp_path: Path
) -> None:
    out = tmp_path / "pool"
    error = run("classic", children.root, "--spec", PAPER, "--out", out).exception
    assert isinstance(error, UsageError) and "not for classic" in error.message
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("generator: dreambooth\nsamples: 3\n")
    error = run("dreambooth", children.root, "--spec", wrong, "--out", out).exception
    assert isinstance(error, UsageError) and "samples" in error.message
    wrong.write_text("generator: dreambooth\nper_condition: 1\noptions: {step: 3}\n")
    error = run("dreambooth", children.root, "--spec", wrong, "--out", out).exception
    assert isinstance(error, UsageError) and "step" in error.message


@pytest.mark.weights
def test_the_papers_spec_as_it_is_asks_for_its_base(
    children: Cohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a network: both ways to the weights are named, and no pool is left behind."""

    def closed(address: str) -> None:
        raise OSError("no network in tests")

    monkeypatch.setattr("rdface.weights.published.knock", closed)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    words = ("dreambooth", children.root, "--spec", PAPER, "--out", tmp_path / "pool")
    error = run(*words).exception
    assert isinstance(error, WeightsError) and "base: FOLDER" in str(error.hint)
