"""A trained network in the bench: same folders, same schema, resumable, with the paper's quirks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rdface.bench import Spec, run_benchmark
from rdface.bench import study as study_module
from rdface.bench import training as training_module
from rdface.bench.run_folder import LAST_EPOCH_FILE
from rdface.errors import RunError, UsageError
from tests.bench.pieces import bits, history

MakeSpec = Callable[..., Spec]

pytestmark = [pytest.mark.weights, pytest.mark.usefixtures("own_cache", "in_process")]

PAPER = (
    "split-by-image",
    "imagenet-norm-for-all",
    "last-epoch-topk",
    "sd-over-folds",
)


def test_a_trained_network_is_a_run_like_any_other(make_training: MakeSpec, tmp_path: Path) -> None:
    """Patient-grouped, chosen by validation, a row an epoch, nothing left behind."""
    (run,) = run_benchmark(make_training(), tmp_path / "runs")
    assert set(history(run)["fold"]) == {0, 1}
    assert set(history(run)["epoch"]) == {1, 2}
    assert run.result.recipe is not None
    assert run.result.recipe["trainer"] == "fine_tune"
    assert (run.result.quirks, run.result.fold_spread) == ((), None)
    assert run.result.tolerated_leaks == {}
    assert not (run.folder / "parts").exists()
    assert not (run.folder / LAST_EPOCH_FILE).exists()
    predictions = run.predictions
    trained = np.isfinite(predictions.scores)
    assert np.exp(predictions.scores[:, trained[0]]).sum(axis=1) == pytest.approx(1, abs=1e-4)
    assert sum(run.result.chosen.values()) == 2
    assert all("epoch" in name for name in run.result.chosen), run.result.chosen


def test_the_path_of_weights_stays_out_of_what_is_written(
    make_training: MakeSpec, tiny_network: str, tmp_path: Path
) -> None:
    """Folders and results are passed on; a path may name a person, or a hospital."""
    assert "/" in tiny_network
    changes = {"learners": ["knn", "head"], "recipes": {"head": {"epochs": 1, "batch": 4}}}
    runs = run_benchmark(make_training(**changes), tmp_path / "runs")
    for run in runs:
        assert run.result.backbone == "timm:test_resnet"
        assert run.folder.name.startswith("timm-test_resnet__")
        for name in ("result.json", "key.json", "spec.yaml"):
            assert "safetensors" not in (run.folder / name).read_text(), name


def test_two_weights_of_one_network_are_not_mixed_up(
    make_training: MakeSpec, tiny_network: str, tmp_path: Path
) -> None:
    """Without their paths they would be one run."""
    both = [tiny_network, tiny_network.removesuffix("/model.safetensors")]
    with pytest.raises(UsageError, match="would both be called"):
        run_benchmark(make_training(backbones=both), tmp_path / "runs")


def test_the_papers_run_has_its_flaws_and_says_so(make_training: MakeSpec, tmp_path: Path) -> None:
    (run,) = run_benchmark(make_training(quirks=PAPER), tmp_path / "runs")
    assert run.result.quirks == PAPER
    assert run.result.protocol["divide_by"] == "image"
    assert run.result.tolerated_leaks["shared patient"] > 0
    spread = run.result.fold_spread
    assert spread is not None
    assert spread["top1_micro"].folds == 2
    last = pd.read_parquet(run.folder / LAST_EPOCH_FILE)
    assert list(last["image_id"]) == list(run.predictions.image_ids)


def test_quirks_are_part_of_the_key(make_training: MakeSpec, tmp_path: Path) -> None:
    """F4 reaches the network: another normalisation, other scores."""
    (sound,) = run_benchmark(make_training(), tmp_path / "sound")
    crooked = make_training(quirks=["stretched-picture"])
    (quirky,) = run_benchmark(crooked, tmp_path / "quirky")
    assert sound.result.key != quirky.result.key
    assert sound.result.split_sha256 == quirky.result.split_sha256
    assert not np.array_equal(sound.predictions.scores, quirky.predictions.scores)


def test_a_quirk_taken_out_of_the_spec_makes_another_run(
    make_training: MakeSpec, tmp_path: Path
) -> None:
    """The flawed run that lies there must not be taken for the sound one."""
    from rdface.errors import RunError

    changes = {
        "backbones": ["pixels-test"],
        "learners": ["head"],
        "recipes": {"head": {"epochs": 1, "batch": 4}},
    }
    run_benchmark(make_training(quirks=["last-epoch-topk"], **changes), tmp_path / "runs")
    with pytest.raises(RunError, match="another quirks"):
        run_benchmark(make_training(**changes), tmp_path / "runs")


def test_what_differs_from_the_run_that_lies_there_is_named(
    make_training: MakeSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On another kind of device it is another run, and the message says why."""
    spec = make_training(
        backbones=["pixels-test"], learners=["head"], recipes={"head": {"epochs": 1, "batch": 4}}
    )
    run_benchmark(spec, tmp_path / "runs")
    monkeypatch.setattr(study_module.Study, "device_type", "cuda")
    with pytest.raises(RunError, match=r"another trainer \(device\)\."):
        run_benchmark(spec, tmp_path / "runs")


def test_a_training_that_was_stopped_goes_on_to_the_same_bits(
    make_training: MakeSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the first fold was kept."""
    spec = make_training(quirks=PAPER)
    (whole,) = run_benchmark(spec, tmp_path / "whole")
    kept = training_module.write_outcome

    def stop(path: Path, *rest: object) -> None:
        kept(path, *rest)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(training_module, "write_outcome", stop)
        run_benchmark(spec, tmp_path / "stopped")
    (resumed,) = run_benchmark(spec, tmp_path / "stopped")
    assert bits(resumed) == bits(whole)
    columns = ["fold", "epoch", "loss", "validation_top1"]
    pd.testing.assert_frame_equal(history(resumed)[columns], history(whole)[columns])


def test_without_a_seed_two_runs_differ_and_one_is_still_itself(
    make_training: MakeSpec, tmp_path: Path
) -> None:
    """F7: the seed is drawn once per run folder and written into the result."""
    spec = make_training(quirks=["unseeded"])
    (one,) = run_benchmark(spec, tmp_path / "one")
    (two,) = run_benchmark(spec, tmp_path / "two")
    assert one.result.recipe is not None
    assert two.result.recipe is not None
    assert one.result.recipe["seed"] != two.result.recipe["seed"]
    assert one.result.key != two.result.key
    assert not np.array_equal(one.predictions.scores, two.predictions.scores)
    (again,) = run_benchmark(spec, tmp_path / "one")
    assert bits(again) == bits(one)


def test_a_seed_that_is_lost_is_told_of(make_training: MakeSpec, tmp_path: Path) -> None:
    """Nobody can say any more what the run was made with; --fresh draws anew."""
    spec = make_training(quirks=["unseeded"])
    (run,) = run_benchmark(spec, tmp_path / "runs")
    (run.folder / "seed.txt").unlink()
    with pytest.raises(RunError, match="drawn for this run"):
        run_benchmark(spec, tmp_path / "runs")
    (again,) = run_benchmark(spec, tmp_path / "runs", fresh=True)
    assert again.result.recipe is not None


def test_two_protocols_stand_side_by_side(
    make_training: MakeSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both read the same weights, which are opened once."""
    from rdface.bench.side_by_side import side_by_side

    spec = make_training(
        backbones=["pixels-test"],
        learners=["knn", "head"],
        recipes={"head": {"epochs": 1, "batch": 4}},
        quirks=["split-by-image", "sd-over-folds"],
        beside={"name": "strict", "repeats": 1, "folds": 2},
    )
    opened, load = [], study_module.load_backbone
    monkeypatch.setattr(
        study_module, "load_backbone", lambda name: (opened.append(name), load(name))[1]
    )
    runs = run_benchmark(spec, tmp_path / "runs")
    assert opened == ["pixels-test"]
    assert [run.folder.parent.name for run in runs] == ["paper", "paper", "strict", "strict"]
    lines = side_by_side(runs)
    assert [line.learner for line in lines] == ["knn"] * 3 + ["head"] * 3
    assert [line.reading.split(",")[0] for line in lines[:3]] == [
        "paper",
        "paper with quirks",
        "strict",
    ]
    assert runs[2].result.quirks == ()


def test_where_patients_are_not_known_every_table_says_so(
    make_spec: MakeSpec, tmp_path: Path
) -> None:
    """The published table of RDFace names none: `strict` must not look stricter than it is."""
    from click.testing import CliRunner

    from rdface.bench.side_by_side import side_by_side
    from rdface.cli.leaderboard import leaderboard

    spec = make_spec(backbones=["pixels-test"], learners=["knn"])
    with (Path(spec.cohort) / "cohort.yaml").open("a") as file:
        file.write("patients: 'not known: each image counts as one'\n")
    (run,) = run_benchmark(spec, tmp_path / "runs")
    assert run.result.cohort.unknown_patients == "not known: each image counts as one"
    assert "n = 16 images, patients not known" in side_by_side([run])[0].reading
    shown = CliRunner().invoke(leaderboard, [str(tmp_path / "runs")])
    assert "does not say who its patients are" in shown.output


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"backbones": ["colour-test+pixels-test"]}, "not the ensemble"),
        ({"backbones": ["pixels-test"]}, "cannot be trained"),
        ({"recipes": {"fine_tune": {"trainable": "last-99", "size": 64}}}, "99"),
        (
            {
                "backbones": ["pixels-test"],
                "learners": ["head"],
                "recipes": {"head": {"augmentation": "flip"}},
            },
            "cannot follow `augmentation`",
        ),
        (
            {
                "backbones": ["pixels-test"],
                "learners": ["knn"],
                "recipes": {},
                "quirks": [PAPER[1]],
            },
            "takes no quirk",
        ),
    ],
)
def test_what_cannot_be_trained_is_refused_before_any_work(
    make_training: MakeSpec, tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        run_benchmark(make_training(**changes), tmp_path / "runs")
    assert not (tmp_path / "runs").exists()
