"""Every command and every Python block of the pages runs as it is written, and says what is shown.

One test a page: its commands run in order in a folder of its own, in which lie photographs and
cohorts that stand for the reader's (simulated ones) and a finished, short demo.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from rdface.files import cache_dir
from tests.docs.belongings import finish_demo, keep_a_table, lay_out
from tests.docs.pages import PAGES, Block, blocks, name_of
from tests.docs.shell import LENT, Shell, complaint

pytestmark = [pytest.mark.slow, pytest.mark.weights]


def runs(block: Block) -> bool:
    """Whether something of a block is to be run."""
    if block.language == "console":
        return any(command.why_not is None for command in block.commands())
    return block.language == "python" and block.title is None and block.why_not is None


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a reader starts from, made once for all pages and workers of pytest."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "docs-start"
    with FileLock(f"{shared}.lock"):
        if not (shared / "runs").exists():
            shutil.rmtree(shared, ignore_errors=True)
            lay_out(shared)
            begun = _shell(shared)
            keep_a_table(begun)
            finish_demo(begun)
    return shared


@pytest.fixture
def shell(start: Path, tmp_path: Path) -> Shell:
    """A shell in a copy of what a reader starts from, with a cache of its own."""
    folder = tmp_path / "reader"
    shutil.copytree(start, folder, ignore=lambda _, names: {*names} & {*LENT, "weights"})
    return _shell(folder)


def _shell(folder: Path) -> Shell:
    cache = folder / "cache"
    cache.mkdir(mode=0o700, exist_ok=True)
    (cache / "weights").symlink_to(cache_dir("weights"))
    return Shell(folder, cache)


@pytest.mark.parametrize(
    "page", [page for page in PAGES if any(map(runs, blocks(page)))], ids=name_of
)
def test_commands_do_what_the_page_says(
    page: Path, shell: Shell, record_property: Callable[[str, object], None]
) -> None:
    for block in blocks(page):
        if block.title is not None:
            (shell.folder / block.title).write_text(block.text, encoding="utf-8")
        elif block.language == "python" and block.why_not is None:
            answer = shell.python(block.text)
            assert answer.code == 0, f"{page}:{block.line}\n{answer.said}"
            record_property(f"python, line {block.line}", answer.seconds)
        for command in block.commands() if block.language == "console" else []:
            if command.why_not is None:
                answer = shell.type(command.text)
                wrong = complaint(command, answer)
                where = f"{page}:{command.line}\n$ {command.text}\n{answer.said}"
                assert wrong is None, f"{where}\n{wrong}"
                record_property(command.text, answer.seconds)
