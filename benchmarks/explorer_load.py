"""How many requests a second the explorer answers, and how long they take; on the loopback alone.

    python benchmarks/explorer_load.py --requests 200 --at-once 4

It starts `rdface serve` on a free port, asks each page so often, tries photographs, and stops it.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np

from rdface.cohort import load_cohort

PAGES = ("/", "/gallery", "/conditions", "/leaderboard", "/cases/{image}", "/thumbnails/{image}")


def free_port() -> int:
    """One that nobody listens on."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def serve(port: int) -> subprocess.Popen[bytes]:
    """Start the explorer and wait until it answers."""
    server = subprocess.Popen(
        [sys.executable, "-m", "rdface", "serve", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in range(600):
        try:
            httpx.get(f"http://127.0.0.1:{port}/", timeout=30)
            return server
        except httpx.TransportError:
            if server.poll() is not None:
                raise SystemExit("rdface serve ended") from None
            time.sleep(0.1)
    server.terminate()
    raise SystemExit("rdface serve does not answer")


def processor_seconds(pid: int) -> float:
    """Time that all threads of a process have taken of the processors."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measured(
    ask: Callable[[int], httpx.Response], n: int, at_once: int, pid: int
) -> dict[str, object]:
    """Ask n times, so many at once, each as soon as one before it is answered.

    The processors' time of the server stands beside, for it is the same on a busy machine.
    """

    def timed(number: int) -> tuple[float, int]:
        started = time.perf_counter()
        status = ask(number).status_code
        return time.perf_counter() - started, status

    before, started = processor_seconds(pid), time.perf_counter()
    with ThreadPoolExecutor(at_once) as pool:
        told = list(pool.map(timed, range(n)))
    seconds = time.perf_counter() - started
    times = 1000 * np.array([each for each, _ in told])
    return {
        "n": n,
        "at_once": at_once,
        "requests_per_second": round(n / seconds, 1),
        "median_ms": round(float(np.median(times))),
        "processor_ms": round(1000 * (processor_seconds(pid) - before) / n, 1),
        "p95_ms": round(float(np.percentile(times, 95))),
        "not_200": sum(status != 200 for _, status in told),
    }


def peak_megabytes(pid: int) -> int:
    """Most memory that a process has had."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return int(re.search(r"VmHWM:\s+(\d+)", status.read())[1]) // 1024  # type: ignore[index]


def main() -> None:
    """Measure, print a line of JSON for each page, stop the server."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--at-once", type=int, default=4)
    parser.add_argument("--photographs", type=int, default=40)
    asked = parser.parse_args()
    controls = load_cohort("sim103-controls")
    faces = [controls.path(name).read_bytes() for name in controls.image_ids[: asked.photographs]]
    images = load_cohort("sim103").image_ids
    port = free_port()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the server is stopped
    server = serve(port)
    about = {"age_years": "5", "sex": "female", "simulated": "true"}
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as client:
            home = client.get("/")
            token = re.search(r'name="csrf-token" content="([^"]*)"', home.text)[1]  # type: ignore[index]
            headers = {"X-CSRF-Token": token}

            def photograph(number: int) -> httpx.Response:
                return client.post(
                    "/try",
                    files={"photograph": ("a.jpg", faces[number % len(faces)])},
                    data=about,
                    headers=headers,
                )

            def page(path: str) -> Callable[[int], httpx.Response]:
                return lambda k: client.get(path.format(image=images[k % len(images)]))

            print(json.dumps({"load_average": os.getloadavg(), "cores": os.cpu_count()}))
            started = time.perf_counter()
            photograph(0)
            print(json.dumps({"first photograph, seconds": time.perf_counter() - started}))
            for at_once in (1, 4):
                found = measured(photograph, asked.photographs, at_once, server.pid)
                print(json.dumps({"page": "POST /try"} | found), flush=True)
            for path in PAGES:
                if page(path)(0).status_code == 404:
                    continue
                page(path)(0)
                found = measured(page(path), asked.requests, asked.at_once, server.pid)
                print(json.dumps({"page": path} | found), flush=True)
            print(json.dumps({"peak_megabytes": peak_megabytes(server.pid)}))
    finally:
        server.terminate()
        server.wait(30)


if __name__ == "__main__":
    main()
