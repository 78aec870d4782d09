"""The approximate index of a large gallery: short codes of all cases (extra ``gallery``).

Every case is coded in half a byte for each two of at most 128 principal directions; a probe is
compared with the codes of all cases, and with the vectors of the few that look nearest. Jégou,
Douze, Schmid, "Product quantization for nearest neighbor search", IEEE TPAMI 2011; André,
Kermarrec, Le Scouarnec, "Quicker ADC", IEEE TPAMI 2021; both in FAISS (Douze et al., arXiv
2401.08281, 2024). docs/gallery.md has the measurements by which it was preferred to graphs, which
take minutes to build where this takes seconds, and must be rebuilt whenever cases join.
"""

from __future__ import annotations

import importlib
import importlib.util
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
"""Cases from which on an index is worth having; below, comparing with all takes milliseconds."""
FEWEST = 1024
"""Cases below which codes cannot be learnt."""
INDEX_FILE, ABOUT_FILE = "index.faiss", "index.json"
DIRECTIONS = 128
"""Principal directions that are coded, two a code; all of them if there are fewer."""
CANDIDATES = 2048
"""Cases whose vectors are compared; four times as many as are asked for, if that is more."""
_TRAINING = 32_768
_BLOCK = 65_536


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
class Codes:
    """A built index beside the vectors that it codes.

    Attributes:
        codes: FAISS's own object.
        vectors: ``float32 [n, dim]``, unit rows; may lie on the disk.
    """

    codes: Any
    vectors: Vectors

    def search(self, probe: Vectors, k: int) -> tuple[Labels, Floats]:
        """Find ``k`` cases of a unit vector ``[dim]``; the nearest first, with their own cosines.

        Which cases are found is approximate, their cosines and order are not.
        """
        faiss = _faiss()
        asked = np.ascontiguousarray(probe[None], dtype=np.float32)
        reach = min(max(CANDIDATES, 4 * k), len(self.vectors))
        # One probe is one thread's work: others would only be waited for.
        before = faiss.omp_get_max_threads()
        faiss.omp_set_num_threads(1)
        found = np.sort(self.codes.search(asked, reach)[1][0])
        faiss.omp_set_num_threads(before)
        found = found[found >= 0].astype(np.intp)
        # einsum and not @: threads of BLAS cost more than they save for so few rows.
        cosines = np.einsum("nd,d->n", self.vectors[found], asked[0]).astype(np.float64)
        order = np.argsort(-cosines, kind="stable")[:k]
        return found[order], cosines[order]


def build_codes(vectors: Vectors, *, seed: int = 0) -> Codes:
    """Learn codes on a sample of at most 32,768 of the vectors ``[n, dim]``; code all of them.

    Raises:
        UsageError: The extra ``gallery`` is not installed, or there are too few cases.
    """
    faiss = _faiss()
    if len(vectors) < FEWEST:
        raise UsageError(
            f"{len(vectors)} cases are too few for an index ({FEWEST} at least).",
            hint="Comparing with all of them is faster, and exact.",
        )
    dim = vectors.shape[1]
    if dim < 4:
        raise UsageError(f"Vectors of {dim} numbers are too short for an index; search exactly.")
    kept = min(DIRECTIONS, dim - dim % 4)  # two directions a code, and codes in pairs
    # Distances and not cosines: only they survive that the directions are centred.
    turn = faiss.PCAMatrix(vectors.shape[1], kept, 0.0, True)
    coder = faiss.IndexPQFastScan(kept, kept // 2, 4, faiss.METRIC_L2)
    codes = faiss.IndexPreTransform(turn, coder)
    sample = np.random.default_rng(seed).choice(
        len(vectors), min(len(vectors), _TRAINING), replace=False
    )
    codes.train(np.ascontiguousarray(vectors[np.sort(sample)], dtype=np.float32))
    for start in range(0, len(vectors), _BLOCK):
        block = vectors[start : start + _BLOCK]
        codes.add(np.ascontiguousarray(block, dtype=np.float32))
    return Codes(codes, vectors)


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
        built = build_codes(gallery.vectors)
        seconds = time.perf_counter() - started
        (folder / ABOUT_FILE).unlink(missing_ok=True)
        with atomic_path(folder / INDEX_FILE) as part:
            part.touch(mode=0o600)
            faiss.write_index(built.codes, str(part))
        about = AboutIndex(
            embeddings_sha256=gallery.manifest.embeddings.sha256,
            sha256=sha256_file(folder / INDEX_FILE),
            settings=f"faiss-cpu {version('faiss-cpu')}: {DIRECTIONS} directions, 4-bit codes of"
            f" two, {CANDIDATES} candidates",
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
    return Codes(faiss.read_index(str(index)), gallery.vectors).search, "approximate"


_ANEW = "Build it anew: rdface gallery index GALLERY; or search with --exact."


def _faiss() -> Any:  # noqa: ANN401 - its own types lack what it has
    if importlib.util.find_spec("faiss") is None:
        raise UsageError(
            "An approximate index needs FAISS, which is not installed.",
            hint="Run `pip install rdface[gallery]`, or search with --exact.",
        )
    return importlib.import_module("faiss")
