"""A reader's shell: the commands of one page, in order, in a scratch folder."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from tests.docs.pages import ROOT, Command

LENT = ("specs", "benchmarks", "scripts")
"""Folders of the repository that commands name; links, so nothing may be written there."""

PATIENCE = 300
"""Seconds that a single command may take, on a busy machine."""


@dataclass(frozen=True)
class Answer:
    """What a command said, its exit code, and how long it took (seconds of the clock)."""

    said: str
    code: int
    seconds: float


class Shell:
    """Runs commands as somebody would who has read the page so far.

    Args:
        folder: Where they run; the repository's folders are linked into it.
        cache: rdface's cache.
    """

    def __init__(self, folder: Path, cache: Path) -> None:
        self.folder = folder
        for name in LENT:
            (folder / name).symlink_to(ROOT / name)
        programs = Path(sys.executable).parent
        self._environment = {
            **os.environ,
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
            "RDFACE_CACHE": str(cache),
            "COLUMNS": "200",
            # Nothing on the pages that run needs a network.
            "PIP_NO_INDEX": "1",
            "HF_HUB_OFFLINE": "1",
        }

    def type(self, text: str) -> Answer:
        """Run a command in bash."""
        return self._run(["bash", "-o", "pipefail", "-c", text])

    def python(self, text: str) -> Answer:
        """Run a Python block as a program of its own."""
        program = self.folder / "example.py"
        program.write_text(text, encoding="utf-8")
        return self._run([sys.executable, program.name])

    def _run(self, command: list[str]) -> Answer:
        begun = perf_counter()
        with subprocess.Popen(
            command,
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        ) as process:
            try:
                said, _ = process.communicate(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                said = process.communicate()[0] + f"\nstopped after {PATIENCE} s"
        # The pages shorten folders.
        said = said.replace(f"{self.folder}{os.sep}", "")
        return Answer(said, process.returncode, perf_counter() - begun)


def complaint(command: Command, answer: Answer) -> str | None:
    """What is wrong with an answer; None where it is what the page says.

    A command succeeds, unless the page shows an ``Error``. Lines that the page shows were said, in
    that order; ``...`` in them stands for anything.
    """
    meant_to_fail = any(line.startswith("Error") for line in command.said)
    if (answer.code != 0) != meant_to_fail:
        return f"exit code {answer.code}"
    rest = answer.said
    for line in filter(str.strip, command.said):
        pattern = ".*".join(re.escape(part) for part in line.strip().split("..."))
        found = re.search(rf"^\s*{pattern}\s*$", rest, re.MULTILINE)
        if found is None:
            return f"the page shows a line that was not said (or not here): {line!r}"
        rest = rest[found.end() :]
    return None
