"""What a training writes to its folder, and what it reads there to go on."""

from __future__ import annotations

import shutil
from pathlib import Path

from rdface.errors import UsageError
from rdface.learners.tuning.state_file import State, read_state, write_state

_LAST = "last.pt"


class Folder:
    """Checkpoints of one training: the last state, and averaged generators to sample from.

    Each file appears whole or not at all.

    Args:
        path: Of this training alone; made when something is written.
        key: Names the training: options, seed and portraits. A file of another key is not read.
    """

    def __init__(self, path: Path, key: str) -> None:
        self._path = path
        self._key = key

    def save(self, state: State) -> None:
        """Write the state that training goes on from."""
        self._write(self._path / _LAST, state)

    def load(self) -> State | None:
        """The state that training goes on from, or None.

        Raises:
            UsageError: The folder holds another training: hours of work are not written over.
        """
        for left in self._path.glob(".*.pt.*"):  # half-written by a process that was killed
            shutil.rmtree(left, ignore_errors=True)
        return self._read(self._path / _LAST)

    def keep(self, step: int, weights: State) -> None:
        """Write the averaged generator of a step."""
        self._write(self._snapshot(step), {"weights": weights})

    def kept(self, step: int) -> State | None:
        """The averaged generator of a step, or None."""
        state = self._read(self._snapshot(step))
        if state is None:
            return None
        weights: State = state["weights"]
        return weights

    def _snapshot(self, step: int) -> Path:
        return self._path / f"generator-{step:07d}.pt"

    def _write(self, path: Path, state: State) -> None:
        write_state(path, {"key": self._key, **state})

    def _read(self, path: Path) -> State | None:
        state = read_state(path)
        if state is not None and state["key"] != self._key:
            raise UsageError(
                f"{path} belongs to another training: other portraits, options or seed.",
                hint="Name another folder, or remove this one.",
            )
        return state
