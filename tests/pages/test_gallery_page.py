"""The page of a gallery: what the run folders say, whole, self-contained, and marked."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import yaml

from rdface.bench import CohortReference, Detection, Predictions, RunResult, read_runs, write_result
from rdface.bench.gallery import SETTINGS, GalleryPredictions, compare_galleries, gallery_tables
from rdface.bench.gallery.measure import chance_in_gallery, measure_gallery
from rdface.cohort import Cohort, CohortInfo, load_cohort, write_cohort
from rdface.errors import CohortError, RunError
from rdface.pages import write_report
from rdface.pages.sections.gallery_published import GESTALTMATCHER
from rdface.pages.sections.gallery_settings import COLUMNS
from rdface.pages.sections.gallery_settings import SETTINGS as SHOWN
from rdface.pages.wording import interval, points, signed_interval, signed_points
from tests.bench.gallery.conftest import PATIENTS, make_uneven
from tests.pages.test_report import FETCHING, Page

FREQUENT = tuple(f"C{c}" for c, n in enumerate(PATIENTS) if n >= 4)
UNSEARCHED = tuple(f"C{c}" for c, n in enumerate(PATIENTS) if n == 1)
METRICS = ("cosine", "centred", "lda", "supcon")
MakeRun = Callable[..., Path]


@pytest.fixture
def cohort(tmp_path: Path) -> Cohort:
    return load_cohort(make_uneven(tmp_path / "cohort"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the runs lie."""
    return tmp_path / "runs" / "tiny"


@pytest.fixture
def make_run(cohort: Cohort, folder: Path) -> MakeRun:
    """Write a finished gallery run with scores drawn by lot; ``skill`` more for the truth."""

    def make(
        backbone: str = "sface",
        metric: str = "lda",
        *,
        seed: int = 0,
        skill: float = 1.0,
        **changes: object,
    ) -> Path:
        probes = cohort.images[~cohort.images["condition"].isin(UNSEARCHED)]
        rng = np.random.default_rng(seed)
        truth = np.tile(probes["condition"].to_numpy(dtype=object), 2)
        scores = rng.normal(size=(len(truth), len(cohort.condition_ids)))
        column = [cohort.condition_ids.index(name) for name in truth]
        scores[np.arange(len(truth)), column] += skill
        searched = Predictions(
            image_ids=np.tile(probes["image_id"].to_numpy(dtype=object), 2),
            patient_ids=np.tile(probes["patient_id"].to_numpy(dtype=object), 2),
            truth=truth,
            repeat=np.repeat([0, 1], len(probes)),
            fold=np.zeros(len(truth), dtype=np.int64),
            training_count=np.full(len(truth), 2),
            conditions=cohort.condition_ids,
            scores=scores.astype(np.float32),
        )
        predictions = GalleryPredictions.of(searched, FREQUENT)
        path = folder / f"{backbone}__{metric}"
        path.mkdir(parents=True)
        predictions.to_parquet(path / "predictions.parquet")
        spec = {
            "version": 1,
            "name": "tiny",
            "task": "gallery",
            "cohort": str(cohort.root),
            "backbones": [backbone],
            "metrics": [{"name": metric, "label": ""}],
        }
        (path / "spec.yaml").write_text(yaml.safe_dump(spec))
        result = RunResult(
            key="0" * 64,
            task="gallery",
            name="tiny",
            cohort=CohortReference.of(cohort),
            protocol={
                "name": "gallery",
                "seed": 0,
                "frequent_from": 4,
                "repeats": 2,
                "frequent": len(FREQUENT),
                "rare": len(PATIENTS) - len(FREQUENT),
            },
            split_sha256="a" * 64,
            seed=0,
            backbone=backbone,
            fingerprints={backbone: "b" * 64},
            learner=metric,
            metrics=measure_gallery(predictions),
            chance=chance_in_gallery(predictions),
            train_only_conditions=UNSEARCHED,
            recipe={"metric": metric},
            tolerated_leaks={},
            detection=Detection(detector="yunet", one=31, several=0, none=0),
            chosen={"shrinkage 0.9": 3, "shrinkage 0.5": 1} if metric == "lda" else {},
            seconds=1.5,
            peak_memory_mb=321.0,
            versions={"rdface": "0.1.0", "python": "3.11.2"},
        )
        write_result(path, result.model_copy(update=changes))
        return path

    return make


@pytest.fixture
def all_runs(make_run: MakeRun, folder: Path) -> Path:
    """Two backbones, each with two cosines and two metrics that were learnt."""
    for b, backbone in enumerate(("sface", "facenet")):
        for m, metric in enumerate(METRICS):
            make_run(backbone, metric, seed=10 * b + m, skill=0.4 * m + 0.3 * b)
    return folder


def written(folder: Path, **options: object) -> str:
    return write_report(folder, **options).read_text(encoding="utf-8")  # type: ignore[arg-type]


def rows_of(html: str) -> list[str]:
    """Table rows as text, cells and small type divided by bars."""
    rows = re.findall(r"<tr.*?</tr>", html, re.DOTALL)
    return ["|".join(re.findall(r">([^<>]+)<", row)) for row in rows]


def test_every_number_is_that_of_the_run_folders(all_runs: Path) -> None:
    """Each setting's table has every run's values and intervals, in the leaderboard's order."""
    html = written(all_runs)
    rows = [row for row in rows_of(html) if re.search(r"\|\d+ · ", row)]
    tables = {table.setting: table for table in gallery_tables(read_runs(all_runs), COLUMNS)}
    expected = [
        (place, row) for setting in SHOWN for place, row in enumerate(tables[setting].rows, start=1)
    ]
    assert set(SHOWN) == set(SETTINGS) and len(rows) == len(expected) == 5 * 8
    for shown, (place, row) in zip(rows, expected, strict=True):
        parts = [row.backbone, f"{place} · {row.metric}"]
        for name, found in row.cells.items():
            if name.startswith("mrr"):
                parts += [f"{found.value:.3f}", f"{found.low:.3f}–{found.high:.3f}"]
            else:
                parts += [points(found.value), interval(found.low, found.high)]
        assert shown == "|".join(parts)
    for table in tables.values():
        chance = [
            f"{value:.3f}" if name.startswith("mrr") else points(value)
            for name, value in table.chance.items()
        ]
        assert "|".join(["chance", "random order", *chance]) in rows_of(html)


def test_comparisons_are_those_of_rdface_compare(all_runs: Path) -> None:
    """Each backbone's best learnt metric by rare-in-all MRR, against both of its cosines."""
    html = written(all_runs)
    runs = {run.folder.name: run for run in read_runs(all_runs)}
    for backbone in ("sface", "facenet"):
        best = max(
            ("lda", "supcon"),
            key=lambda name: (
                runs[f"{backbone}__{name}"].result.metrics["rare-in-all/mrr_macro"].value
            ),
        )
        for other in ("cosine", "centred"):
            pair = f"{backbone}__{best}", f"{backbone}__{other}"
            assert f"rdface compare runs/tiny/{pair[0]} runs/tiny/{pair[1]}" in html
            found = compare_galleries(runs[pair[0]], runs[pair[1]])
            for measure in ("mrr_macro", "top10_macro"):
                (row,) = [
                    row
                    for row in rows_of(html)
                    if row.startswith(f"{backbone}|{best} − {other}|")
                    and signed_points(found.differences[SETTINGS[2]][measure].value) in row
                    and all(
                        signed_interval(one.low, one.high) in row
                        for setting in SETTINGS
                        for one in [found.differences[setting][measure]]
                    )
                ]
                assert row.count("|p ") == 5


def test_without_learnt_metrics_centring_is_compared(make_run: MakeRun, folder: Path) -> None:
    make_run(metric="cosine", seed=1)
    make_run(metric="centred", seed=2)
    html = written(folder)
    assert "sface: centred − cosine" in html and html.count("rdface compare runs/") == 1


def test_a_single_run_has_a_page(make_run: MakeRun, folder: Path) -> None:
    make_run()
    html = written(folder)
    assert "sface (lda)" in html and 'id="comparisons"' not in html
    assert "picked as the best" not in html
    assert "shrinkage 0.9 (3 of 4 folds)" in html


def test_the_page_is_self_contained_and_whole(all_runs: Path) -> None:
    page = Page(written(all_runs))
    assert not page.open
    for tag, attributes in page.elements:
        assert tag not in {"script", "link", "iframe", "object", "embed", "base", "img"}
        assert not FETCHING & set(attributes)
        assert attributes.get("href", "#").startswith(("#", "https://doi.org/"))
    assert "diagnos" not in page.html.lower()
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    labels = [a["aria-labelledby"] for _, a in page.elements if "aria-labelledby" in a]
    assert set(labels) <= set(ids)


def test_equal_runs_give_equal_bytes_wherever_they_lie(all_runs: Path, tmp_path: Path) -> None:
    """Nor does the page say in which folders anything lies."""
    html = written(all_runs)
    moved = shutil.copytree(all_runs, tmp_path / "elsewhere" / "x")
    assert html == written(moved) == written(all_runs)
    assert str(tmp_path) not in html


def test_the_spec_of_all_runs_is_put_together(all_runs: Path) -> None:
    (text,) = re.findall(r"Spec of all runs</summary><pre>(.*?)</pre>", written(all_runs), re.S)
    spec = yaml.safe_load(text)
    assert spec["backbones"] == ["facenet", "sface"] and spec["cohort"] == "cohort"
    assert spec["metrics"] == sorted(METRICS)


def test_faces_are_marked_as_what_they_are(
    all_runs: Path, cohort: Cohort, make_run: MakeRun, tmp_path: Path
) -> None:
    """Simulated, photographs, or not known since the cohort is gone; never a picture."""
    assert "Every face behind this page is simulated" in written(all_runs)
    away = cohort.root.rename(tmp_path / "away")
    html = written(all_runs)
    assert "this page cannot say" in html and "is simulated" not in html
    assert "simulated faces" not in html and "<li>C8</li>" in html
    assert written(all_runs, cohort=away) == written(all_runs, cohort=str(away))
    assert "Every face behind this page is simulated" in written(all_runs, cohort=away)
    with pytest.raises(CohortError):
        write_report(all_runs, cohort=tmp_path / "nowhere")


def test_photographs_are_marked_and_never_shown(
    cohort: Cohort, make_run: MakeRun, folder: Path
) -> None:
    info = CohortInfo(name="clinic", version="1", licence="restricted", simulated=False)
    images = cohort.images.drop(columns="sha256")
    changed = write_cohort(cohort.root, info, images, cohort.conditions)
    make_run(cohort=CohortReference.of(changed))
    html = written(folder, show_faces=True)
    assert "This report is about photographs of patients" in html
    assert "simulated" not in html and "<img" not in html


def test_unknown_patients_are_warned_of(cohort: Cohort, make_run: MakeRun, folder: Path) -> None:
    reference = CohortReference.of(cohort).model_copy(update={"unknown_patients": "image"})
    make_run(cohort=reference)
    html = written(folder)
    assert "does not say who its patients are" in html and "not known" in html
    assert not re.search(r"\d+ patients? with", html)


def test_unsearched_conditions_are_listed(all_runs: Path) -> None:
    assert "<li>Condition C8 (C8)</li>" in written(all_runs)


def test_published_numbers_stand_with_their_warning(all_runs: Path) -> None:
    html = written(all_runs)
    (row,) = [row for row in rows_of(html) if row.startswith("Gestalt|Matcher|")]
    assert row.endswith("|".join(cell for cells in GESTALTMATCHER.values() for cell in cells))
    assert html.index("These are other data") < html.index("43.71")
    docs = (Path(__file__).parents[2] / "docs" / "gallery.md").read_text(encoding="utf-8")
    assert all(" / ".join(cells) in docs for cells in GESTALTMATCHER.values())


def test_what_cannot_stand_on_one_page_is_refused(
    all_runs: Path, make_run: MakeRun, make_cohort: Callable[..., Cohort]
) -> None:
    """Runs of other tasks, of another division, and another cohort."""
    with pytest.raises(RunError, match="not the one that was tested"):
        write_report(all_runs, cohort=make_cohort(folder="other").root)
    other = make_run("landmarks", split_sha256="c" * 64)
    with pytest.raises(RunError, match="different galleries"):
        write_report(all_runs)
    shutil.rmtree(other)
    for task, says in (("closed-set recognition", "page of their own"), ("few-shot", "few-shot")):
        other = make_run("landmarks", task=task)
        with pytest.raises(RunError, match=says):
            write_report(all_runs)
        shutil.rmtree(other)
