"""Asks the real programs whether they know a command of a page, without running it."""

from __future__ import annotations

import argparse
import re
import runpy
import shlex
import sys
import tomllib
from itertools import groupby
from pathlib import Path
from unittest.mock import patch

import click
import pytest

from rdface.cli.main import rdface
from tests.docs.pages import ROOT

OTHER_PROGRAMS = {"cat", "cd", "cp", "curl", "done", "echo", "export", "head", "ls", "mkdir", "mv"}
OTHER_PROGRAMS |= {"phenotk", "mlcroissant", "ray", "sbatch", "scancel", "squeue", "git", "tar"}
"""Not ours: whether they know their options is seen where they run."""


def calls(text: str) -> list[list[str]]:
    """The simple commands of a command line, comments and settings of the environment apart."""
    words = shlex.shlex(text.replace("\\\n", " "), posix=True, punctuation_chars=";|&")
    words.whitespace_split = True
    parts = groupby(words, key=lambda word: set(word) <= set(";|&"))
    found = [list(part) for between, part in parts if not between]
    settings = re.compile(r"[A-Z_]+=")
    return [call[next(i for i, w in enumerate(call) if not settings.match(w)) :] for call in found]


def program(call: list[str]) -> str:
    """What is called, without its folder: ``.venv/bin/python3`` is ``python``."""
    return Path(call[0]).name.removesuffix("3")


def check_call(call: list[str], *, whole: bool = True) -> None:
    """Fail where the program does not know such a call.

    Args:
        call: Program and arguments.
        whole: Arguments are there, too; else only the command must exist.
    """
    name, arguments = program(call), call[1:]
    if name == "rdface":
        _check_rdface(arguments, whole)
    elif name == "python":
        _check_python(arguments)
    elif name == "pip":
        _check_extras(arguments)
    elif name == "make":
        made = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
        assert {word for word in arguments if "=" not in word} <= set(made)
    else:
        assert name in OTHER_PROGRAMS, f"who knows {name}?"


def _check_rdface(arguments: list[str], whole: bool) -> None:
    name = "rdface"
    command: click.Command | None = rdface
    context: click.Context | None = None
    while isinstance(command, click.Group) and arguments and not arguments[0].startswith("-"):
        context = command.make_context(name, arguments, parent=context)
        words = [*context._protected_args, *context.args]
        found, command, arguments = command.resolve_command(context, words)
        assert found is not None and command is not None
        name = found
    if whole and command is not None and not isinstance(command, click.Group):
        try:
            command.make_context(name, arguments, parent=context)
        except click.exceptions.Exit:
            pass  # --help
        except click.BadParameter as error:
            # Whether a file is there is seen where the command runs.
            if "does not exist" not in error.message:
                raise


class _Parsed(Exception):
    """The arguments were understood."""


def _check_python(arguments: list[str]) -> None:
    """A script or module of the repository takes these arguments (those without argparse: none)."""
    if arguments[0] == "-m":
        module, *given = arguments[1:]
        script = ROOT / f"{module.replace('.', '/')}.py"
        if module == "pytest":
            assert all((ROOT / word).exists() for word in given if "/" in word)
            return
        if module.split(".")[0] in sys.stdlib_module_names:
            return
    else:
        script, given = ROOT / arguments[0], arguments[1:]
    assert script.is_file(), f"there is no {script}"
    if "argparse" not in script.read_text(encoding="utf-8"):
        assert not given, f"{script.name} takes no arguments"
        return
    understand = argparse.ArgumentParser.parse_args

    def stop(parser: argparse.ArgumentParser, *_: object) -> None:
        understand(parser)
        raise _Parsed

    with (
        patch.object(argparse.ArgumentParser, "parse_args", stop),
        patch.object(sys, "argv", [str(script), *given]),
        patch.object(sys, "path", [str(script.parent), str(ROOT), *sys.path]),
        pytest.raises(_Parsed),
    ):
        runpy.run_path(str(script), run_name="__main__")


def _check_extras(arguments: list[str]) -> None:
    """``pip install -e '.[extra,...]'`` names extras that there are."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for word in arguments:
        if found := re.fullmatch(r"(?:\.|rdface)\[(.+)\]", word):
            assert set(found[1].split(",")) <= set(project["optional-dependencies"]), word
