"""Search a gallery of up to 1,000,000 cases: recall, time, memory, building; exact beside it.

    python benchmarks/gallery.py --sizes 10000,100000,1000000
    python benchmarks/gallery.py --sizes 100000 --others

What is indexed. Nobody has a million faces of patients, so they are drawn from a model that is
fitted to embeddings of rendered faces (the shipped population of 3,296 pictures of 2,472 simulated
patients, or --cohort): x = mean + condition + person, both normal with the population's own
covariances between and within conditions (by moments: the variance of a condition's mean is freed
of its people's), then divided by its length; 200 people a condition. So spectrum, intrinsic
dimension and the crowding of conditions are those of faces and not of isotropic noise, which the
first table shows for equal numbers. Queries are 500 further people of the same conditions, and
500 of the embeddings that the model was fitted to; neither are in the gallery, and how near the
nearest other one lies is shown beside that of real cases.

The approximate search is the one of `rdface gallery index`. Exact search is the one that small
galleries have, in the same process on the same vectors; recall is against it. Where other programs
want the machine, wall times are upper bounds; the mean CPU time of a query (all threads) is then
the better witness.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "2"
os.environ["OPENBLAS_NUM_THREADS"] = "2"

import numpy as np
import pandas as pd

from rdface.backbones import embed_cohort
from rdface.bench.bias_study.population import read_population
from rdface.cohort import load_cohort
from rdface.faces import locate_faces
from rdface.learners.gallery import make_metric
from rdface.learners.gallery.cases.index import build_codes
from rdface.learners.gallery.metric import Projection, TrainingCases
from rdface.learners.gallery.search import nearest_unit

Matrix = np.ndarray
Search = Callable[[Matrix], Matrix]
THREADS = 2
K, QUERIES, PER_CONDITION, BLOCK = 30, 500, 200, 50_000


class People:
    """The model of a population of embeddings.

    Args:
        x: Real embeddings ``[N, D]``, unit rows.
        y: Their conditions ``[N]``.
    """

    def __init__(self, x: Matrix, y: Matrix) -> None:
        present, place, counts = np.unique(y, return_inverse=True, return_counts=True)
        means = np.stack([x[place == c].mean(axis=0) for c in range(len(present))])
        rest = x - means[place]
        within = rest.T @ rest / (len(x) - len(present))
        between = np.cov(means.T) - within * np.mean(1.0 / counts)
        self.mean = means.mean(axis=0)
        self.within, self.between = _root(within), _root(between)

    def draw(
        self, n: int, rng: np.random.Generator, project: Projection, conditions: int = 0
    ) -> tuple[Matrix, Matrix]:
        """``n`` cases and :data:`QUERIES` further people of the same conditions, in the metric."""
        count = conditions or max(1, n // PER_CONDITION)
        centres = self.mean + rng.standard_normal((count, len(self.mean))) @ self.between
        made = np.empty((n + QUERIES, project.dim), dtype=np.float32)
        for start in range(0, len(made), BLOCK):
            part = np.arange(start, min(start + BLOCK, len(made)))
            noise = rng.standard_normal((len(part), len(self.mean)), dtype=np.float32)
            people = centres[part % len(centres)] + noise @ self.within.astype(np.float32)
            made[part] = project.apply(people)
        return made[:n], made[n:]


def _root(covariance: Matrix) -> Matrix:
    """R with R'R = the covariance, negative eigenvalues (of the moments) taken as 0."""
    values, vectors = np.linalg.eigh(covariance)
    return np.sqrt(np.maximum(values, 0.0))[:, None] * vectors.T


def likeness(x: Matrix, rng: np.random.Generator, n: int) -> str:
    """Participation ratio, Levina-Bickel dimension (k = 20) and cosines to the nearest other."""
    x = x[rng.permutation(len(x))[:n]].astype(np.float64)
    spectrum = np.linalg.eigvalsh(np.cov(x.T))
    ratio = spectrum.sum() ** 2 / (spectrum**2).sum()
    cosines = np.sort(x @ x.T, axis=1)[:, -22:-1][:, ::-1]
    distances = np.sqrt(np.maximum(2 - 2 * cosines, 1e-12))[:, :20]
    inverse = np.log(distances[:, -1:] / distances[:, :-1]).mean()
    nearest = np.percentile(cosines[:, 0], [10, 50, 90])
    return f"{ratio:.1f} | {1 / inverse:.1f} | {', '.join(f'{v:.2f}' for v in nearest)}"


def resident_mb() -> float:
    """Resident memory now, MB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def measure(search: Search, queries: Matrix) -> tuple[list[Matrix], str]:
    """One query after the other: what is found; median and 95 % of the wall time, CPU time, ms."""
    search(queries[0])
    found, times = [], []
    begun_cpu = time.process_time()
    for query in queries:
        begun = time.perf_counter()
        found.append(search(query))
        times.append(1000 * (time.perf_counter() - begun))
    cpu = 1000 * (time.process_time() - begun_cpu) / len(queries)
    return found, f"{np.median(times):.2f} | {np.percentile(times, 95):.2f} | {cpu:.2f}"


def recall(found: list[Matrix], truth: Matrix) -> float:
    """Share of the true first K that are found."""
    hits = [len(set(one.tolist()) & set(t.tolist())) for one, t in zip(found, truth, strict=True)]
    return float(np.mean(hits)) / K


def rows(n: int, cases: Matrix, queries: Matrix, real: Matrix, others: bool) -> None:
    """Print the rows of one size."""
    truth, truth_real = (nearest_unit(cases, asked, K)[0] for asked in (queries, real))
    vectors = cases.nbytes / 2**20

    def line(kind: str, built: float, extra: float, search: Search, times: int) -> None:
        found, spent = measure(search, queries[:times])
        of_real, _ = measure(search, real[:times])
        print(
            f"| {n:,} | {kind} | {built:.1f} | {vectors:.0f} + {extra:.0f} | {resident_mb():.0f} "
            f"| {spent} | {recall(found, truth[:times]):.4f} "
            f"| {recall(of_real, truth_real[:times]):.4f} |",
            flush=True,
        )

    def exactly(query: Matrix) -> Matrix:
        return nearest_unit(cases, query[None], K)[0][0]

    line("exact", 0.0, 0.0, exactly, 100)
    begun = time.perf_counter()
    codes = build_codes(cases)
    built = time.perf_counter() - begun
    line("codes", built, on_disk_mb(codes.codes), lambda q: codes.search(q, K)[0], QUERIES)
    if others:
        graphs(cases, line)


def on_disk_mb(index: object) -> float:
    """Size of a FAISS index, written."""
    import faiss

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index"
        faiss.write_index(index, str(path))
        return path.stat().st_size / 2**20


def graphs(cases: Matrix, line: Callable[..., None]) -> None:
    """HNSW of FAISS and of usearch, 32 neighbours, and inverted lists of FAISS."""
    import faiss
    from usearch.index import Index

    faiss.omp_set_num_threads(THREADS)
    begun = time.perf_counter()
    graph = faiss.IndexHNSWFlat(cases.shape[1], 32, faiss.METRIC_INNER_PRODUCT)
    graph.hnsw.efConstruction = 128
    graph.add(cases)
    built = time.perf_counter() - begun
    extra = on_disk_mb(graph) - cases.nbytes / 2**20
    for effort in (128, 256, 512):
        graph.hnsw.efSearch = effort
        line(
            f"FAISS HNSW, ef {effort}",
            built,
            extra,
            lambda q: graph.search(q[None], K)[1][0],
            QUERIES,
        )
    begun = time.perf_counter()
    other = Index(ndim=cases.shape[1], metric="ip", dtype="f32", connectivity=32, expansion_add=128)
    other.add(np.arange(len(cases)), cases, threads=THREADS)
    built = time.perf_counter() - begun
    extra = other.serialized_length / 2**20 - cases.nbytes / 2**20
    for effort in (128, 256, 512):
        other.expansion_search = effort
        line(
            f"usearch HNSW, ef {effort}",
            built,
            extra,
            lambda q: other.search(q, K).keys.astype(np.intp),
            QUERIES,
        )
    begun = time.perf_counter()
    n_lists = int(4 * np.sqrt(len(cases)))
    lists = faiss.IndexIVFFlat(
        faiss.IndexFlatIP(cases.shape[1]), cases.shape[1], n_lists, faiss.METRIC_INNER_PRODUCT
    )
    lists.cp.max_points_per_centroid = 64
    lists.train(cases)
    lists.add(cases)
    built = time.perf_counter() - begun
    extra = on_disk_mb(lists) - cases.nbytes / 2**20
    for probes in (64, 256):
        lists.nprobe = probes
        line(
            f"FAISS {n_lists} lists, {probes} read",
            built,
            extra,
            lambda q: lists.search(q[None], K)[1][0],
            QUERIES,
        )


def embeddings(cohort: str, backbone: str) -> tuple[Matrix, pd.DataFrame]:
    """Unit vectors ``[N, D]`` of rendered faces, and who they are."""
    if cohort:
        found = load_cohort(cohort)
        x, images = embed_cohort(found, backbone, locate_faces(found)), found.images
    else:
        population = read_population()
        x, images = population.features[backbone], population.images
    return x / np.linalg.norm(x.astype(np.float64), axis=1, keepdims=True), images


def learn(x: Matrix, y: Matrix, patients: Matrix, name: str) -> Projection:
    """The metric that is searched in, at fixed settings."""
    learner = make_metric(
        name, {"shrinkage": (0.3,), "dimension": (None,)} if name == "lda" else {}
    )
    return learner.learn(TrainingCases(x, y, patients), learner.candidates()[:1])[0]


def main() -> None:
    """Print two Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", default="10000,100000", help="cases, joined by commas")
    parser.add_argument("--cohort", default="", help="instead of the shipped population")
    parser.add_argument("--backbone", default="sface")
    parser.add_argument("--metric", default="cosine", choices=["cosine", "lda"])
    parser.add_argument("--others", action="store_true", help="other libraries, too (usearch)")
    options = parser.parse_args()

    x, images = embeddings(options.cohort, options.backbone)
    y, patients = (
        np.unique(images[name].to_numpy(dtype=str), return_inverse=True)[1]
        for name in ("condition", "patient_id")
    )
    project = learn(x, y, patients, options.metric)
    people, rng = People(x, y), np.random.default_rng(0)
    real = project.apply(x).astype(np.float32)
    print(
        f"{options.backbone}, {options.metric}, {project.dim} numbers a case; model of"
        f" {options.cohort or 'the shipped population'} ({len(x)} images);"
        f" {THREADS} threads; load {os.getloadavg()[0]:.1f}\n"
    )
    few = min(len(x), 3000)
    drawn, _ = people.draw(few, rng, project, conditions=len(set(y)))
    print("| embeddings | participation ratio | Levina-Bickel | nearest other, 10, 50, 90 % |")
    print("|---|---|---|---|")
    print(f"| real, {few} | {likeness(real, rng, few)} |")
    print(f"| model, {few} | {likeness(drawn, rng, few)} |")
    noise = rng.standard_normal((few, project.dim))
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    print(f"| isotropic noise, {few} | {likeness(noise, rng, few)} |\n")
    print(
        "| cases | search | built, s | MB: vectors + index | resident, MB | median, ms | 95 %, ms"
        " | CPU, ms | recall@30 | of real queries |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|", flush=True)
    for size in map(int, options.sizes.split(",")):
        cases, queries = people.draw(size, rng, project)
        rows(size, cases, queries, real[rng.permutation(len(real))[:QUERIES]], options.others)
        del cases, queries
    print(f"\nload at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
