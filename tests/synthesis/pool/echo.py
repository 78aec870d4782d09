"""The plainest generator: a training portrait, lit otherwise."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from rdface.files import sha256_bytes
from rdface.synthesis import Generator, Portraits, Sample


class Echo(Generator):
    """Sample k of a condition is one of its portraits, darkened by what (seed, condition, k) say.

    Attributes:
        wait: Seconds a sample.
        strange: Names a parent that it was not given.
        label_blind: Knows no conditions.
        orphan: Names no parent.
        short: Stops one sample early.
    """

    licence = "none"
    size: int = 32
    wait: float = 0.0
    strange: str = ""
    label_blind: bool = False
    orphan: bool = False
    short: bool = False

    def fit(
        self, portraits: Portraits, work: Path, *, seed: int, controls: Portraits | None = None
    ) -> None:
        self._portraits, self._controls = portraits, controls
        (work / "fits").open("a").write("x")

    def sample_after(
        self, done: Mapping[str, int], counts: Mapping[str, int], *, seed: int
    ) -> Iterator[Sample]:
        for condition, count in counts.items():
            for k in range(done.get(condition, 0), count - self.short):
                time.sleep(self.wait)
                key = int(sha256_bytes(f"{seed} {condition} {k}".encode())[:8], 16)
                rng = np.random.default_rng(key)
                own = self._portraits.of(condition) if condition else self._portraits
                row = int(rng.integers(len(own)))
                image = (own.images[row] * rng.uniform(0.3, 1)).astype(np.uint8)
                parents = [own.image_ids[row]] + [self.strange] * bool(self.strange)
                if self._controls is not None:
                    parents.append(self._controls.image_ids[int(rng.integers(len(self._controls)))])
                yield Sample(
                    image,
                    condition,
                    tuple(parents[self.orphan :]),
                    key,
                    {"darkened": "yes"},
                )

    @property
    def knows_conditions(self) -> bool:
        return not self.label_blind

    @property
    def weights_sha256(self) -> str:
        return sha256_bytes(self._portraits.images.tobytes())
