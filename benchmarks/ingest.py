"""Build a cohort of 10,000 pictures and a messy table: time, memory, and going on after a kill.

    python benchmarks/ingest.py --images 10000

The pictures are made here: gradients and noise of 128 x 128 pixels, JPEG, with the EXIF of a camera
and a place. The table is messy: countries, ages, sexes and numbers in many spellings, over the 103
shipped conditions, so that no doubt is open. Every way is a process of its own on the same files,
one after the other; its peak memory is what the kernel says of it. Ratios are of CPU time, which
other programs on the machine change less.

Beside `rdface cohort build` stand two plain ways. `copy`: pandas reads the table, the files are
copied as they are and hashed, two tables are written; it opens no picture, takes nothing out and
normalises nothing. `Pillow`: the same, but every picture is opened and saved anew at quality 95,
which is how metadata are usually got rid of; it alters the pixels, which the build does not.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from rdface.cohort import load_cohort
from rdface.cohort.picture_metadata import find_metadata

COUNTRIES = ("Germany", "UK", "Turkey", "Holland", "TR", "Ivory Coast", "España", "usa", "")
SEXES = ("m", "F", "girl", "boy", "weiblich", "männlich", "")
AGES = ("{} years 4 months", "{}y", "{} Jahre", "{} 1/2 years", "{}", "{};6", "newborn", "")
TERMS = ("Hypertelorism; Long philtrum", "HP:0000316|HP:0000343", "widely spaced eyes", "")
SPEC = """\
version: 1
cohort: {name: benchmark, version: "1", licence: CC0-1.0, simulated: true}
pictures: photos
table: table.csv
out: cohort
state: private
bare_ages: year
columns: {picture: file, patient: who, condition: disease, omim_id: MIM, sex: gender,
  age: age, country: country, hpo_terms: features}
"""


def write_source(root: Path, count: int) -> None:
    """Pictures, table and spec."""
    from PIL import Image

    rng = np.random.default_rng(0)
    ramp = np.linspace(0, 160, 128)[None, :, None] * np.ones((128, 1, 3))
    exif = Image.Exif()
    exif[0x010F], exif[0x0132] = "Camera", "2020:01:01 00:00:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (50.0, 56.0, 0.0), 3: "E", 4: (6.0, 57.0, 0.0)})
    shipped = load_cohort("sim103").conditions
    (root / "photos").mkdir(parents=True)
    with (root / "table.csv").open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream, delimiter=";")
        table.writerow("file who disease MIM gender age country features".split())
        for n in range(count):
            noise = rng.integers(0, 90, (128, 128, 3))
            picture = Image.fromarray((ramp + noise).astype(np.uint8))
            name = f"Foto {n:05d}.jpg"
            picture.save(root / "photos" / name, quality=90, exif=exif)
            disease = shipped.iloc[(n // 2) % len(shipped)]
            mim = disease["omim_id"].removeprefix("OMIM:") + ("", ".0")[n % 2]
            sex = SEXES[(n // 2) % len(SEXES)]
            age = AGES[n % len(AGES)].format(n % 17 + 1)
            who, country = f"P{n // 2}", COUNTRIES[n % len(COUNTRIES)]
            table.writerow(
                [name, who, disease["name"].upper(), mim, sex, age, country, TERMS[n % len(TERMS)]]
            )
    (root / "spec.yaml").write_text(SPEC)


def plain(root: Path, *, reopen: bool) -> None:
    """What people do without a tool: see the top of this file."""
    out = root / ("pillow" if reopen else "copied")
    (out / "images").mkdir(parents=True)
    table = pd.read_csv(root / "table.csv", sep=";", dtype=str)
    hashes = []
    for name in table["file"]:
        target = out / "images" / name
        if reopen:
            from PIL import Image

            with Image.open(root / "photos" / name) as picture:
                picture.convert("RGB").save(target, quality=95)
        else:
            shutil.copyfile(root / "photos" / name, target)
        hashes.append(hashlib.sha256(target.read_bytes()).hexdigest())
    table.assign(sha256=hashes).to_csv(out / "images.csv", index=False)
    table[["disease", "MIM"]].drop_duplicates().to_csv(out / "conditions.csv", index=False)


def measured(command: list[str], root: Path) -> tuple[float, float, float]:
    """Seconds, seconds of CPU and peak memory in MB of a process.

    Raises:
        RuntimeError: It failed.
    """
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command} left with {process.returncode}")
    took = time.perf_counter() - started
    return took, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def killed_in_the_middle(command: list[str], root: Path, count: int) -> tuple[int, float]:
    """Pictures that were done when the process was killed, and its seconds until then."""
    log = root / "private" / "pictures.jsonl"
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.DEVNULL)
    while process.poll() is None:
        if log.exists() and log.read_bytes().count(b"\n") > count // 2:
            process.send_signal(signal.SIGKILL)
            process.wait()
        time.sleep(0.05)
    return log.read_bytes().count(b'"source"'), time.perf_counter() - started


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--plain", choices=("copy", "pillow"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.plain:
        plain(Path.cwd(), reopen=arguments.plain == "pillow")
        return
    count = arguments.images
    build = [sys.executable, "-c", "from rdface.cli.main import main; main()"]
    build += ["cohort", "build", "spec.yaml"]
    here = [sys.executable, str(Path(__file__).resolve()), "--plain"]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_source(root, count)
        size = sum(path.stat().st_size for path in (root / "photos").iterdir()) / 1e6
        rows = {"plain: copy": measured([*here, "copy"], root)}
        rows["plain: Pillow"] = measured([*here, "pillow"], root)
        rows["build"] = measured(build, root)
        whole = load_cohort(root / "cohort")
        rows["build again, nothing changed"] = measured(build, root)
        left = [find_metadata(whole.path(one).read_bytes()) for one in whole.image_ids]
        shutil.rmtree(root / "cohort")
        shutil.rmtree(root / "private")
        done, seconds = killed_in_the_middle(build, root, count)
        rows["build, going on after kill -9"] = measured(build, root)
        if len(load_cohort(root / "cohort")) != count:
            raise RuntimeError("pictures are missing from the cohort")
    print(f"{count} JPEG files of 128 x 128, {size:.0f} MB; {os.cpu_count()} CPUs")
    print(f"killed after {seconds:.1f} s with {done} pictures done")
    print(f"pictures with metadata: {count} before, {sum(map(bool, left))} after\n")
    print("| way | s | CPU s | of `copy` | of `Pillow` | peak MB | of `copy` |")
    print("|---|---|---|---|---|---|---|")
    base, usual = rows["plain: copy"], rows["plain: Pillow"]
    for name, (took, cpu, memory) in rows.items():
        ratios = f"{cpu / base[1]:.2f} | {cpu / usual[1]:.2f} | {memory:.0f}"
        print(f"| {name} | {took:.1f} | {cpu:.1f} | {ratios} | {memory / base[2]:.2f} |")


if __name__ == "__main__":
    main()
