"""Streamed evaluation says what the evaluation in memory says; no probe moves a metric."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface import __version__
from rdface.backbones.stored import EmbeddingsManifest, EmbeddingTable, part, read_embeddings
from rdface.backbones.stored.manifest import MANIFEST_FILE, StoredPart
from rdface.bench import Run
from rdface.bench.gallery import GalleryPredictions, compare_galleries, gallery_tables, streamed
from rdface.bench.gallery.measure import chance_in_gallery, measure_gallery
from rdface.bench.gallery.spec import MetricSpec
from rdface.bench.gallery.streamed import StreamedGallery, open_streamed
from rdface.bench.gallery.streamed_folder import evaluate_embeddings
from rdface.bench.predictions import Predictions
from rdface.cohort import CohortInfo
from rdface.errors import CohortError, LeakageError, RunError, TermsError, UsageError
from rdface.files import sha256_bytes, sha256_file, write_json
from rdface.learners.gallery import answer_fold, learn_metric, make_metric
from rdface.pages import write_report
from rdface.protocols.gallery import GalleryRows

SIZES = (5, 4, 4, 6, 4, 3, 2, 2, 1)


def drawn(seed: int, sizes: tuple[int, ...] = SIZES) -> pd.DataFrame:
    """Patients of each condition, with one or two pictures each and one made of another."""
    rng = np.random.default_rng(seed)
    rows = [
        {"patient_id": f"C{c}_P{p}", "condition": f"C{c}", "synthetic_of": ""}
        for c, n in enumerate(sizes)
        for p in range(n)
        for _ in range(rng.integers(1, 3))
    ]
    rows.append({"patient_id": "made", "condition": "C0", "synthetic_of": "I0000"})
    table = pd.DataFrame(rows).sample(frac=1.0, random_state=seed).reset_index(drop=True)
    table["image_id"] = [f"I{row:04d}" for row in range(len(table))]
    table["sha256"] = [sha256_bytes(one.encode()) for one in table["image_id"]]
    return table.assign(face="one")


def faces(images: pd.DataFrame, seed: int, dim: int = 6) -> np.ndarray:
    rng = np.random.default_rng(seed)
    column = images["condition"].str.removeprefix("C").astype(int)
    x = 1 + rng.normal(size=(len(images), dim)) + rng.normal(size=(len(SIZES), dim))[column]
    return x.astype(np.float32)


def stored(
    folder: Path, images: pd.DataFrame, x: np.ndarray, parts: int = 2, **info: object
) -> EmbeddingTable:
    listed = []
    for number, rows in enumerate(np.array_split(np.arange(len(x)), parts)):
        path = folder / f"part-{number:05d}.parquet"
        part.write_part(path, images.iloc[rows], x[rows], "key")
        listed.append(StoredPart(file=path.name, rows=len(rows), sha256=sha256_file(path)))
    about: dict[str, object] = {"name": "tiny", "version": "1", "licence": "CC0-1.0"}
    manifest = EmbeddingsManifest(
        rdface=__version__,
        backbone="drawn",
        fingerprint="drawn",
        detector="none",
        faces="none",
        dim=x.shape[1],
        cohort=CohortInfo.model_validate(about | {"simulated": True} | info),
        cohort_sha256="0" * 64,
        conditions=tuple(f"C{c}" for c in range(len(SIZES))),
        statuses={"one": len(x), "several": 0, "none": 0},
        parts=tuple(listed),
    )
    write_json(folder / MANIFEST_FILE, manifest.model_dump(mode="json"))
    return read_embeddings(folder)


def in_memory(gallery: StreamedGallery, x: np.ndarray, metric: str) -> GalleryPredictions:
    """A fold a patient, by the functions of the benchmark in memory.

    A metric is learnt on what :attr:`StreamedGallery.fitted` names; what it gives is the same in
    all folds, for all probes are left out of it.
    """
    images = pd.concat(
        [group.to_pandas() for group in gallery.table.groups(part.COLUMNS)], ignore_index=True
    )
    names = list(gallery.table.manifest.conditions)
    y = np.array([names.index(name) for name in images["condition"]], dtype=np.intp)
    patients = np.unique(images["patient_id"].to_numpy(str), return_inverse=True)[1]
    real = (images["synthetic_of"] == "").to_numpy()
    train, validation = gallery.fitted if metric != "cosine" else (np.empty(0, np.intp),) * 2
    kept = []
    for patient in gallery.split.probes:
        own = (images["patient_id"] == patient).to_numpy()
        filed = np.setdiff1d(np.flatnonzero(real & ~own), [*train, *validation])
        rows = GalleryRows(train, validation, filed, np.flatnonzero(own & real))
        answer = answer_fold(make_metric(metric), x, y, patients, rows, len(names))
        count = int((y[rows.gallery] == y[rows.probes[0]]).sum())
        told = images.iloc[rows.probes].assign(fold=len(kept), training_count=count)
        kept.append((told, answer.scores.astype(np.float32)))
    told = pd.concat([rows for rows, _ in kept], ignore_index=True)
    searched = Predictions(
        image_ids=told["image_id"].to_numpy(object),
        patient_ids=told["patient_id"].to_numpy(object),
        truth=told["condition"].to_numpy(object),
        repeat=np.zeros(len(told), np.int64),
        fold=told["fold"].to_numpy(np.int64),
        training_count=told["training_count"].to_numpy(np.int64),
        conditions=tuple(names),
        scores=np.concatenate([scores for _, scores in kept]),
    )
    return GalleryPredictions.of(searched, gallery.split.frequent)


@pytest.mark.slow
@settings(max_examples=20)
@given(
    seed=st.integers(0, 10_000),
    group_rows=st.integers(1, 60),
    parts=st.integers(1, 4),
    per_condition=st.sampled_from([1, 2, None]),
)
def test_every_number_is_that_of_the_way_in_memory(
    seed: int, group_rows: int, parts: int, per_condition: int | None
) -> None:
    """However the rows lie: scores to the bit, then each mean, interval and chance."""
    check_numbers(seed, group_rows, parts, per_condition)


def test_every_number_of_one_draw() -> None:
    """The same of a single draw, with a learnt metric."""
    check_numbers(0, 13, 2, 1)


def check_numbers(seed: int, group_rows: int, parts: int, per_condition: int | None) -> None:
    """Store a draw in so many parts and groups; evaluate it both ways."""
    images = drawn(seed)
    x = faces(images, seed)
    before, part.GROUP_ROWS = part.GROUP_ROWS, group_rows
    with TemporaryDirectory() as folder:
        try:
            table = stored(Path(folder), images, x, parts)
        finally:
            part.GROUP_ROWS = before
        gallery = open_streamed(table, patients_per_condition=per_condition, frequent_from=4)
        for metric in ("cosine", "lda") if per_condition == 1 else ("cosine",):
            found = gallery.search(gallery.learn(make_metric(metric)))
            table_of_it = GalleryPredictions.of(found, gallery.split.frequent)
            expected = in_memory(gallery, x, metric)
            same_numbers(table_of_it, expected)


def same_numbers(found: GalleryPredictions, expected: GalleryPredictions) -> None:
    """Rows may come in another order."""
    for setting, one in found.settings.items():
        other = expected.settings[setting]
        order = np.argsort(other.image_ids.astype(str))
        own = np.argsort(one.image_ids.astype(str))
        for name in ("image_ids", "patient_ids", "truth", "training_count"):
            assert (getattr(one, name)[own] == getattr(other, name)[order]).all()
        assert np.array_equal(one.scores[own], other.scores[order])
    a, b = measure_gallery(found), measure_gallery(expected)
    assert a.keys() == b.keys()
    for name, metric in a.items():
        assert (metric.n, metric.n_patients) == (b[name].n, b[name].n_patients)
        ends = (metric.value, metric.low, metric.high)
        np.testing.assert_allclose(ends, (b[name].value, b[name].low, b[name].high), 1e-12)
    a_chance, b_chance = chance_in_gallery(found), chance_in_gallery(expected)
    np.testing.assert_allclose(list(a_chance.values()), list(b_chance.values()), 1e-12)


def test_runs_are_gallery_runs(tmp_path: Path) -> None:
    """Leaderboard, comparison and report take them; the same call again searches nothing."""
    images = drawn(0)
    table = stored(tmp_path / "stored", images, faces(images, 0))
    metrics = (MetricSpec(name="cosine"), MetricSpec(name="centred"))
    out = tmp_path / "runs"
    runs = evaluate_embeddings(table, out, metrics, patients_per_condition=2)
    assert runs[0].result.protocol["name"] == "leave-own-patient-out"
    assert len(gallery_tables(runs)) == 5
    assert compare_galleries(*runs).differences
    page = write_report(out).read_text()
    assert "of at most 2 patients of each condition were searched" in page
    again = GalleryPredictions.from_parquet(runs[0].folder / "predictions.parquet")
    for name, metric in measure_gallery(again).items():
        assert runs[0].result.metrics[name] == metric
    before = (runs[0].folder / "result.json").stat().st_mtime_ns
    assert isinstance(evaluate_embeddings(table, out, metrics, patients_per_condition=2)[0], Run)
    assert (runs[0].folder / "result.json").stat().st_mtime_ns == before
    with pytest.raises(RunError, match="another"):
        evaluate_embeddings(table, out, metrics, patients_per_condition=1)


def test_probes_and_rare_cases_move_no_metric_and_a_leaky_one_is_caught(tmp_path: Path) -> None:
    """To the last bit; the control learns from the probes, too."""
    images = drawn(3)
    x = faces(images, 3)
    gallery = open_streamed(
        stored(tmp_path / "a", images, x), patients_per_condition=1, frequent_from=4
    )
    outside = np.setdiff1d(np.arange(len(x)), np.concatenate(gallery.fitted))
    changed = x.copy()
    changed[outside] = 9 - changed[outside] ** 3
    other = open_streamed(
        stored(tmp_path / "b", images, changed), patients_per_condition=1, frequent_from=4
    )
    basis = [one.learn(make_metric("lda")).projection.basis for one in (gallery, other)]
    assert basis[0] is not None and np.array_equal(*basis)
    y, patients = gallery.census.condition, gallery.census.patient
    leaky = [
        learn_metric(
            make_metric("lda"), each, y.astype(np.intp), patients.astype(np.intp),
            train=np.sort(np.concatenate([gallery.fitted[0], gallery.probes])),
            validation=gallery.fitted[1],
        ).projection.basis
        for each in (x, changed)
    ]  # fmt: skip
    assert not np.allclose(leaky[0], leaky[1])


def test_one_picture_of_two_patients_is_a_leak(tmp_path: Path) -> None:
    images = drawn(1)
    images.loc[5, "sha256"] = images.loc[images["patient_id"] == "C6_P0", "sha256"].iloc[0]
    assert images.loc[5, "patient_id"] != "C6_P0"
    with pytest.raises(LeakageError, match="C6_P0"):
        open_streamed(stored(tmp_path, images, faces(images, 1)), frequent_from=4)


def test_a_patient_with_two_conditions_is_refused(tmp_path: Path) -> None:
    images = drawn(1)
    images.loc[images["patient_id"] == "C0_P0", "patient_id"] = "C1_P0"
    with pytest.raises(CohortError, match="'C1_P0' has two conditions"):
        open_streamed(stored(tmp_path, images, faces(images, 1)), frequent_from=4)


def test_what_may_not_be_or_cannot_be_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = drawn(1)
    x = faces(images, 1)
    real = stored(tmp_path / "1", images, x, simulated=False, data_use=("DUO:0000015",))
    with pytest.raises(TermsError, match="DUO:0000015"):
        open_streamed(real, frequent_from=4)
    with pytest.raises(UsageError, match="for evaluation only"):
        open_streamed(stored(tmp_path / "2", images, x, evaluation_only=True), frequent_from=4)
    table = stored(tmp_path / "3", images, x)
    with pytest.raises(UsageError, match="Too few frequent patients"):
        open_streamed(table, frequent_from=4).learn(make_metric("centred"))
    monkeypatch.setattr(streamed, "LARGEST_TABLE", 10)
    with pytest.raises(UsageError, match="more than 10 scores"):
        open_streamed(table, frequent_from=4)
