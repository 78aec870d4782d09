"""Asks the real programs whether they know a command of a page, without running it."""

from __future__ import annotations

import argparse
import re
import runpy
import shlex
import sys
import tomllib
from itertools import groupby
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


def check_call(call: list[str], *, whole: bool = True) -> None:
    """Fail where the program does not know such a call.

    Args:
        call: Program and arguments.
        whole: Arguments are there, too; else only the command must exist.
    """
    program, *arguments = call
    if program == "rdface":
        _check_rdface(arguments, whole)
    elif program == "python":
        _check_python(arguments)
    elif program == "pip":
        _check_extras(arguments)
    elif program == "make":
        made = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
        assert {word for word in arguments if "=" not in word} <= set(made)
    else:
        assert program in OTHER_PROGRAMS, f"who knows {program}?"


def _check_rdface(arguments: list[str], whole: bool) -> None:
    command: click.Command = rdface
    context = click.Context(command, info_name="rdface")
    while isinstance(command, click.Group) and arguments and not arguments[0].startswith("-"):
        name, *arguments = arguments
        found = command.get_command(context, name)
        assert found is not None, f"there is no command {name}"
        command, context = found, click.Context(found, parent=context, info_name=name)
    if whole and not isinstance(command, click.Group):
        try:
            command.make_context(context.info_name, arguments)
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
        if module == "http.server":
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
