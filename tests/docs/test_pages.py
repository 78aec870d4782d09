"""What the README and the pages tell people to type exists, and every page can be found."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.docs.asking import calls, check_call, program
from tests.docs.pages import DOCS, LANGUAGES, PAGES, ROOT, blocks, mentions, name_of

README = ROOT / "README.md"
NEEDS = re.compile(
    r"\b(minutes?|hours?|days|GPU|hub|hubs|network|real data|cluster|until it is stopped"
    r"|a person decides|writes over)\b"
)
"""What may keep a command from running in CI."""


def typed(page: Path) -> list[list[str]]:
    """All calls in the console blocks of a page."""
    consoles = [block for block in blocks(page) if block.language == "console"]
    return [call for b in consoles for command in b.commands() for call in calls(command.text)]


every_page = pytest.mark.parametrize("page", [README, *PAGES], ids=name_of)


@every_page
def test_every_command_and_option_exists(page: Path) -> None:
    for call in typed(page):
        if program(call) != "python":
            check_call(call)
    for code in mentions(page):
        check_call(calls(code)[0], whole=False)


@pytest.mark.slow
@every_page
def test_every_benchmark_takes_such_arguments(page: Path) -> None:
    """Slow, as it imports each of them."""
    written = {block.title for block in blocks(page) if block.title is not None}
    for call in typed(page):
        if program(call) == "python" and call[1] not in written:
            check_call(call)


@every_page
def test_commands_stand_in_console_blocks(page: Path) -> None:
    """Else nothing would run them: no other language, no indented block, no prompt elsewhere."""
    for block in blocks(page):
        assert block.language in LANGUAGES, f"line {block.line}"
        if block.language != "console":
            assert not re.search(r"^\s*(\$|rdface|pip|python) ", block.text, re.M), block.line
    if page is not README:
        indented = r"\n\n {4}(\$ |rdface |python |pip |make ).*"
        assert not re.search(indented, page.read_text(encoding="utf-8"))


@every_page
def test_what_ci_does_not_run_says_why(page: Path) -> None:
    for block in blocks(page):
        commands = block.commands() if block.language == "console" else [block]
        for why in filter(None, (command.why_not for command in commands)):
            assert NEEDS.search(why), f"line {block.line}: {why!r} is no reason that we know"


@every_page
def test_every_import_of_an_example_works(page: Path) -> None:
    for block in blocks(page):
        if block.language == "python":
            for statement in ast.parse(block.text).body:
                if isinstance(statement, ast.Import | ast.ImportFrom):
                    exec(ast.unparse(statement))  # noqa: S102 - our own pages


@every_page
def test_every_link_and_picture_is_there(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_every_page_stands_in_the_navigation_once() -> None:
    loader = type("Loader", (yaml.SafeLoader,), {})
    loader.add_multi_constructor("", lambda *_: None)  # type: ignore[attr-defined]
    site = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), loader)  # noqa: S506
    assert sorted(_pages(site["nav"])) == sorted(str(page.relative_to(DOCS)) for page in PAGES), (
        "add the page under `nav` in mkdocs.yml"
    )


def _pages(part: str | list[Any] | dict[str, Any]) -> list[str]:
    if isinstance(part, str):
        return [part]
    parts = part.values() if isinstance(part, dict) else part
    return [page for one in parts for page in _pages(one)]


def test_every_package_has_a_page_in_the_reference() -> None:
    packages = ROOT.glob("src/rdface/*/__init__.py")
    public = [path for path in packages if "__all__" in path.read_text(encoding="utf-8")]
    named = {path.stem for path in (DOCS / "reference").glob("*.md")}
    assert {path.parent.name for path in public} <= named


def test_pages_are_read_at_all() -> None:
    counted = sum(len(b.commands()) for p in PAGES for b in blocks(p) if b.language == "console")
    assert counted > 100


def test_job_scripts_can_be_read_by_bash() -> None:
    """They run nowhere in CI, which has no cluster."""
    scripts = [
        block for page in PAGES for block in blocks(page) if (block.title or "").endswith(".sbatch")
    ]
    assert scripts
    for script in scripts:
        subprocess.run(["bash", "-n"], input=script.text, text=True, check=True)
