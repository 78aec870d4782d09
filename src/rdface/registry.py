"""Find a piece (a backbone, a learner, a protocol ...) by its name.

A piece is one file in its folder and registers itself. The folder is imported at the first
look-up, so that a new file is found without touching any list, and a start-up costs nothing.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from rdface.errors import UsageError

if TYPE_CHECKING:
    from pydantic import BaseModel

T = TypeVar("T")
Piece = TypeVar("Piece", bound="BaseModel")


def nearest(name: str, known: Iterable[str]) -> str:
    """``Did you mean ...?`` with up to three known names, or nothing where none is near."""
    near = get_close_matches(name, known, n=3, cutoff=0.5)
    return f"Did you mean {' or '.join(near)}?" if near else ""


class Registry(Generic[T]):
    """Names for the pieces of one kind.

    Args:
        kind: What the pieces are, in the singular, for messages (``"backbone"``).
        package: The package whose modules register them (``"rdface.backbones"``).
    """

    def __init__(self, kind: str, package: str) -> None:
        self.kind = kind
        self._package = package
        self._pieces: dict[str, T] = {}
        self._loaded = False

    def register(self, name: str) -> Callable[[T], T]:
        """Return a decorator that files a piece under ``name``."""

        def file(piece: T) -> T:
            known = self._pieces.get(name)
            if known is not None and known is not piece:
                raise ValueError(f"two pieces claim the {self.kind} name {name!r}")
            self._pieces[name] = piece
            return piece

        return file

    def names(self) -> list[str]:
        """All names, sorted."""
        self._load()
        return sorted(self._pieces)

    def get(self, name: str) -> T:
        """The piece called ``name``.

        Raises:
            UsageError: No piece has that name; the nearest names are shown.
        """
        self._load()
        if name in self._pieces:
            return self._pieces[name]
        known = sorted(self._pieces)
        raise UsageError(
            f"There is no {self.kind} called {name!r}.",
            hint=f"{nearest(name, known)} Known: {', '.join(known)}.".lstrip(),
        )

    def get_with_argument(self, name: str) -> tuple[T, str | None]:
        """The piece and the rest of a name such as ``timm:resnet18``.

        A family is registered under the part before the colon.
        """
        family, colon, argument = name.partition(":")
        return self.get(family), (argument if colon else None)

    def takes_nothing(self, name: str, argument: str | None) -> None:
        """Refuse a name with something after the colon where nothing belongs.

        Raises:
            UsageError: There is something.
        """
        if argument is not None:
            raise UsageError(f"The {self.kind} {name!r} takes nothing after a colon.")

    def _load(self) -> None:
        if self._loaded:
            return
        package = importlib.import_module(self._package)
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{self._package}.{module.name}")
        self._loaded = True


def make_piece(
    registry: Registry[type[Piece]], name: str, options: Mapping[str, Any], hint: str
) -> Piece:
    """The piece called ``name`` whose options are its fields.

    Args:
        registry: Of pieces that are pydantic models.
        name: Its name.
        options: Field to value.
        hint: What shows its options.

    Raises:
        UsageError: There is no such piece, or an option cannot be so.
    """
    from pydantic import ValidationError

    kind = registry.get(name)
    try:
        return kind.model_validate(dict(options))
    except ValidationError as error:
        # Without what was given: it may be a key.
        faults = [
            ": ".join([*map(str, one["loc"]), one["msg"].removeprefix("Value error, ")])
            for one in error.errors(include_input=False, include_url=False)
        ]
        raise UsageError(
            f"The {registry.kind} {name} cannot be made so: {'; '.join(faults).rstrip('.')}.",
            hint=hint,
        ) from None
