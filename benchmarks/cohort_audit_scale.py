"""How long the search for similar pairs takes, by the number of pictures.

    python benchmarks/cohort_audit_scale.py 1000 10000

Rows are random: the time of blocks of products does not depend on what is in them. Looking at the
pictures, which is once and cached, is timed by ``rdface cohort audit`` itself.
"""

from __future__ import annotations

import resource
import sys
import time

import numpy as np

from rdface.curation.quality.picture_hashes import bits_of
from rdface.curation.quality.similar_pairs import pairs_above, unit_rows


def main() -> None:
    """Print seconds for four hash comparisons and one of embeddings."""
    for n in map(int, sys.argv[1:]):
        rng = np.random.default_rng(0)
        bits = bits_of(rng.integers(0, 2**16, (n, 16)).astype(np.float32))
        people = unit_rows(rng.normal(size=(n, 128)).astype(np.float32))
        start = time.perf_counter()
        for _ in range(4):
            pairs_above(bits, bits, 256 - 120)
        hashes = time.perf_counter() - start
        start = time.perf_counter()
        pairs_above(people, people, 0.525)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        faces = time.perf_counter() - start
        print(f"{n} pictures: hashes {hashes:.2f} s, embeddings {faces:.2f} s, peak {peak:.0f} MB")


if __name__ == "__main__":
    main()
