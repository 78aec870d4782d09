"""A gallery of 1,000,000 stored embeddings, evaluated within 6 GB: memory and time, measured.

    python benchmarks/million.py --dims 128,512
    python benchmarks/million.py --images 100000 --limit 2

What is stored. Nobody has a million faces of patients, so embeddings are drawn from a model that is
fitted to those of rendered faces (the shipped population: 3,296 pictures of 2,472 simulated
patients): x = mean + condition + patient + picture, all normal, with the population's own
covariances by moments (`People` of benchmarks/gallery.py; what varies within a patient is that of
the patients with several pictures). 128 numbers are SFace's, 512 FaceNet's. Every patient has two
pictures. Of 1,500 conditions the i-th has patients in proportion to i^-1.6: from 221,000 patients
down to two, so that a third of them is rare (fewer than four patients).

What is measured. Each step is a process of its own with RLIMIT_AS, which bounds all of its address
space, and so its memory; its peaks of address space (VmPeak) and of resident memory (VmHWM) are
printed. `--check` compares with the way of small cohorts, everything in memory, on the first
embeddings of the same folder: scores of `nearest` and `first_hits`.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

CONDITIONS, EXPONENT, PER_PATIENT, PART, SEED = 1500, 1.6, 2, 50_000, 0
BACKBONES = {128: "sface", 512: "facenet", 36: "anthropometry"}
GIB = 2**30


def make(out: Path, dim: int, images: int) -> dict[str, float]:
    """Draw embeddings and store them as `rdface embed` does."""
    import numpy as np
    import pandas as pd
    from gallery import People

    from rdface import __version__
    from rdface.backbones.stored.manifest import MANIFEST_FILE, EmbeddingsManifest, StoredPart
    from rdface.backbones.stored.part import COLUMNS, write_part
    from rdface.bench.bias_study.population import read_population
    from rdface.cohort import CohortInfo
    from rdface.files import sha256_bytes, sha256_file, write_json

    population = read_population()
    x = population.features[BACKBONES[dim]].astype(np.float64)
    people = People(x, population.labels)
    person, picture = _within(x, population.patients, people.within)
    rng = np.random.default_rng(SEED)
    sizes = _sizes(images // PER_PATIENT)
    centres = people.mean + rng.standard_normal((CONDITIONS, dim)) @ people.between
    of_patient = rng.permutation(np.repeat(np.arange(CONDITIONS), sizes))
    out.mkdir(mode=0o700, parents=True)
    parts = []
    for start in range(0, len(of_patient), PART // PER_PATIENT):
        patients = np.arange(start, min(start + PART // PER_PATIENT, len(of_patient)))
        faces = centres[of_patient[patients]] + rng.standard_normal((len(patients), dim)) @ person
        shown = np.repeat(faces, PER_PATIENT, axis=0)
        shown += rng.standard_normal(shown.shape) @ picture
        ids = [f"P{p:07d}.{i}" for p in patients for i in range(PER_PATIENT)]
        rows = pd.DataFrame(
            {
                "image_id": ids,
                "patient_id": np.repeat([f"P{p:07d}" for p in patients], PER_PATIENT),
                "condition": np.repeat([f"C{c:04d}" for c in of_patient[patients]], PER_PATIENT),
                "sha256": [sha256_bytes(one.encode()) for one in ids],
                "synthetic_of": "",
                "face": "one",
            }
        )
        file = f"part-{len(parts):05d}.parquet"
        write_part(out / file, rows[list(COLUMNS)], shown.astype(np.float32), "drawn")
        parts.append(StoredPart(file=file, rows=len(rows), sha256=sha256_file(out / file)))
    manifest = EmbeddingsManifest(
        rdface=__version__,
        backbone=BACKBONES[dim],
        fingerprint="drawn, not embedded",
        detector="none",
        faces="none",
        dim=dim,
        cohort=CohortInfo(name="million", version="1", licence="Apache-2.0", simulated=True),
        cohort_sha256=sha256_bytes(f"million {dim} {images} {SEED}".encode()),
        conditions=tuple(f"C{c:04d}" for c in range(CONDITIONS)),
        statuses={"one": sum(part.rows for part in parts), "several": 0, "none": 0},
        parts=tuple(parts),
    )
    write_json(out / MANIFEST_FILE, manifest.model_dump(mode="json"))
    return {"on disk, MB": sum(path.stat().st_size for path in out.iterdir()) / 1e6}


def _sizes(patients: int) -> object:
    """Patients of each condition: at least two, in proportion to rank to the power of -1.6."""
    import numpy as np

    share = np.arange(1, CONDITIONS + 1) ** -EXPONENT
    sizes = np.maximum(2, np.floor(patients * share / share.sum())).astype(int)
    sizes[0] += patients - sizes.sum()
    return sizes


def _within(x: object, patients: object, within: object) -> tuple[object, object]:
    """Roots of the covariances of patients of a condition, and of pictures of a patient."""
    import numpy as np
    from gallery import _root

    _, place, counts = np.unique(patients, return_inverse=True, return_counts=True)
    means = np.stack([np.bincount(place, column) for column in x.T], axis=1) / counts[:, None]
    rest = (x - means[place])[counts[place] > 1]
    picture = rest.T @ rest / (counts[counts > 1] - 1).sum()
    return _root(within.T @ within - picture), _root(picture)


def evaluate(folder: Path, out: Path, per_condition: int, metric: str) -> dict[str, float]:
    """What `rdface gallery evaluate` does."""
    from rdface.backbones.stored import read_embeddings
    from rdface.bench.gallery.spec import MetricSpec
    from rdface.bench.gallery.streamed_folder import evaluate_embeddings

    table = read_embeddings(folder)
    (run,) = evaluate_embeddings(
        table, out, (MetricSpec(name=metric),), patients_per_condition=per_condition, seed=SEED
    )
    found = run.result.metrics["rare-in-all/top5_macro"]
    whole = run.result.metrics["all-in-all/mrr_macro"]
    return {
        "probes": whole.n,
        "probe patients": whole.n_patients,
        "searching, s": run.result.seconds,
        "rare in all, top-5 macro, %": 100 * found.value,
        "low": 100 * found.low,
        "high": 100 * found.high,
    }


def check(folder: Path, out: Path, per_condition: int) -> dict[str, float]:
    """Hold all embeddings in memory and search them the way of small cohorts."""
    import numpy as np

    from rdface.backbones.stored import read_embeddings
    from rdface.bench import Run
    from rdface.bench.gallery import GalleryPredictions
    from rdface.bench.gallery.measure import measure_gallery
    from rdface.bench.gallery.streamed import open_streamed
    from rdface.bench.predictions import Predictions
    from rdface.learners.gallery import first_hits, nearest

    table = read_embeddings(folder)
    gallery = open_streamed(table, patients_per_condition=per_condition, frequent_from=4, seed=SEED)
    census, x = gallery.census, np.concatenate(list(table.vectors()))
    run = Run(out / f"{table.manifest.backbone}__cosine")
    streamed = GalleryPredictions.from_parquet(run.folder / "predictions.parquet")
    part = next(part for name, part in streamed.settings.items() if str(name) == "all-in-all")
    scores = []
    for patient in dict.fromkeys(census.patient[gallery.probes].tolist()):
        others = np.flatnonzero(census.patient != patient)
        asked = np.flatnonzero(census.patient == patient)
        rows, cosines = nearest(x[others], x[asked], len(others))
        labels = census.condition[others].astype(np.intp)
        scores.append(first_hits(rows, cosines, labels, len(census.conditions)))
    plain = np.concatenate(scores).astype(np.float32)
    held = {name: getattr(part, name) for name in Predictions.__dataclass_fields__}
    redone = GalleryPredictions.of(Predictions(**held | {"scores": plain}), gallery.split.frequent)
    metrics = measure_gallery(redone)
    differ = max(
        abs(getattr(metrics[name], end) - getattr(one, end))
        for name, one in run.result.metrics.items()
        for end in ("value", "low", "high")
    )
    return {
        "scores that differ": float((plain != part.scores).sum()),
        "largest difference of a number or interval": differ,
    }


def limited(step: str, limit: float, *arguments: object) -> dict[str, float]:
    """Run one step in a process of its own, within ``limit`` GiB of address space."""
    started, spent = time.perf_counter(), _cpu()
    command = [sys.executable, __file__, "--step", step, *map(str, arguments)]
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_AS, (int(limit * GIB), int(limit * GIB))
        ),
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found | {"wall, s": time.perf_counter() - started, "CPU, s": _cpu() - spent}


def _cpu() -> float:
    """CPU seconds of all steps so far: the better witness where others want the machine."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def peaks() -> dict[str, float]:
    """Of this process, GiB (Linux)."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    words = {"VmPeak": "address space, GiB", "VmHWM": "resident, GiB"}
    return {word: int(lines[name].split()[0]) / 2**20 for name, word in words.items()}


def main() -> None:
    """Print what each step took, a line each."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--images", type=int, default=1_000_000)
    parser.add_argument("--dims", default="128", help="128 (SFace), 512 (FaceNet) or 36, by commas")
    parser.add_argument("--per-condition", type=int, default=1, help="probe patients")
    parser.add_argument("--metrics", default="cosine", help="metric learners, by commas")
    parser.add_argument("--limit", type=float, default=6.0, help="GiB of address space")
    parser.add_argument("--check", action="store_true", help="also all in memory; small ones only")
    parser.add_argument("--folder", type=Path, help="keep what is made here; else it is removed")
    parser.add_argument("--step", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        name, *rest = options.step
        steps = {
            "make": lambda out, dim, n: make(Path(out), int(dim), int(n)),
            "evaluate": lambda a, b, n, metric: evaluate(Path(a), Path(b), int(n), metric),
            "check": lambda a, b, n: check(Path(a), Path(b), int(n)),
        }
        print(json.dumps(steps[name](*rest) | peaks()))
        return
    root = options.folder or Path(tempfile.mkdtemp())
    print(f"{options.images:,} images; RLIMIT_AS {options.limit:g} GiB; one thread of BLAS;"
          f" load {os.getloadavg()[0]:.1f}", flush=True)  # fmt: skip
    try:
        for dim in map(int, options.dims.split(",")):
            folder, runs = root / f"{dim}", root / f"runs-{dim}"
            if not folder.exists():
                _say(dim, "make", limited("make", options.limit, folder, dim, options.images))
            for metric in options.metrics.split(","):
                found = limited("evaluate", options.limit, folder, runs, options.per_condition,
                                metric)  # fmt: skip
                _say(dim, metric, found)
            if options.check:
                _say(dim, "check", limited("check", 64, folder, runs, options.per_condition))
    finally:
        if options.folder is None:
            shutil.rmtree(root)
    print(f"load {os.getloadavg()[0]:.1f}")


def _say(dim: int, step: str, found: dict[str, float]) -> None:
    told = "; ".join(f"{name} {value:,.10g}" if value == int(value) else f"{name} {value:.3g}"
                     for name, value in found.items())  # fmt: skip
    print(f"{dim} numbers, {step}: {told}", flush=True)


if __name__ == "__main__":
    main()
