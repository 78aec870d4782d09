"""Read a cohort out of its shards: does memory grow with the number of pictures?

    python benchmarks/shards.py --images 2000,20000

A cohort of tiny pictures of noise (24 x 24 pixels, each another one) is exported as Parquet and
as WebDataset, 1,000 pictures a shard. Then, in a process of its own, every row is checked, every
picture read, hashed and decoded, as `rdface embed` does before any network sees it; and, beside
it, the way of small cohorts: `load_cohort` of the unpacked folder, which opens every picture, too.
Peak resident memory (VmHWM) and CPU time of each process, Linux.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path


def make(root: Path, images: int) -> None:
    """Write cohort, Parquet and WebDataset; two pictures a patient, 50 conditions."""
    import numpy as np
    import pandas as pd

    from rdface.cohort import CohortInfo, write_cohort
    from rdface.cohort.adapters import export_cohort
    from rdface.imaging import encode_jpeg

    rng = np.random.default_rng(0)
    (root / "cohort" / "images").mkdir(parents=True)
    rows = []
    for number in range(images):
        picture = rng.integers(0, 256, (24, 24, 3)).astype(np.uint8)
        file = f"images/I{number:06d}.jpg"
        (root / "cohort" / file).write_bytes(encode_jpeg(picture))
        patient = number // 2
        rows.append(
            {
                "image_id": f"I{number:06d}",
                "file": file,
                "patient_id": f"P{patient:06d}",
                "condition": f"C{patient % 50:02d}",
            }
        )
    names = [f"C{number:02d}" for number in range(50)]
    info = CohortInfo(name="noise", version="1", licence="CC0-1.0", simulated=True)
    cohort = write_cohort(
        root / "cohort",
        info,
        pd.DataFrame(rows),
        pd.DataFrame({"condition": names, "name": names}),
        opened=True,
    )
    for kind in ("parquet", "webdataset"):
        export_cohort(kind, cohort, root / kind, {"shard_images": 1000})


def read(place: Path) -> int:
    """Shard by shard."""
    from rdface.cohort.shards import open_shards
    from rdface.imaging import decode_image

    sharded = open_shards(place)
    return sum(
        decode_image(data, name).shape[2] // 3
        for shard in sharded.shards()
        for name, data in shard.pictures()
    )


def load(place: Path) -> int:
    """All at once."""
    from rdface.cohort import load_cohort

    return len(load_cohort(place))


def _peak_mb() -> float:
    """VmHWM of this process; ru_maxrss would be that of its parent where that had more."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--images", default="2000,20000")
    parser.add_argument("--step", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        name, place = options.step
        count = (load if name == "cohort" else read)(Path(place))
        used = resource.getrusage(resource.RUSAGE_SELF)
        cpu = used.ru_utime + used.ru_stime
        print(json.dumps([count, _peak_mb(), cpu]))
        return
    print("| pictures | way | peak resident, MB | CPU, s |\n|---|---|---|---|")
    for images in map(int, options.images.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            make(Path(folder), images)
            for way in ("cohort", "parquet", "webdataset"):
                command = [sys.executable, __file__, "--step", way, str(Path(folder) / way)]
                done = subprocess.run(command, capture_output=True, text=True, check=True)
                count, peak, cpu = json.loads(done.stdout)
                print(f"| {count:,} | {way} | {peak:.0f} | {cpu:.1f} |", flush=True)


if __name__ == "__main__":
    main()
