"""Read an ontology file of the format obo 1.2: the names of terms, and what became of old ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from rdface.errors import UsageError

Scope = Literal["label", "exact", "narrow", "related", "broad"]

_SYNONYM = re.compile(r'"((?:[^"\\]|\\.)*)" (EXACT|NARROW|RELATED|BROAD)((?: [\w:]+)*) \[')
_ORDER: Final[dict[Scope, int]] = {"label": 0, "exact": 1, "narrow": 2, "related": 3, "broad": 4}


@dataclass(frozen=True)
class Name:
    """One name of a term.

    Attributes:
        text: As the ontology writes it.
        scope: How well it fits: the label, or the scope of a synonym.
        layperson: Whether it is marked as words for people who are no doctors.
        abbreviation: Whether it is an abbreviation.
    """

    text: str
    scope: Scope
    layperson: bool = False
    abbreviation: bool = False

    @property
    def rank(self) -> tuple[int, bool]:
        """Label, layperson exact, exact, then the rest."""
        return _ORDER[self.scope], not self.layperson


@dataclass(frozen=True)
class Stanza:
    """What is kept of one term of an obo file."""

    id: str
    names: tuple[Name, ...]
    alternatives: tuple[str, ...]
    consider: tuple[str, ...] = ()


def read_obo(path: Path) -> tuple[str, tuple[Stanza, ...]]:
    """Release, and the names and alternative ids of every term, of an obo 1.2 file.

    Raises:
        UsageError: It is no obo file of the HPO.
    """
    release, stanzas = "", []
    with path.open(encoding="utf-8") as stream:
        for kind, lines in _stanzas(line.rstrip("\n") for line in stream):
            if not kind:
                release = dict(lines).get("data-version", "").rpartition("/")[2]
            elif kind == "[Term]":
                stanzas.append(_stanza(lines))
    if not stanzas or not release:
        raise UsageError(f"{path} is no obo file of the Human Phenotype Ontology.")
    return release, tuple(stanzas)


def _stanzas(lines: Iterable[str]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    kind, pairs = "", list[tuple[str, str]]()
    for line in lines:
        if line.startswith("["):
            yield kind, pairs
            kind, pairs = line.strip(), []
        elif line:
            key, _, value = line.partition(": ")
            pairs.append((key, value))
    yield kind, pairs


def _stanza(pairs: Iterable[tuple[str, str]]) -> Stanza:
    identifier, names, alternatives, consider = "", list[Name](), list[str](), list[str]()
    for key, value in pairs:
        if key == "id":
            identifier = value
        elif key == "name":
            names.append(Name(value.removeprefix("obsolete ").strip(), "exact"))
        elif key == "alt_id":
            alternatives.append(value)
        elif key == "consider":
            consider.append(value.split()[0])
        elif key == "synonym" and (match := _SYNONYM.match(value)):
            kinds = match[3].split()
            if "obsolete_synonym" not in kinds:
                names.append(_name(match[1], match[2], kinds))
    return Stanza(identifier, tuple(names), tuple(alternatives), tuple(consider))


def _name(text: str, scope: str, kinds: list[str]) -> Name:
    scopes: dict[str, Scope] = {
        "EXACT": "exact",
        "NARROW": "narrow",
        "RELATED": "related",
        "BROAD": "broad",
    }
    return Name(
        text.replace('\\"', '"'),
        scopes[scope],
        layperson="layperson" in kinds,
        abbreviation="abbreviation" in kinds,
    )
