"""What engines cost, what the units of work cost, and what that makes of a million images.

    python benchmarks/scale.py                  # overheads and units, on this machine
    python benchmarks/scale.py --plan FILE      # the plan again, from the figures in FILE

Overhead: the wall time of tasks that do nothing, per task, once the workers are up; with a result
of 100 kB likewise. Ray: a cluster of this machine alone, two workers as the local engine has.
Units: one picture found and embedded, one fold fitted, one picture rendered, one step of DreamBooth
and one of its samples on the embedded base; CPU seconds of one process with one thread, so that
other programs on the machine disturb little. The plan multiplies. GPUs are not measured: there is
none here; the plan says what a GPU would have to do.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")

import numpy as np

from rdface.engines import Engine, Here, Local, make_engine

TASKS, WORKERS, STORE = 200, 2, 100_000_000
IMAGES, CONDITIONS, SAMPLES, STEPS = 1_000_000, 103, 100, 60
CORES = (2, 64, 1024)


def nothing(given: int, task: int, here: Here) -> bytes:
    """A task that does nothing; ``given`` bytes come home."""
    return b"x" * given


def overhead(engine: Engine, size: int) -> float:
    """Milliseconds a task, from the first result to the last."""
    times = [time.perf_counter() for _ in engine.run(nothing, range(TASKS), size)]
    return 1000 * (times[-1] - times[9]) / (TASKS - 10)


def first(engine: Engine) -> float:
    """Seconds to the first result of a run: workers start and import."""
    started = time.perf_counter()
    next(engine.run(nothing, [0], 1))
    return time.perf_counter() - started


@contextmanager
def ray_engine() -> Iterator[Engine]:
    """A cluster of this machine."""
    import ray
    from ray.cluster_utils import Cluster

    os.environ["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    head = {
        "num_cpus": WORKERS,
        "include_dashboard": False,
        "object_store_memory": STORE,
    }
    cluster = Cluster(initialize_head=True, head_node_args=head)
    try:
        yield make_engine("ray", workers=None, address=cluster.address)
    finally:
        ray.shutdown()
        cluster.shutdown()


def cpu_seconds(work: Callable[[], object], times: int) -> float:
    """Median CPU seconds of this process, after one turn to get warm."""
    work()
    found = []
    for _ in range(times):
        started = time.process_time()
        work()
        found.append(time.process_time() - started)
    return statistics.median(found)


def units() -> dict[str, float]:
    """CPU seconds of each unit of work."""
    from rdface.backbones import load_backbone
    from rdface.bench.jobs import Job, Materials, do_job
    from rdface.cohort import load_cohort
    from rdface.faces import align
    from rdface.faces.finder import FaceFinder
    from rdface.faces.picture import picture_bytes
    from rdface.imaging import decode_image
    from rdface.protocols import FoldRows

    cohort = load_cohort("sim103")
    names = cohort.image_ids[:8]
    digests = dict(zip(cohort.image_ids, cohort.images["sha256"], strict=True))
    data = [picture_bytes(cohort.path(name), name, digests[name]) for name in names]
    pictures = [decode_image(one, name) for one, name in zip(data, names, strict=True)]
    finder = FaceFinder("yunet")
    table = finder.table(names, [finder.row(picture) for picture in pictures])
    found = {"find a face": cpu_seconds(lambda: [finder.row(p) for p in pictures], 5) / 8}
    for name in ("sface", "facenet"):
        backbone = load_backbone(name)
        crops = np.stack(
            [align(p, table.face(n), backbone.crop) for p, n in zip(pictures, names, strict=True)]
        )
        found[f"embed with {name}"] = cpu_seconds(lambda b=backbone, c=crops: b.embed(c), 5) / 8  # type: ignore[misc]
    rng, rows = np.random.default_rng(0), np.arange(456)
    fold = FoldRows(rows[:330], rows[330:365], rows[365:])
    features = {"a": rng.normal(size=(456, 512)).astype(np.float32)}
    materials = Materials(features, rng.permutation(rows % 103), (fold,), 103, True)
    for learner in ("knn", "lda", "logistic"):
        job = Job(learner, 0, {"a": Path()})
        found[f"fold, {learner}"] = cpu_seconds(lambda j=job: do_job(materials, j), 3)  # type: ignore[misc]
    return found | rendering() | dreambooth()


def rendering() -> dict[str, float]:
    """One picture as `rdface simulate` makes it."""
    from rdface.engines.inline import Inline
    from rdface.simulate import simulate_cohort

    with tempfile.TemporaryDirectory() as folder:
        started = time.process_time()
        count = len(simulate_cohort(Path(folder) / "few", images=4, conditions=2, engine=Inline()))
        return {"render a picture": (time.process_time() - started) / count}


def dreambooth() -> dict[str, float]:
    """A step (adapters, with pictures of the class) and a sample, on the embedded base."""
    from rdface.synthesis.dreambooth import Recipe
    from rdface.synthesis.dreambooth.job import Job, draw, train
    from rdface.synthesis.dreambooth.pipeline import open_base

    recipe = Recipe(steps=12, checkpoint_every=0, prior_images=8)
    base = open_base(recipe)
    images = np.random.default_rng(0).integers(0, 256, (4, 64, 64, 3)).astype(np.uint8)
    with tempfile.TemporaryDirectory() as folder:
        prior = Path(folder) / "prior.npy"
        np.save(prior, np.concatenate([images, images]))
        job = Job("A", images, recipe, 1, Path(folder) / "job", base.sha256, prior)
        times = [time.process_time()]
        train(job, "cpu", lambda _: times.append(time.process_time()))
        started = time.process_time()
        for _ in draw(job, 1, 8, device="cpu"):
            pass
        sample = (time.process_time() - started) / 8
    return {"DreamBooth step": statistics.median(np.diff(times[3:])), "DreamBooth sample": sample}


def plan(found: dict[str, Any]) -> None:
    """Hours by cores, if nothing counts but CPU time and the driver that hands out the tasks."""
    unit = found["units"]
    each = unit["find a face"] + unit["embed with sface"] + unit["embed with facenet"]
    condition = STEPS * unit["DreamBooth step"] + SAMPLES * unit["DreamBooth sample"]
    folds = 5 * 5 * 6 * sum(unit[f"fold, {one}"] for one in ("knn", "lda", "logistic"))
    jobs = {
        f"find and embed {IMAGES:,} images (sface, facenet)": (IMAGES * each, 3 * IMAGES // 16),
        f"render {IMAGES:,} pictures": (IMAGES * unit["render a picture"], IMAGES),
        f"{CONDITIONS} DreamBooth models, {SAMPLES} samples each": (
            CONDITIONS * condition,
            CONDITIONS,
        ),
        "25 folds x 6 backbones x 3 learners (456 images)": (folds, 450),
    }
    print("\n| work | CPU hours | " + " | ".join(f"{n:,} cores, h" for n in CORES) + " |")
    print("|---|---:|" + "---:|" * len(CORES))
    for name, (seconds, tasks) in jobs.items():
        cells = []
        for cores in CORES:
            sent = tasks * found["overhead"]["ray"]["nothing, ms"] / 1000  # one driver sends
            cells.append(f"{max(seconds / tasks * ceil(tasks / cores), sent) / 3600:,.3g}")
        print(f"| {name} | {seconds / 3600:,.3g} | " + " | ".join(cells) + " |")


def main() -> None:
    """Measure, or plan."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plan", type=Path)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    if given.plan is not None:
        plan(json.loads(given.plan.read_text()))
        return
    found: dict[str, Any] = {"overhead": {}, "load": os.getloadavg()[0]}
    with ray_engine() as ray:
        for name, engine in (("local", Local(WORKERS)), ("ray", ray)):
            found["overhead"][name] = {
                "first result, s": first(engine),
                "nothing, ms": statistics.median(overhead(engine, 1) for _ in range(3)),
                "100 kB home, ms": statistics.median(overhead(engine, 100_000) for _ in range(3)),
            }
    found["units"] = units()
    if given.out is not None:
        given.out.write_text(json.dumps(found, indent=2))
    print("| | local | ray |\n|---|---:|---:|")
    for key in found["overhead"]["local"]:
        print(
            f"| {key} | "
            + " | ".join(f"{found['overhead'][n][key]:.3g}" for n in ("local", "ray"))
            + " |"
        )
    print("\n| unit | CPU seconds |\n|---|---:|")
    for key, seconds in found["units"].items():
        print(f"| {key} | {seconds:.3g} |")
    plan(found)


if __name__ == "__main__":
    main()
