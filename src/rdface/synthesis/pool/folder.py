"""The folder of a pool in the making: whose it is, and which samples lie there."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from rdface.errors import RunError, UsageError
from rdface.files import write_bytes, write_json
from rdface.imaging import Image
from rdface.synthesis.pool.picture import Provenance, encode_sample, read_provenance
from rdface.synthesis.pool.plan import PoolPlan

PLAN = "plan.json"
IMAGES = "images"
_FILES = (PLAN, "cohort.yaml", "conditions.csv", "images.csv")
_NUMBER = re.compile(r"(?P<head>.*)-(?P<number>[0-9]{5,})\.png\Z")


def work_of(pool: Path) -> Path:
    """The folder beside a pool that is not published with it."""
    return pool.with_name(f"{pool.name}.work")


class PoolFolder:
    """A folder that belongs to one plan; every picture in it is whole.

    Args:
        path: The folder.
        plan: Its plan.
    """

    def __init__(self, path: Path, plan: PoolPlan) -> None:
        self.path = path
        self.plan = plan

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Hold the folder: make it, or make sure that it is this plan's, and clear half files.

        A plan that never came to a sample, as its options were wrong, gives way to this one.

        Raises:
            RunError: It belongs to another plan or to none, or another process works in it.
        """
        from filelock import FileLock, Timeout

        self._check_plan()
        # Never removed, for a process may be about to lock the file that is; so it lies where
        # nothing is published from.
        lock = work_of(self.path) / ".lock"
        lock.parent.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(lock, timeout=0):
                (self.path / IMAGES).mkdir(parents=True, exist_ok=True)
                for name in _FILES:
                    for left in self.path.glob(f".{name}.*"):
                        shutil.rmtree(left, ignore_errors=True)
                for left in (self.path / IMAGES).glob(".*"):
                    shutil.rmtree(left, ignore_errors=True)
                if self._check_plan() != self.plan.to_dict():
                    write_json(self.path / PLAN, self.plan.to_dict())
                yield
        except Timeout as error:
            raise RunError(
                f"Another process is at work in {self.path}.", hint="Wait, or give another --out."
            ) from error

    def made(self, counts: Mapping[str, int]) -> dict[str, int]:
        """Condition to how many samples, from number 0 on without a gap, lie there.

        Raises:
            UsageError: There are more of a condition than ``counts`` asks for.
        """
        there: dict[str, set[int]] = {}
        for path in (self.path / IMAGES).iterdir():
            match = _NUMBER.match(path.name)
            if match:
                there.setdefault(match["head"], set()).add(int(match["number"]))
        heads = {self.plan.image_id(name, 0).rpartition("-")[0]: name for name in counts}
        if any(max(there[head]) >= counts.get(heads.get(head, ""), 0) for head in there):
            raise UsageError(
                f"{self.path} holds more samples than are asked for now.",
                hint="A pool grows and never shrinks: ask for as many, or give another --out.",
            )
        done = {}
        for head, name in heads.items():
            numbers = there.get(head, set())
            done[name] = next(k for k in range(len(numbers) + 1) if k not in numbers)
        return done

    def file(self, condition: str, number: int) -> str:
        """Path of a sample below the folder."""
        return f"{IMAGES}/{self.plan.image_id(condition, number)}.png"

    def write(self, image: Image, provenance: Provenance) -> None:
        """Write a sample, whole or not at all; one that is there stays."""
        path = self.path / self.file(provenance.condition, provenance.number)
        if not path.exists():
            write_bytes(path, encode_sample(image, provenance))

    def read(self, condition: str, number: int) -> Provenance:
        """What a sample that lies there says of itself.

        Raises:
            RunError: Nothing, or that it belongs to another plan.
        """
        path = self.path / self.file(condition, number)
        said = read_provenance(path)
        if (said.plan_sha256, said.condition, said.number) != (self.plan.sha256, condition, number):
            raise RunError(f"{path} was put there by another plan.", hint="Remove that file.")
        return said

    def _check_plan(self) -> dict[str, object] | None:
        """The plan that lies there, if any; another one with samples is an error."""
        known, ours = self._known_plan(), self.plan.to_dict()
        if known is not None and known != ours and any((self.path / IMAGES).glob("[!.]*")):
            differ = [key for key in ours if known.get(key) != ours[key]]
            raise RunError(
                f"{self.path} holds a pool of another plan (another {', another '.join(differ)}).",
                hint="Give another --out, or remove that folder.",
            )
        return known

    def _known_plan(self) -> dict[str, object] | None:
        if not self.path.exists():
            return None
        if not self.path.is_dir():
            raise UsageError(f"--out {self.path} is there and is no folder.")
        try:
            known = json.loads((self.path / PLAN).read_text(encoding="utf-8"))
            return dict(known)
        except FileNotFoundError:
            own = {".lock", IMAGES}  # older versions locked here
            if all(
                each.name in own or each.name.startswith(f".{PLAN}.")
                for each in self.path.iterdir()
            ) and not any((self.path / IMAGES).glob("[!.]*")):
                return None
        except (OSError, ValueError, TypeError):
            pass
        raise RunError(f"{self.path} is no pool, and not empty.", hint="Give another --out.")
