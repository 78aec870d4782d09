"""A gallery benchmark searches everybody once a repeat, and its numbers come from its table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rdface.bench import Run, compare_runs, read_runs
from rdface.bench.gallery import (
    SETTINGS,
    GalleryPredictions,
    GallerySpec,
    Setting,
    benchmark,
    compare_galleries,
    gallery_tables,
    read_gallery_spec,
    run_gallery,
)
from rdface.bench.gallery.measure import chance_in_gallery, measure_gallery
from rdface.errors import RunError, UsageError

MakeSpec = Callable[..., GallerySpec]
ALL = Setting("all", "all")

pytestmark = [pytest.mark.weights, pytest.mark.usefixtures("own_cache")]


def bits(run: Run) -> tuple[bytes, bytes, object]:
    result = run.result
    return (
        (run.folder / "predictions.parquet").read_bytes(),
        (run.folder / "gallery.json").read_bytes(),
        (result.metrics, result.chosen, result.key),
    )


def table_of(run: Run) -> GalleryPredictions:
    return GalleryPredictions.from_parquet(run.folder / "predictions.parquet")


def test_a_run_is_what_its_table_says(make_spec: MakeSpec, tmp_path: Path) -> None:
    """Files, rows of each setting, and every number recomputed from the table alone."""
    runs = run_gallery(make_spec(), tmp_path / "runs")
    assert len(runs) == 4 == len(read_runs(tmp_path / "runs"))
    for run in runs:
        assert {path.name for path in run.folder.iterdir()} == {
            "key.json",
            "spec.yaml",
            "gallery.json",
            "predictions.parquet",
            "result.json",
            "environment.json",
        }
        assert run.result.train_only_conditions == ("C8",)
        table = table_of(run)
        assert measure_gallery(table) == run.result.metrics
        assert chance_in_gallery(table) == run.result.chance
        rows = {str(setting): len(part) for setting, part in table.settings.items()}
        assert rows == {
            "frequent-in-frequent": 2 * 23,
            "rare-in-rare": 2 * 7,
            "rare-in-all": 2 * 7,
            "frequent-in-all": 2 * 23,
            "all-in-all": 2 * 30,
        }
        filed = {
            str(setting): set(np.isfinite(part.scores).sum(axis=1))
            for setting, part in table.settings.items()
        }
        assert filed == {
            "frequent-in-frequent": {5},
            "rare-in-rare": {4},
            "rare-in-all": {9},
            "frequent-in-all": {9},
            "all-in-all": {9},
        }
        assert run.result.chance["rare-in-rare/top1_macro"] == pytest.approx(1 / 4)
        assert run.result.chance["all-in-all/top5_micro"] == pytest.approx(5 / 9)
        for setting in SETTINGS:
            found = run.result.metrics[f"{setting}/top1_macro"]
            assert found.low <= found.value <= found.high


def test_any_tool_can_recompute_a_number(make_spec: MakeSpec, tmp_path: Path) -> None:
    """Macro top-1 of rare in all with pandas alone."""
    run = run_gallery(make_spec(backbones=["pixels-test"]), tmp_path)[0]
    frame = pd.read_parquet(run.folder / "predictions.parquet")
    frame = frame[frame["setting"] == "rare-in-all"]
    scores = frame[[name for name in frame if name.startswith("score:")]]
    hit = scores.idxmax(axis=1).str.removeprefix("score:") == frame["truth"]
    per_image = hit.groupby([frame["truth"], frame["image_id"]]).mean()
    expected = per_image.groupby("truth").mean().mean()
    assert run.result.metrics["rare-in-all/top1_macro"].value == pytest.approx(expected)


def test_smaller_galleries_are_the_whole_one_with_columns_struck_out(
    make_spec: MakeSpec, tmp_path: Path
) -> None:
    run = run_gallery(make_spec(), tmp_path)[0]
    table = table_of(run)
    alone, among = (table.settings[Setting("rare", where)] for where in ("rare", "all"))
    there = np.isfinite(alone.scores)
    assert np.array_equal(alone.scores[there], among.scores[there])
    assert (alone.image_ids == among.image_ids).all()
    of_all = run.result.metrics["rare-in-all/mrr_macro"].value
    assert of_all <= run.result.metrics["rare-in-rare/mrr_macro"].value


def test_a_stopped_run_goes_on_to_the_same_bits(
    make_spec: MakeSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = make_spec(backbones=["pixels-test"], metrics=["lda"])
    (whole,) = run_gallery(spec, tmp_path / "whole")
    outcome, done = benchmark._outcome, []

    def stop_after_one(*given: object) -> object:
        if len(done) == 1:
            raise KeyboardInterrupt
        done.append(given[-1])
        return outcome(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(benchmark, "_outcome", stop_after_one)
        run_gallery(spec, tmp_path / "stopped")
    redone = []
    monkeypatch.setattr(
        benchmark, "_outcome", lambda *given: (redone.append(given[-1]), outcome(*given))[1]
    )
    (resumed,) = run_gallery(spec, tmp_path / "stopped")
    assert redone == [1, 2, 3]
    assert bits(resumed) == bits(whole)
    assert run_gallery(spec, tmp_path / "stopped")[0].result == resumed.result


def test_a_run_says_what_it_was(make_spec: MakeSpec, tmp_path: Path) -> None:
    """Its own spec.yaml makes the same run again; another seed is another run."""
    runs = run_gallery(make_spec(), tmp_path / "runs")
    alone = read_gallery_spec(runs[3].folder / "spec.yaml")
    (again,) = run_gallery(alone, tmp_path / "again")
    assert bits(again) == bits(runs[3])
    with pytest.raises(RunError, match="another split"):
        run_gallery(make_spec(seed=1), tmp_path / "runs")


def test_tables_and_comparisons(make_spec: MakeSpec, tmp_path: Path) -> None:
    runs = run_gallery(make_spec(), tmp_path / "runs")
    tables = gallery_tables(runs)
    assert [table.setting for table in tables] == list(SETTINGS)
    assert all(len(table.rows) == 4 for table in tables)
    found = compare_galleries(runs[1], runs[0])
    for setting, differences in found.differences.items():
        name = f"{setting}/mrr_macro"
        gap = runs[1].result.metrics[name].value - runs[0].result.metrics[name].value
        assert differences["mrr_macro"].value == pytest.approx(gap)
    other = run_gallery(make_spec(seed=1), tmp_path / "other")
    with pytest.raises(RunError, match="different galleries"):
        compare_galleries(runs[0], other[0])
    with pytest.raises(RunError, match="different galleries"):
        gallery_tables([runs[0], other[1]])
    with pytest.raises(RunError, match="several settings"):
        compare_runs([(runs[0], runs[1])])


def test_a_table_of_another_task_is_refused(make_spec: MakeSpec, tmp_path: Path) -> None:
    (run, *_) = run_gallery(make_spec(), tmp_path / "runs")
    path = run.folder / "predictions.parquet"
    frame = pd.read_parquet(path)
    frame[frame["setting"] != "rare-in-all"].to_parquet(path)
    with pytest.raises(RunError, match="rare-in-all"):
        GalleryPredictions.from_parquet(path)
    frame.drop(columns="setting").to_parquet(path)
    with pytest.raises(RunError, match="no table of a gallery run"):
        GalleryPredictions.from_parquet(path)


def test_what_cannot_be_is_refused_before_any_work(make_spec: MakeSpec, tmp_path: Path) -> None:
    for changes, said in (
        ({"backbones": ["facenett"]}, "facenet"),
        ({"frequent_from": 6}, "Lower frequent_from to 4."),
        ({"frequent_from": 9}, "0 conditions have 9"),
        ({"cohort": "sim103-fresh"}, "evaluation only"),
    ):
        with pytest.raises(UsageError) as raised:
            run_gallery(make_spec(**changes), tmp_path / "runs")
        assert said in f"{raised.value.message} {raised.value.hint}"
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("- cosine", "- cosin", "cosine"),
        ("- cosine", "- {name: lda, shrinkag: [0.5]}", "shrinkage"),
        ("- cosine", "- cosine\n  - cosine", "label"),
        ("sface", "sface+facenet", "no ensembles"),
        ("folds: 5", "fold: 5", "fold"),
        ("folds: 5", "folds: 1", "greater than or equal to 2"),
    ],
)
def test_mistakes_of_a_spec_are_named(old: str, new: str, said: str, tmp_path: Path) -> None:
    good = (
        "version: 1\nname: a\ntask: gallery\ncohort: sim103\nbackbones: [sface]\n"
        "metrics:\n  - cosine\nfolds: 5\n"
    )
    path = tmp_path / "a.yaml"
    path.write_text(good)
    assert read_gallery_spec(path).frequent_from == 4
    path.write_text(good.replace(old, new))
    with pytest.raises(UsageError) as raised:
        read_gallery_spec(path)
    assert said in f"{raised.value.message} {raised.value.hint}"


def test_the_shipped_spec_is_sound() -> None:
    spec = read_gallery_spec(Path(__file__).parents[3] / "specs" / "gallery.yaml")
    assert spec.name == "gallery"
    assert [metric.title for metric in spec.metrics] == [
        "cosine",
        "centred",
        "lda",
        "arcface",
        "supcon",
    ]
