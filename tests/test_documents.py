"""What the README and the docs tell people to type is there to be typed."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path

import click
import pytest

from rdface.cli.main import rdface

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def commands(page: Path) -> list[tuple[str, bool]]:
    """Calls of rdface in blocks, which are whole, and in the running text, which may not be."""
    text = page.read_text(encoding="utf-8")
    whole = re.findall(r"^\$ (rdface .+)$", text, re.MULTILINE)
    mentioned = re.findall(r"`(rdface [^`]+)`", text)
    return [(line, True) for line in whole] + [(code, False) for code in mentioned]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_and_option_exists(page: Path) -> None:
    for line, whole in commands(page):
        command: click.Command = rdface
        name, *arguments = shlex.split(line, comments=True)
        while isinstance(command, click.Group) and arguments:
            name = arguments.pop(0)
            found = command.get_command(click.Context(command), name)
            assert found is not None, line
            command = found
        if whole and not isinstance(command, click.Group):
            command.make_context(name, arguments)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_import_of_an_example_works(page: Path) -> None:
    for block in re.findall(r"^```python\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL):
        for statement in ast.parse(block).body:
            if isinstance(statement, ast.Import | ast.ImportFrom):
                exec(ast.unparse(statement))  # noqa: S102 - our own pages


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_and_picture_is_there(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_pages_are_read_at_all() -> None:
    assert sum(len(commands(page)) for page in PAGES) > 15
