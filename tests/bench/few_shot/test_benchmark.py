"""A few-shot benchmark shares its episodes, keeps what is finished and refuses what is unfair."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from rdface.bench import Run, read_runs
from rdface.bench.few_shot import FewShotSpec, benchmark, few_shot_table, run_few_shot
from rdface.bench.few_shot.answers import ACCURACY, OVER_EPISODES, measure_episodes
from rdface.bench.few_shot.spec import read_few_shot_spec
from rdface.bench.predictions import Predictions
from rdface.cohort import load_cohort
from rdface.errors import RunError, UsageError
from rdface.protocols.few_shot import Manifest, Setting

MakeSpec = Callable[..., FewShotSpec]
PROTONET = {"name": "protonet", "epochs": 2, "episodes": 3, "validation_episodes": 3}

pytestmark = [pytest.mark.weights, pytest.mark.usefixtures("own_cache")]


def bits(run: Run) -> tuple[bytes, bytes, object]:
    result = run.result
    return (
        (run.folder / "predictions.parquet").read_bytes(),
        (run.folder / "episodes.json").read_bytes(),
        (result.metrics, result.chosen, result.key),
    )


def manifest_of(run: Run) -> Manifest:
    return Manifest.from_dict(json.loads((run.folder / "episodes.json").read_text()))


def test_every_backbone_meets_every_method_on_the_same_episodes(
    make_spec: MakeSpec, tmp_path: Path
) -> None:
    spec = make_spec()
    runs = run_few_shot(spec, tmp_path / "runs")
    assert len(runs) == 2 * 2 * 2
    cohort = load_cohort(spec.cohort)
    for way in (2, 3):
        same = [run for run in runs if run.result.protocol["way"] == way]
        assert len({run.result.split_sha256 for run in same}) == 1
    for run in runs:
        assert {path.name for path in run.folder.iterdir()} == {
            "key.json",
            "spec.yaml",
            "episodes.json",
            "predictions.parquet",
            "result.json",
            "environment.json",
        }
        way = run.result.protocol["way"]
        assert len(run.predictions) == 6 * way
        assert run.result.chance[ACCURACY] == 1 / way
        assert run.result.metrics[OVER_EPISODES].value == run.result.metrics[ACCURACY].value
        manifest = manifest_of(run)
        assert manifest.sha256 == run.result.split_sha256
        read = Predictions.from_parquet(run.folder / "predictions.parquet")
        assert measure_episodes(read, manifest, cohort) == run.result.metrics
        tested = set(manifest.test_conditions)
        assert not tested & set(run.result.train_only_conditions)
        assert set(read.truth) <= tested
    assert len(read_runs(tmp_path / "runs")) == len(runs)
    table = few_shot_table(runs)
    assert table.settings == (Setting(2), Setting(3))
    assert {(row.backbone, row.method) for row in table.rows} == {
        (backbone, method)
        for backbone in ("colour-test", "pixels-test")
        for method in ("prototypes", "simpleshot")
    }


def test_a_run_says_what_it_was(make_spec: MakeSpec, tmp_path: Path) -> None:
    """Its own spec.yaml makes the same run again."""
    runs = run_few_shot(make_spec(), tmp_path / "runs")
    alone = read_few_shot_spec(runs[3].folder / "spec.yaml")
    (again,) = run_few_shot(alone, tmp_path / "again")
    assert bits(again) == bits(runs[3])


def test_a_stopped_training_goes_on_to_the_same_bits(
    make_spec: MakeSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped after one fold: that fold is kept, the others follow."""
    spec = make_spec(backbones=["tiny-test"], methods=[PROTONET], settings={"way": 2})
    (whole,) = run_few_shot(spec, tmp_path / "whole")
    assert sum(whole.result.chosen.values()) == 3
    assert (whole.folder / "history.csv").read_text().count("\n") == 1 + 3 * 2
    outcome, done = benchmark._outcome, []

    def stop_after_one(*given: object) -> object:
        if len(done) == 1:
            raise KeyboardInterrupt
        done.append(given[-1])
        return outcome(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(benchmark, "_outcome", stop_after_one)
        run_few_shot(spec, tmp_path / "stopped")
    left = [path.name for path in (tmp_path / "stopped").glob("*/parts/*")]
    redone = []
    monkeypatch.setattr(
        benchmark, "_outcome", lambda *given: (redone.append(given[-1]), outcome(*given))[1]
    )
    (resumed,) = run_few_shot(spec, tmp_path / "stopped")
    assert (done, redone) == ([0], [1, 2])
    assert left == ["fold-000.npz"]
    assert bits(resumed) == bits(whole)
    run_few_shot(spec, tmp_path / "stopped")
    assert redone == [1, 2]  # a finished run is kept


def test_another_recipe_is_another_run(make_spec: MakeSpec, tmp_path: Path) -> None:
    run_few_shot(make_spec(settings={"way": 2}), tmp_path / "runs")
    other = make_spec(settings={"way": 2}, methods=["prototypes", "simpleshot"])
    with pytest.raises(RunError, match="another method"):
        run_few_shot(other, tmp_path / "runs")
    assert run_few_shot(other, tmp_path / "runs", fresh=True)


def test_episodes_per_fold_differ_and_are_written_down(make_spec: MakeSpec, tmp_path: Path) -> None:
    """F7: two runs draw their own; a run that is looked up again keeps its own."""
    spec = make_spec(quirks=["episodes-per-fold"], settings={"way": 2}, methods=["prototypes"])
    runs = run_few_shot(spec, tmp_path / "runs")
    assert runs[0].result.split_sha256 != runs[1].result.split_sha256
    manifest = manifest_of(runs[0])
    assert len(set(manifest.episodes)) == 3
    assert len(runs[0].predictions) == 3 * 6 * 2
    again = run_few_shot(spec, tmp_path / "runs")
    assert [bits(run) for run in again] == [bits(run) for run in runs]
    readings = {row.reading for row in few_shot_table(runs).rows}
    assert readings == {"over patients", "over episodes"}


def test_episodes_by_image_count_the_children_who_support_themselves(
    make_spec: MakeSpec, tmp_path: Path
) -> None:
    strict, loose = (
        run_few_shot(
            make_spec(quirks=quirks, settings={"way": 3}, methods=["prototypes"], episodes=20),
            tmp_path / str(len(quirks)),
        )[0]
        for quirks in ((), ("episodes-by-image",))
    )
    assert strict.result.tolerated_leaks == {}
    assert 0 < loose.result.tolerated_leaks["shared patient"] <= 15 * 3
    other = make_spec(settings={"way": 3}, methods=["simpleshot"], seed=1, episodes=20)
    with pytest.raises(RunError, match="different episodes"):
        few_shot_table([strict, *run_few_shot(other, tmp_path / "other")])


def test_what_cannot_be_is_refused_before_any_work(make_spec: MakeSpec, tmp_path: Path) -> None:
    for changes, said in (
        ({"backbones": ["facenett"]}, "facenet"),
        ({"methods": [PROTONET]}, "cannot be trained"),
        ({"settings": {"way": 9}}, "5 of the 5 held-out ones qualify"),
        ({"settings": {"way": 2, "shot": 6}}, "0 of the 5 held-out ones qualify"),
        ({"methods": [PROTONET], "settings": {"way": 4}}, "validation ones of fold 1 qualify"),
    ):
        with pytest.raises(UsageError) as raised:
            run_few_shot(make_spec(**changes), tmp_path / "runs")
        assert said in f"{raised.value.message} {raised.value.hint}"
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("- prototypes", "- protypes", "prototypes"),
        ("- prototypes", "- {name: prototypes, distanse: cosine}", "distance"),
        ("- prototypes", "- prototypes\n  - prototypes", "label"),
        ("facenet", "facenet+sface", "no ensembles"),
        ("quirks: []", "quirks: [episodes-by-images]", "episodes-by-image"),
        ("quirks: []", "quirks: [swin-wrong-axes]", "changes a method that trains"),
        ("quirks: []", "learners: [knn]", "learners"),
        ("way: [5]", "way: [1]", "at least 2"),
    ],
)
def test_mistakes_of_a_spec_are_named(old: str, new: str, said: str, tmp_path: Path) -> None:
    good = (
        "version: 1\nname: a\ntask: few-shot\ncohort: sim103\nbackbones: [facenet]\n"
        "methods:\n  - prototypes\nsettings: {way: [5]}\nquirks: []\n"
    )
    path = tmp_path / "a.yaml"
    path.write_text(good)
    assert read_few_shot_spec(path).settings.all == (Setting(5),)
    path.write_text(good.replace(old, new))
    with pytest.raises(UsageError) as raised:
        read_few_shot_spec(path).settings.all  # noqa: B018 - sizes are checked here
    assert said in f"{raised.value.message} {raised.value.hint}"


@pytest.mark.parametrize("name", ["few-shot", "few-shot-paper"])
def test_the_shipped_specs_are_sound(name: str) -> None:
    path = Path(__file__).parents[3] / "specs" / f"{name}.yaml"
    spec = read_few_shot_spec(path)
    assert spec.name == name
    assert [setting.way for setting in spec.settings.all] == [5, 10, 15]
    assert bool(yaml.safe_load(path.read_text()).get("quirks")) == (name == "few-shot-paper")
