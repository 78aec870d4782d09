"""Hooks of mkdocs: the page of all commands, and docstrings without marks of Sphinx.

The page is made of what click knows, so it cannot be wrong about an option.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from html import escape

import click

from rdface.cli.main import rdface

PLACE = "<!-- every command -->"


ROLE = re.compile(r":(?:func|class|meth|attr|mod|data|exc):<code>~?")
"""In front of a name in a docstring; the site shows the name alone."""


def on_page_markdown(markdown: str, **_: object) -> str:
    """Called by mkdocs for every page."""
    return markdown.replace(PLACE, "\n".join(manual())) if PLACE in markdown else markdown


def on_page_content(html: str, **_: object) -> str:
    """Called by mkdocs with every page as HTML."""
    return ROLE.sub("<code>", html)


def manual() -> Iterator[str]:
    """Lines of Markdown: a section for each command, groups before what they hold."""
    for context in commands(click.Context(rdface, info_name="rdface")):
        command = context.command
        usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
        yield f"\n## {context.command_path}\n"
        yield f"```text\n{usage}\n```\n"
        yield escape(inspect.cleandoc(command.help or "").replace("\b\n", ""))
        if isinstance(command, click.Group):
            continue
        rows = [parameter.get_help_record(context) for parameter in command.params]
        yield "\n| option | what it does |\n| --- | --- |"
        for option, about in (row for row in rows if row and row[1]):
            yield f"| `{option.replace('|', chr(92) + '|')}` | {_cell(about)} |"


def _cell(text: str) -> str:
    """Words in a cell of a table."""
    return escape(" ".join(text.split())).replace("|", "\\|").replace("[", "\\[")


def commands(context: click.Context) -> Iterator[click.Context]:
    """Every command below a context's, in the order of the help; the group itself first."""
    yield context
    if isinstance(context.command, click.Group):
        for name in context.command.list_commands(context):
            found = context.command.get_command(context, name)
            if found is not None and not found.hidden:
                yield from commands(click.Context(found, parent=context, info_name=name))
