"""How fast is the simulator, beside the sketch it grew from? The table of the README.

    python benchmarks/simulate.py [--sketch DIR] [--images N] [--size 256]

Both render the same N children, in turns, each in a process of its own; the first picture, which
fills caches, is left out. Turns matter, because CPU-seconds grow with what else the machine does.
Then whole cohorts are made with 1 and with 2 workers, again in turns.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TypeAlias

SAMPLES_OF_SKETCH = 16
TURNS = 2  # in which whole cohorts are made with 1 and with 2 workers
Racer: TypeAlias = "subprocess.Popen[str]"
_MEASURE = """
import json, resource, sys, time
def measure(render):
    for line in sys.stdin:
        start = time.process_time()
        render(int(line))
        seconds = time.process_time() - start
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"seconds": seconds, "memory": memory}), flush=True)
"""
_OURS = """
from rdface.imaging import encode_jpeg
from rdface.simulate.render.develop import develop
from rdface.simulate.photo.film import expose
from rdface.simulate.make import SAMPLES
from rdface.simulate.head.mesh import load_head
from rdface.simulate.people.plan import make_plan
from rdface.simulate.render.scene import render
from rdface.weights import where
count, size = int(sys.argv[1]), int(sys.argv[2])
mesh = load_head(where("mpfb2"))
shots = make_plan(456, 103, 31).shots[:: 456 // (count + 1)]
def one(number):
    shot = shots[number]
    picture, _ = render(mesh, shot.child, shot.view, size=size, samples=SAMPLES)
    encode_jpeg(expose(develop(picture, shot.child, shot.view), shot.view.film), 90)
measure(one)
"""
_SKETCH = """
from rdface.simulate.people.plan import make_plan
import synthface
count, size, samples = (int(word) for word in sys.argv[1:4])
shots = make_plan(456, 103, 31).shots[:: 456 // (count + 1)]
def one(number):
    child, view = shots[number].child, shots[number].view
    races = dict(zip(("african", "asian", "caucasian"), child.ancestry))
    who = synthface.subject(number, child.years, float(child.male), races)
    synthface.render(who, yaw=view.yaw, pitch=view.pitch, res=size, spp=samples, seed=number)
measure(one)
"""
_COHORT = """
import json, resource, sys, tempfile, time
from pathlib import Path
from rdface.engines import Local
from rdface.simulate import simulate_cohort
if __name__ == "__main__":
    workers, images, size = (int(word) for word in sys.argv[1:])
    few = {"images": images, "conditions": max(1, images // 4), "seed": 5}
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        simulate_cohort(Path(folder) / "cohort", size=size, engine=Local(workers), **few)
        seconds = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024  # of the largest
    print(json.dumps({"seconds": seconds, "memory": memory}))
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    here = Path(__file__).resolve().parents[1]
    parser.add_argument("--sketch", type=Path, default=here.parent / "shared" / "simulator")
    parser.add_argument("--images", type=int, default=12)
    parser.add_argument("--size", type=int, default=256)
    options = parser.parse_args()
    count, size = options.images, options.size
    with tempfile.TemporaryDirectory() as folder:
        racers = {"rdface": start(_MEASURE + _OURS, [count, size])}
        if (options.sketch / "synthface.py").is_file():
            paths = [str(options.sketch.resolve()), str(mesh_as_anny(Path(folder)))]
            arguments = [count, size, SAMPLES_OF_SKETCH]
            racers[f"sketch, {SAMPLES_OF_SKETCH} samples"] = start(
                _MEASURE + _SKETCH, arguments, paths
            )
        else:
            print(f"No sketch at {options.sketch}: nothing to compare with.\n")
        found = race(racers, count)
    print("| | CPU-s per image | images/s per core | peak memory, MB |\n| --- | --- | --- | --- |")
    for name, (seconds, memory) in found.items():
        print(f"| {name} | {seconds:.2f} | {1 / seconds:.3f} | {memory:.0f} |", flush=True)
    if len(found) > 1:
        ours, sketch = (seconds for seconds, _ in found.values())
        print(f"\nThe sketch takes {sketch / ours:.2f} times as long.")
    print("\n| workers | images/s, start-up included | peak memory of a worker, MB |")
    print("| --- | --- | --- |", flush=True)
    speeds = {}
    for workers, (speed, memory) in grow(2 * count, size).items():
        print(f"| {workers} | {speed:.3f} | {memory:.0f} |")
        speeds[workers] = speed
    print(f"\nFrom 1 to 2 workers: {speeds[2] / speeds[1]:.2f} times as fast.")


def start(code: str, arguments: list[int], paths: list[str] | None = None) -> Racer:
    """A new process with one thread that renders the pictures whose numbers it reads."""
    known = os.environ.get("PYTHONPATH", "")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([*(paths or []), known])}
    environment |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    command = [sys.executable, "-c", code, *map(str, arguments)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True)


def race(racers: dict[str, Racer], count: int) -> dict[str, tuple[float, float]]:
    """Mean CPU-seconds per image and peak memory [MB] of each, which render in turns."""
    seconds: dict[str, list[float]] = {name: [] for name in racers}
    memory = dict.fromkeys(racers, 0.0)
    for number in range(count + 1):
        for name, racer in racers.items():
            assert racer.stdin and racer.stdout  # noqa: S101 - narrows the type
            racer.stdin.write(f"{number}\n")
            racer.stdin.flush()
            answer = json.loads(racer.stdout.readline())
            memory[name] = answer["memory"]
            if number:
                seconds[name].append(answer["seconds"])
    for racer in racers.values():
        racer.communicate()
    return {name: (sum(spent) / count, memory[name]) for name, spent in seconds.items()}


def mesh_as_anny(folder: Path) -> Path:
    """The sketch looks for its mesh in the package `anny`: give it ours under that name."""
    from rdface.weights import where

    package = folder / "anny"
    (package / "data").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "data" / "mpfb2").symlink_to(where("mpfb2"), target_is_directory=True)
    return folder


def grow(images: int, size: int) -> dict[int, tuple[float, float]]:
    """Images per second and peak memory [MB] of a worker, of whole commands by their workers.

    Both are run in turns, and the faster turn counts: other work on the machine only slows down.
    """
    found: dict[int, list[tuple[float, float]]] = {1: [], 2: []}
    for _ in range(TURNS):
        for workers, turns in found.items():
            command = [sys.executable, "-c", _COHORT, *map(str, (workers, images, size))]
            answer = json.loads(subprocess.check_output(command, text=True))
            turns.append((images / answer["seconds"], answer["memory"]))
    return {
        workers: (max(speed for speed, _ in turns), max(memory for _, memory in turns))
        for workers, turns in found.items()
    }


if __name__ == "__main__":
    main()
