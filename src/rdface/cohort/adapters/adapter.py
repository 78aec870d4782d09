"""The registries of layouts, and what an importer and an exporter are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rdface.cohort.adapters.options import check_options
from rdface.cohort.cohort import Cohort
from rdface.cohort.terms import check_allowed
from rdface.registry import Registry


@dataclass(frozen=True)
class Imported:
    """A cohort that was read from another layout.

    Attributes:
        cohort: It, written and checked.
        notes: What the user must know of it, one sentence or more each.
    """

    cohort: Cohort
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exported:
    """A layout that was written from a cohort.

    Attributes:
        root: Its folder.
        pictures: How many pictures it holds.
        notes: What the user must know of it, one sentence or more each.
    """

    root: Path
    pictures: int
    notes: tuple[str, ...] = ()


Importer = Callable[..., Imported]
"""``importer(source, out, *, option=None, ...) -> Imported``.

``source`` is the folder to read; ``out`` does not exist or is empty, and is written whole or not
at all. Options are keyword-only; :mod:`rdface.cohort.adapters.options` reads them from there.
"""

Exporter = Callable[..., Exported]
"""``exporter(cohort, out, *, option=...) -> Exported``; ``out`` as for an importer."""

IMPORTERS: Registry[Importer] = Registry("layout to import", "rdface.cohort.adapters")
"""All layouts that become a cohort, by name."""

EXPORTERS: Registry[Exporter] = Registry("layout to export", "rdface.cohort.adapters")
"""All layouts that a cohort becomes, by name."""


def import_cohort(
    layout: str, source: Path, out: Path, options: Mapping[str, Any] | None = None
) -> Imported:
    """Read the folder ``source`` and write the cohort ``out``.

    Args:
        layout: A name in :data:`IMPORTERS`.
        source: Folder in that layout; it is only read.
        out: Folder of the new cohort; it must be new or empty.
        options: The layout's own options; those that are not given stay out.

    Raises:
        UsageError: No such layout, an option that it does not have, or ``out`` is in use.
        CohortError: ``source`` has faults; all of them are named, and nothing is written.
    """
    importer = IMPORTERS.get(layout)
    check_options(layout, importer, options or {})
    return importer(source, out, **(options or {}))


def export_cohort(
    layout: str,
    cohort: Cohort,
    out: Path,
    options: Mapping[str, Any] | None = None,
    *,
    own_use: bool = False,
) -> Exported:
    """Write ``cohort`` in another layout.

    Args:
        layout: A name in :data:`EXPORTERS`.
        cohort: It is only read.
        out: Folder to write; it must be new or empty.
        options: The layout's own options; those that are not given stay out.
        own_use: The copy stays with whoever holds the cohort. Terms that forbid to hand it on do
            not matter then; they lie beside it, as beside every export.

    Raises:
        TermsError: The cohort's terms forbid to hand it on, or to use it at all.
        UsageError: No such layout, an option that it does not have, ``out`` is in use, or the
            cohort has nothing to write.
    """
    exporter = EXPORTERS.get(layout)
    check_options(layout, exporter, options or {})
    check_allowed(cohort, "use" if own_use else "redistribution")
    return exporter(cohort, out, **(options or {}))
