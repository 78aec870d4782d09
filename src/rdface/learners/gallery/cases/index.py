"""The approximate index of a large gallery: a graph of neighbours (extra ``gallery``).

Malkov and Yashunin, "Efficient and robust approximate nearest neighbor search using hierarchical
navigable small world graphs", IEEE TPAMI 2020, in FAISS (Douze et al., arXiv 2401.08281, 2024).
docs/gallery.md has the measurements that chose the library and the settings.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pydantic
from pydantic import BaseModel, ConfigDict

from rdface.errors import GalleryError, UsageError
from rdface.files import atomic_path, sha256_file, write_json
from rdface.learners.gallery.cases.folder import Gallery, Vectors, alone_at, read_gallery
from rdface.learners.gallery.cases.matching import Search, exact
from rdface.learners.learner import Labels
from rdface.learners.preparation import Floats

APPROXIMATE_FROM = 100_000
"""Cases from which on an index is worth its building; below, comparing with all is as fast."""
INDEX_FILE, ABOUT_FILE = "index.faiss", "index.json"
NEIGHBOURS, BUILD_EFFORT, SEARCH_EFFORT = 32, 128, 512


class AboutIndex(BaseModel):
    """``index.json``.

    Attributes:
        embeddings_sha256: Of the vectors that are indexed; of others, it is stale.
        sha256: Of the index.
        settings: Library and settings.
        n_cases: Indexed cases.
        seconds: Wall time of the building.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    embeddings_sha256: str
    sha256: str
    settings: str
    n_cases: int
    seconds: float


@dataclass(frozen=True, eq=False)
class Graph:
    """A built index.

    Attributes:
        graph: FAISS's own object.
    """

    graph: Any

    def search(self, probe: Vectors, k: int) -> tuple[Labels, Floats]:
        """Find ``k`` cases of a unit vector ``[dim]``; the nearest first."""
        faiss = _faiss()
        effort = faiss.SearchParametersHNSW()
        effort.efSearch = max(SEARCH_EFFORT, k)
        asked = np.ascontiguousarray(probe[None], dtype=np.float32)
        cosines, rows = self.graph.search(asked, k, params=effort)
        found = rows[0] >= 0
        return rows[0][found].astype(np.intp), cosines[0][found].astype(np.float64)


def build_graph(vectors: Vectors, *, threads: int | None = None) -> Graph:
    """Link unit vectors ``[n, dim]`` to their neighbours.

    Args:
        vectors: What to index.
        threads: Of the building; one per core if None.

    Raises:
        UsageError: The extra ``gallery`` is not installed.
    """
    faiss = _faiss()

    before = faiss.omp_get_max_threads()
    graph = faiss.IndexHNSWFlat(vectors.shape[1], NEIGHBOURS, faiss.METRIC_INNER_PRODUCT)
    graph.hnsw.efConstruction = BUILD_EFFORT
    faiss.omp_set_num_threads(threads or os.cpu_count() or 1)
    try:
        graph.add(np.ascontiguousarray(vectors, dtype=np.float32))
    finally:
        faiss.omp_set_num_threads(before)
    return Graph(graph)


def build_index(folder: Path) -> AboutIndex:
    """Build the index of a gallery and put it beside its cases, closed to other users.

    Raises:
        UsageError: The extra ``gallery`` is not installed.
        GalleryError: The gallery is missing, altered, or being changed.
    """
    faiss = _faiss()

    with alone_at(folder):
        gallery = read_gallery(folder)
        started = time.perf_counter()
        built = build_graph(gallery.vectors)
        seconds = time.perf_counter() - started
        (folder / ABOUT_FILE).unlink(missing_ok=True)
        with atomic_path(folder / INDEX_FILE) as part:
            part.touch(mode=0o600)
            faiss.write_index(built.graph, str(part))
        about = AboutIndex(
            embeddings_sha256=gallery.manifest.embeddings.sha256,
            sha256=sha256_file(folder / INDEX_FILE),
            settings=f"faiss-cpu {version('faiss-cpu')}, HNSW of {NEIGHBOURS} neighbours,"
            f" efConstruction {BUILD_EFFORT}, efSearch {SEARCH_EFFORT}",
            n_cases=gallery.manifest.n_cases,
            seconds=seconds,
        )
        write_json(folder / ABOUT_FILE, about.model_dump(mode="json"))
    return about


def choose_search(gallery: Gallery, *, exact_only: bool = False) -> tuple[Search, str]:
    """How a gallery is searched: by its index where there is one, else with every case.

    Args:
        gallery: Which.
        exact_only: Whatever there is.

    Returns:
        The search, and its kind in words.

    Raises:
        GalleryError: The index is stale or was altered.
        UsageError: There is an index, and the extra ``gallery`` is not installed.
    """
    path = gallery.folder / ABOUT_FILE
    if exact_only or not path.is_file():
        large = gallery.manifest.n_cases >= APPROXIMATE_FROM and not exact_only
        hint = f" (`rdface gallery index {gallery.folder}` makes it faster)" if large else ""
        return exact(gallery.vectors), f"exact{hint}"
    try:
        about = AboutIndex.model_validate_json(path.read_bytes())
    except pydantic.ValidationError as error:
        raise GalleryError(f"{path} cannot be read.", hint=_ANEW) from error
    if about.embeddings_sha256 != gallery.manifest.embeddings.sha256:
        raise GalleryError(
            f"The index of {gallery.folder} is stale: cases joined since it was built.",
            hint=_ANEW,
        )
    faiss = _faiss()
    index = gallery.folder / INDEX_FILE
    if not index.is_file() or sha256_file(index) != about.sha256:
        raise GalleryError(f"{index} is missing or was altered.", hint=_ANEW)
    return Graph(faiss.read_index(str(index))).search, "approximate"


_ANEW = "Build it anew: rdface gallery index GALLERY; or search with --exact."


def _faiss() -> Any:  # noqa: ANN401 - its own types lack what it has
    if importlib.util.find_spec("faiss") is None:
        raise UsageError(
            "An approximate index needs FAISS, which is not installed.",
            hint="Run `pip install rdface[gallery]`, or search with --exact.",
        )
    return importlib.import_module("faiss")
