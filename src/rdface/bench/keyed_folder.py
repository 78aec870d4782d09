"""A folder that belongs to one run: what lies there is that run's, or nobody's."""

from __future__ import annotations

import json
import shutil
from abc import ABC, abstractmethod
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

from rdface.bench.result import PREDICTIONS_FILE, RESULT_FILE
from rdface.errors import RunError
from rdface.files import sha256_bytes, write_json

_KEY_FILE = "key.json"
PARTS = "parts"
_FILES = (_KEY_FILE, "spec.yaml", "environment.json", PREDICTIONS_FILE, RESULT_FILE)


class KeyedFolder(ABC):
    """The folder of a run of any task.

    Attributes:
        path: Where.
        files: Names of the files that this kind of run has beside the usual ones.
        drawn_first: The file that :meth:`_prepare` may write before the key.
    """

    path: Path
    files: ClassVar[tuple[str, ...]]
    drawn_first: ClassVar[str]

    @property
    @abstractmethod
    def _about(self) -> dict[str, Any]:
        """All that decides the predictions, in plain types."""

    @abstractmethod
    def _prepare(self) -> None:
        """Write what must lie there before the key can be told; once, when the folder is made."""

    @abstractmethod
    def _describe(self) -> None:
        """Write what says how the run is made, unless it is there."""

    @cached_property
    def key(self) -> str:
        """Hash of all that decides the predictions."""
        return sha256_bytes(json.dumps(self._about, sort_keys=True).encode())

    @property
    def finished(self) -> bool:
        """Whether the result is there, with the predictions it was computed from."""
        return (self.path / RESULT_FILE).is_file() and (self.path / PREDICTIONS_FILE).is_file()

    def open(self, *, fresh: bool = False) -> None:
        """Make the folder, or make sure that what lies in it belongs to this very run.

        A folder is a run's as soon as its key is there, which is written first; so a process may
        be killed here at any moment.

        Args:
            fresh: Throw away the run that lies there.

        Raises:
            RunError: What lies there belongs to another run (what differs is named), or to no run.
        """
        path = self.path / _KEY_FILE
        if self.path.is_dir():
            for name in (*_FILES, *self.files):  # half-written by a process that was killed
                for left in self.path.glob(f".{name}.*"):
                    shutil.rmtree(left, ignore_errors=True)
            inside = (each.name for each in self.path.iterdir())
            if not path.is_file() and any(name != self.drawn_first for name in inside):
                raise RunError(
                    f"{self.path} is no run folder, and not empty.", hint="Move it away."
                )
        if fresh and path.is_file():
            away = self.path.with_name(f".{self.path.name}.old")
            shutil.rmtree(away, ignore_errors=True)
            self.path.rename(away)
            shutil.rmtree(away)
        if path.is_file():
            self._check_key(path)
        else:
            self._prepare()
            write_json(path, self._about)
        self._describe()
        if self.finished:
            shutil.rmtree(self.path / PARTS, ignore_errors=True)

    def drawn(self) -> str:
        """What was drawn when the folder was made.

        Raises:
            RunError: The file is gone or damaged, and with it what the run was made with.
        """
        path = self.path / self.drawn_first
        try:
            text = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            text = ""
        if not text.isalnum():
            raise RunError(
                f"{path}, which holds what was drawn for this run, is missing or damaged.",
                hint="Add --fresh to draw and run anew.",
            )
        return text

    def _check_key(self, path: Path) -> None:
        try:
            known = json.loads(path.read_text(encoding="utf-8"))
            differ = _differences(known, self._about)
        except (ValueError, AttributeError, TypeError):
            differ = ["key, which cannot be read"]
        if differ:
            raise RunError(
                f"{self.path} holds a run with another {', another '.join(differ)}.",
                hint="Add --fresh (`make demo FRESH=1`) to replace it, or give another --out.",
            )


def _differences(known: dict[str, Any], about: dict[str, Any]) -> list[str]:
    """Names of what differs: ``trainer (device)`` where only that part of it does.

    What one of the two lacks differs, too: a run without quirks says nothing of them.
    """
    found = []
    for name in known | about:
        old, new = known.get(name), about.get(name)
        if isinstance(old, dict) and isinstance(new, dict):
            parts = [part for part in old | new if old.get(part) != new.get(part)]
            found += [f"{name} ({', '.join(parts)})"] if parts else []
        elif old != new:
            found.append(name)
    return found
