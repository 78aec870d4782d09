"""Pages of the documentation, and what stands in their blocks to be typed.

A ``console`` block holds commands behind ``$ `` (a backslash at the end of a line, or ``> `` before
the next one, goes on) and, below each, what it says. What is not run by CI says so to the reader:
``# not run in CI: 3 hours`` behind the command, or ``*Not run in CI: 3 hours.*`` below the block.
A block with a title, ``yaml title="my.yaml"``, is a file that the reader writes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
LANGUAGES = {"console", "python", "yaml", "text", "csv", "json", "ini"}
"""``text`` holds what a program says, formulas and folders."""

_FENCE = re.compile(r"^```(?P<language>\S*)(?: title=\"(?P<title>[^\"]+)\")?$")
_BELOW = re.compile(r"\n*\*Not run in CI: (?P<why>[^*]+?)\.?\*\n")
_BEHIND = re.compile(r"#.*\bnot run in CI: (?P<why>.+)$", re.M)


@dataclass(frozen=True)
class Command:
    """One command of a console block.

    Attributes:
        text: What is typed.
        line: Where it stands in its page, from 1.
        said: What the page shows of the answer; ``...`` stands for anything.
        why_not: Why CI does not run it; None if it does.
    """

    text: str
    line: int
    said: tuple[str, ...]
    why_not: str | None


@dataclass(frozen=True)
class Block:
    """A fenced block; ``line`` is that of its first line, from 1."""

    language: str
    title: str | None
    text: str
    line: int
    why_not: str | None

    def commands(self) -> list[Command]:
        """The commands of a console block, in order."""
        found: list[tuple[int, list[str], list[str]]] = []
        for line, text in enumerate(self.text.splitlines(), start=self.line):
            typed = found[-1][1] if found else []
            if text.startswith("$ "):
                found.append((line, [text[2:]], []))
            elif typed and not found[-1][2] and text.startswith("> "):
                typed.append(text[2:])
            elif typed and not found[-1][2] and typed[-1].endswith("\\"):
                typed.append(text)
            elif found:
                found[-1][2].append(text)
            else:
                raise ValueError(f"line {line}: no command stands above {text!r}")
        return [
            Command("\n".join(typed), line, tuple(said), self._reason("\n".join(typed)))
            for line, typed, said in found
        ]

    def _reason(self, text: str) -> str | None:
        behind = _BEHIND.search(text)
        return behind["why"].strip() if behind else self.why_not


def blocks(page: Path) -> list[Block]:
    """All fenced blocks of a page, in order."""
    lines = page.read_text(encoding="utf-8").splitlines()
    found = []
    at = 0
    while at < len(lines):
        fence = _FENCE.match(lines[at])
        at += 1
        if fence is None:
            continue
        end = lines.index("```", at)
        text = "\n".join(lines[at:end]) + "\n"
        below = _BELOW.match("\n".join(lines[end + 1 :]) + "\n")
        why = " ".join(below["why"].split()) if below else None
        if fence["language"] == "python" and (inside := _BEHIND.search(text)):
            why = inside["why"]
        found.append(Block(fence["language"], fence["title"], text, at + 1, why))
        at = end + 1
    return found


def mentions(page: Path) -> list[str]:
    """Calls of rdface in the running text; they may lack arguments."""
    return re.findall(r"`(rdface [^`]+)`", page.read_text(encoding="utf-8"))


def name_of(page: Path) -> str:
    """The page's path below the repository, without the suffix."""
    return str(page.relative_to(ROOT).with_suffix(""))
