"""Options of a layout, as its function's keyword-only parameters declare them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_type_hints

from rdface.errors import UsageError
from rdface.registry import nearest

_KINDS: dict[Any, str] = {
    Path: "PATH",
    Path | None: "PATH",
    int: "NUMBER",
    bool: "true|false",
    str: "TEXT",
    str | None: "TEXT",
}


@dataclass(frozen=True)
class Option:
    """One option.

    Attributes:
        name: As a parameter.
        type: ``Path | None``, ``int``, ``bool``, ``str`` or ``str | None``.
        default: What it is where it is not given.
        help: What the docstring says of it, on one line.
    """

    name: str
    type: Any
    default: Any
    help: str

    @property
    def metavar(self) -> str:
        """What to write for the value: ``PATH``, ``NUMBER`` ..."""
        return _KINDS[self.type]

    def read(self, text: str) -> Any:  # noqa: ANN401 - whatever the option takes
        """The value of a text.

        Raises:
            UsageError: It is none; the text is not repeated, for it may be a key.
        """
        if self.type is int:
            if not re.fullmatch(r"[0-9]{1,9}", text):
                raise UsageError(f"--set {self.name} must be a whole number.")
            return int(text)
        if self.type is bool:
            if text.lower() not in ("true", "false", "yes", "no"):
                raise UsageError(f"--set {self.name} must be true or false.")
            return text.lower() in ("true", "yes")
        return Path(text) if self.type in (Path, Path | None) else text


def options_of(piece: Callable[..., Any]) -> dict[str, Option]:
    """The options of an importer or exporter, in its order."""
    kinds = get_type_hints(piece)
    words = _words(inspect.getdoc(piece) or "")
    return {
        name: Option(name, kinds[name], parameter.default, words.get(name, ""))
        for name, parameter in inspect.signature(piece).parameters.items()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    }


def check_options(name: str, piece: Callable[..., Any], given: Mapping[str, Any]) -> None:
    """Raise for an option that a layout does not have: it would have no effect, unseen.

    Raises:
        UsageError: There is one; the layout's own are shown.
    """
    known = options_of(piece)
    for option in given:
        if option not in known:
            takes = ", ".join(f"--set {one}={known[one].metavar}" for one in sorted(known))
            takes = takes or "none"
            raise UsageError(
                f"The layout {name!r} has no option {option!r}.",
                hint=f"{nearest(option, known)} It has: {takes}.".lstrip(),
            )


def _words(docstring: str) -> dict[str, str]:
    """Parameter -> its lines under ``Args``, joined."""
    section = re.search(r"^Args:\n((?:[ ]+.*\n?|\n)*)", docstring, re.MULTILINE)
    found: dict[str, str] = {}
    name = ""
    for line in (section[1] if section else "").splitlines():
        entry = re.match(r" {4}(\w+): (.*)", line)
        if entry:
            name = entry[1]
            found[name] = entry[2]
        elif name and line.strip():
            found[name] += f" {line.strip()}"
    return found
