"""The changes from one version of a cohort to the next, for people and for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rdface.cohort.diff import Change, CohortDiff, Version


@dataclass(frozen=True)
class Section:
    """One kind of change.

    Attributes:
        title: What changed.
        n: How often.
        tally: How often by column, in words; empty where there is nothing to divide by.
        rows: Each change, with ids.
    """

    title: str
    n: int
    tally: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()


def sections(diff: CohortDiff) -> list[Section]:
    """All kinds of change that there are, in the order of a changelog."""
    listed = [
        _keys(diff),
        _ids("Columns added", diff.columns_added),
        _ids("Columns removed", diff.columns_removed),
        _ids("Conditions added", diff.conditions_added),
        _ids("Conditions removed", diff.conditions_removed),
        _cells("Conditions changed", diff.condition_changes),
        _ids("Patients added", diff.patients_added),
        _ids("Patients removed", diff.patients_removed),
        _pairs("Patients under another id", diff.patients_renamed),
        _pairs("Patients merged", [(", ".join(ids), to) for ids, to in diff.patients_merged]),
        _pairs("Patients divided", [(of, ", ".join(ids)) for of, ids in diff.patients_divided]),
        _ids("Images added", diff.images_added),
        _ids("Images removed", diff.images_removed),
        _pairs("Images under another id", diff.images_renamed),
        Section(
            "Pictures replaced under the same id",
            len(diff.pictures_replaced),
            rows=tuple(
                f"{one.image}: {one.before[:12]} -> {one.after[:12]}"
                + (f" (was the picture of {one.was_of})" if one.was_of else "")
                for one in diff.pictures_replaced
            ),
        ),
        _cells("Images changed", diff.image_changes),
        _ids("Order changed", diff.reordered),
    ]
    return [section for section in listed if section.n]


def as_text(diff: CohortDiff, *, shown: int | None = 10, counts: bool = False) -> str:
    """For a terminal.

    Args:
        diff: The changes.
        shown: So many rows of each kind; all if None.
        counts: Numbers and columns only: no ids, no values.
    """
    before, after = _name(diff.before), _name(diff.after)
    if diff.same:
        return f"{before} and {after} are the same: sha256 {diff.after.sha256}\n"
    lines = [f"{before} -> {after}", *(f"  {line}" for line in _sizes(diff))]
    for section in sections(diff):
        lines.append(f"{section.title}: {section.n}")
        lines += [f"  {line}" for line in section.tally]
        if not counts:
            lines += [f"    {line}" for line in _first(section.rows, shown)]
    return "\n".join(lines) + "\n"


def as_markdown(
    diff: CohortDiff, *, shown: int | None = 10, counts: bool = False, date: str = ""
) -> str:
    """An entry of a CHANGELOG; arguments as of :func:`as_text`, and the date of the version."""
    heading = f"## {_name(diff.after)}" + (f" ({date})" if date else "")
    if diff.same:
        return f"{heading}\n\nThe same as {_name(diff.before)}.\n"
    lines = [heading, "", f"Since {_name(diff.before)}:", ""]
    lines += [f"- {line}" for line in _sizes(diff)]
    for section in sections(diff):
        lines += ["", f"### {section.title}: {section.n}", ""]
        lines += [f"- {line}" for line in section.tally]
        if not counts:
            rows = [f"- `{line}`" for line in _first(section.rows, shown)]
            lines += ["", *rows] if section.tally else rows
        if lines[-1] == "":
            lines.pop()
    return "\n".join(lines) + "\n"


def as_plain(diff: CohortDiff, *, counts: bool = False) -> dict[str, Any]:
    """Plain types that JSON can hold; arguments as of :func:`as_text`."""
    plain: dict[str, Any] = {
        "same": diff.same,
        "before": asdict(diff.before),
        "after": asdict(diff.after),
        "counts": {section.title: section.n for section in sections(diff)},
        "columns": {section.title: list(section.tally) for section in sections(diff)},
    }
    if not counts:
        plain["changes"] = {
            name: value for name, value in asdict(diff).items() if name not in ("before", "after")
        }
    return plain


def _name(version: Version) -> str:
    return f"{version.name} {version.version}"


def _sizes(diff: CohortDiff) -> list[str]:
    pairs = {
        name: (getattr(diff.before, name), getattr(diff.after, name))
        for name in ("images", "patients", "conditions")
    }
    lines = [f"{name}: {a}" if a == b else f"{name}: {a} -> {b}" for name, (a, b) in pairs.items()]
    return [*lines, f"sha256: {diff.before.sha256[:12]} -> {diff.after.sha256[:12]}"]


def _first(rows: Sequence[str], shown: int | None) -> list[str]:
    if shown is None or len(rows) <= shown:
        return list(rows)
    return [*rows[:shown], f"and {len(rows) - shown} more"]


def _ids(title: str, ids: Sequence[str]) -> Section:
    return Section(title, len(ids), rows=tuple(ids))


def _pairs(title: str, pairs: Iterable[tuple[str, str]]) -> Section:
    rows = tuple(f"{before} -> {after}" for before, after in pairs)
    return Section(title, len(rows), rows=rows)


def _keys(diff: CohortDiff) -> Section:
    return Section(
        "Metadata changed",
        len(diff.metadata),
        tuple(change.where for change in diff.metadata),
        tuple(_row(change) for change in diff.metadata),
    )


def _cells(title: str, changes: Sequence[Change]) -> Section:
    tally = []
    for column in dict.fromkeys(change.column for change in changes):
        here = [change for change in changes if change.column == column]
        kinds = Counter(_kind(change) for change in here)
        how = ", ".join(f"{n} {kind}" for kind, n in sorted(kinds.items()))
        tally.append(f"{column}: {how}")
    rows = tuple(_row(change) for change in changes)
    return Section(title, len({change.where for change in changes}), tuple(tally), rows)


def _kind(change: Change) -> str:
    if not change.before:
        return "filled in"
    return "changed" if change.after else "emptied"


def _row(change: Change) -> str:
    column = f" {change.column}" if change.column else ""
    return f"{change.where}{column}: {_cut(change.before)} -> {_cut(change.after)}"


def _cut(value: str, at: int = 60) -> str:
    return (value if len(value) <= at else f"{value[:at]}...") or "(empty)"
