"""Write and read WebDataset and Parquet beside the plain folder of files.

    python benchmarks/exchange.py --images 5000

One cohort of small simulated-noise pictures; every layout writes it and reads all pictures and rows
once, in the same run and on the same disk. `files` copies the folder of files and reads it as a
loop over images.csv does. Ratios are against `files`. `export` is `rdface cohort export` (which
checks every hash), `import` is `rdface cohort import` (which opens every picture). Memory is the
peak of a process of its own.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

PATIENTS_A_CONDITION = 50


def make_cohort(root: Path, images: int, side: int) -> None:
    """Smooth noise, a patient an image."""
    from PIL import Image

    from rdface.cohort import CohortInfo, write_cohort
    from rdface.imaging import encode_jpeg

    rng = np.random.default_rng(0)
    (root / "images").mkdir(parents=True)
    rows = []
    for number in range(images):
        small = Image.fromarray(rng.integers(0, 256, (12, 12, 3), dtype=np.uint8))
        picture = np.asarray(small.resize((side, side), Image.Resampling.BICUBIC))
        file = f"images/i{number:06d}.jpg"
        (root / file).write_bytes(encode_jpeg(picture))
        condition = f"C{number // PATIENTS_A_CONDITION}"
        one = {"image_id": f"i{number:06d}", "patient_id": f"p{number}", "file": file}
        rows.append(one | {"condition": condition, "hpo_terms": "HP:0000316|HP:0000343"})
    names = sorted({row["condition"] for row in rows})
    conditions = pd.DataFrame({"condition": names, "name": names})
    info = CohortInfo(name="benchmark", version="1", licence="CC0-1.0", simulated=True)
    write_cohort(root, info, pd.DataFrame(rows), conditions)


def read_files(root: Path) -> Iterator[bytes]:
    """As a loop over images.csv does."""
    table = pd.read_csv(root / "images.csv", dtype=str, keep_default_na=False)
    for row in table.to_dict("records"):
        yield (root / row["file"]).read_bytes()


def read_webdataset(root: Path) -> Iterator[bytes]:
    """Members of shards one after the other, rows parsed."""
    for shard in sorted(root.glob("*.tar")):
        with tarfile.open(shard, "r|") as tar:
            for member in tar:
                stream = tar.extractfile(member)
                data = stream.read() if stream else b""
                if member.name.endswith(".json"):
                    json.loads(data)
                else:
                    yield data


def read_parquet(root: Path) -> Iterator[bytes]:
    """A row group at a time, all columns."""
    import pyarrow.parquet as pq

    for file in sorted((root / "data").glob("*.parquet")):
        opened = pq.ParquetFile(file, pre_buffer=False)
        for group in range(opened.num_row_groups):
            for row in opened.read_row_group(group).to_pylist():
                yield row["image"]["bytes"]


READERS: dict[str, Callable[[Path], Iterator[bytes]]] = {
    "files": read_files,
    "webdataset": read_webdataset,
    "parquet": read_parquet,
}


def task(name: str, what: str, root: Path) -> None:
    """One measurement, in this process; prints seconds and megabytes."""
    from rdface.cohort import load_cohort
    from rdface.cohort.adapters import export_cohort, import_cohort

    cohort = load_cohort(root / "cohort") if what == "export" else None
    out = root / name
    before = time.perf_counter()
    count = 0
    if what == "export" and name == "files":
        shutil.copytree(root / "cohort", out)
    elif what == "export" and cohort is not None:
        export_cohort(name, cohort, out)
    elif what == "read":
        count = sum(len(data) for data in READERS[name](out))
    elif name == "files":
        load_cohort(out)
    else:
        import_cohort(name, out, root / f"{name} again")
    seconds = time.perf_counter() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "mb": peak, "bytes": count}))


def main() -> None:
    """Make the cohort, measure each layout in processes of their own, print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--images", type=int, default=5000)
    parser.add_argument("--side", type=int, default=112)
    parser.add_argument("--task", nargs=3)
    arguments = parser.parse_args()
    if arguments.task:
        name, what, root = arguments.task
        task(name, what, Path(root))
        return
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        make_cohort(root / "cohort", arguments.images, arguments.side)
        size = sum(path.stat().st_size for path in (root / "cohort" / "images").iterdir())
        print(f"{arguments.images} pictures, {size / 1e6:.1f} MB")
        found = {}
        for what in ("export", "read", "import"):
            for name in READERS:
                command = [sys.executable, __file__, "--task", name, what, str(root)]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                found[name, what] = json.loads(done.stdout.splitlines()[-1])
        for name in READERS:
            files = sum(path.is_file() for path in (root / name).rglob("*"))
            whole = sum(path.stat().st_size for path in (root / name).rglob("*") if path.is_file())
            line = [f"{name:12}", f"{files:6} files", f"{whole / size:5.2f} x bytes"]
            for what in ("export", "read", "import"):
                one, plain = found[name, what], found["files", what]
                ratio = one["seconds"] / plain["seconds"]
                line.append(f"{what} {one['seconds']:6.2f} s ({ratio:4.2f} x) {one['mb']:4.0f} MB")
            print("  ".join(line))
        if len({found[name, "read"]["bytes"] for name in READERS}) != 1:
            sys.exit("the layouts did not give the same bytes")


if __name__ == "__main__":
    main()
