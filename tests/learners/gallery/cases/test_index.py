"""The approximate index finds nearly all, gives true cosines, and is never used when stale."""

from __future__ import annotations

import importlib.util
import json
import stat
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rdface.errors import GalleryError, UsageError
from rdface.learners.gallery.cases import build_index, index, match_vectors, read_gallery
from rdface.learners.gallery.cases.folder import (
    COLUMNS,
    Vectors,
    store_cases,
    store_manifest,
    store_projection,
    store_vectors,
)
from rdface.learners.gallery.cases.index import build_codes, choose_search
from rdface.learners.gallery.cases.manifest import GalleryManifest, StoredMetric
from rdface.learners.gallery.metric import Projection
from rdface.learners.gallery.search import nearest_unit


def crowd(n: int, dim: int, seed: int = 0) -> Vectors:
    """Unit vectors around 100 centres, their spectrum as steep as that of faces."""
    rng = np.random.default_rng(seed)
    slope = 1 / np.sqrt(1 + np.arange(dim))
    centres = np.random.default_rng(1).normal(size=(100, dim))
    x = (centres[np.arange(n) % 100] + 1.5 * rng.normal(size=(n, dim))) * slope
    x += 0.5 * slope
    return (x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A gallery of 3,000 made-up cases."""
    vectors = crowd(3000, 32)
    cases = pd.DataFrame(
        {name: [f"{name}{i}" for i in range(3000)] for name in COLUMNS} | {"cohort": "made-up"}
    )
    cases["condition"] = [f"C{i % 100}" for i in range(3000)]
    folder = tmp_path / "g"
    folder.mkdir()
    store_manifest(folder, manifest(folder, vectors, cases))
    return folder


def manifest(folder: Path, vectors: Vectors, cases: pd.DataFrame) -> GalleryManifest:
    return GalleryManifest(
        rdface="0",
        backbone="none",
        fingerprint="none",
        detector="none",
        faces="none",
        metric=StoredMetric(
            name="cosine", options={}, chosen={}, cohort_sha256="", frequent_from=4, conditions=()
        ),
        cohorts=(),
        n_cases=len(vectors),
        dim=vectors.shape[1],
        cases=store_cases(folder, cases),
        embeddings=store_vectors(folder, vectors),
        projection=store_projection(folder, Projection(np.zeros(vectors.shape[1]), None)),
    )


@pytest.mark.parametrize("dim", [4, 30, 128, 200])
def test_nearly_all_are_found_and_cosines_are_exact(dim: int) -> None:
    """Held-out probes; any length of vector, those longer than what is coded too."""
    vectors = crowd(5000, dim)
    probes = crowd(50, dim, seed=9)
    codes = build_codes(vectors)
    truth, cosines = nearest_unit(vectors, probes, 30)
    hits = 0
    for probe, rows, expected in zip(probes, truth, cosines, strict=True):
        found, values = codes.search(probe, 30)
        assert (np.diff(values) <= 0).all()
        np.testing.assert_allclose(values, vectors[found] @ probe, atol=1e-6)
        assert values[0] <= expected[0] + 1e-6
        hits += len(set(found.tolist()) & set(rows.tolist()))
    assert hits / (50 * 30) >= 0.99


def test_the_same_vectors_give_the_same_answers() -> None:
    vectors, probe = crowd(2000, 32), crowd(1, 32, seed=9)[0]
    first, second = (build_codes(vectors).search(probe, 30) for _ in range(2))
    assert first[0].tolist() == second[0].tolist()


def test_it_is_used_when_built_and_refused_when_stale(large: Path) -> None:
    gallery = read_gallery(large)
    assert choose_search(gallery)[1] == "exact"
    about = build_index(large)
    assert about.n_cases == 3000
    assert stat.S_IMODE((large / "index.faiss").stat().st_mode) == 0o600
    search, engine = choose_search(gallery)
    assert engine == "approximate"
    probe = crowd(1, 32, seed=5)[0]
    by_index = match_vectors(gallery, probe, top=30, search=search)
    by_all = match_vectors(gallery, probe, top=30)
    assert [m.condition for m in by_index] == [m.condition for m in by_all]
    vectors = np.concatenate([np.asarray(gallery.vectors), crowd(1, 32, seed=7)])
    cases = pd.concat([gallery.cases, gallery.cases[:1]], ignore_index=True)
    store_manifest(large, manifest(large, vectors, cases))
    grown = read_gallery(large)
    with pytest.raises(GalleryError, match="stale"):
        choose_search(grown)
    assert choose_search(grown, exact_only=True)[1] == "exact"
    build_index(large)
    assert choose_search(grown)[1] == "approximate"


def test_an_altered_index_is_refused(large: Path) -> None:
    build_index(large)
    path = large / "index.faiss"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(GalleryError, match="altered"):
        choose_search(read_gallery(large))
    (large / "index.json").write_text(json.dumps({"n_cases": 1}))
    with pytest.raises(GalleryError, match="cannot be read"):
        choose_search(read_gallery(large))


def test_a_large_gallery_without_an_index_says_how_to_get_one(
    large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "APPROXIMATE_FROM", 3000)
    assert "rdface gallery index" in choose_search(read_gallery(large))[1]


def test_what_cannot_be_indexed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="too few"):
        build_codes(crowd(1000, 32))
    with pytest.raises(UsageError, match="too short"):
        build_codes(crowd(2000, 3))
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda module: None if module == "faiss" else find(module)
    )
    with pytest.raises(UsageError, match="needs FAISS"):
        build_codes(crowd(2000, 32))
