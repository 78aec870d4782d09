"""Import Hugging Face ``imagefolder``: with ``metadata.csv``, or with a folder a label."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rdface.cohort.adapters.adapter import IMPORTERS, Imported
from rdface.cohort.adapters.dataset_card import card_terms
from rdface.cohort.adapters.faults import closed_pictures, need_folder, refuse, table
from rdface.cohort.adapters.folder import check_new
from rdface.cohort.adapters.imagefolder import FILE, LABEL, METADATA
from rdface.cohort.adapters.labelled import labelled_tables
from rdface.cohort.adapters.picture_names import id_of, leaves
from rdface.cohort.adapters.rebuilding import pictures_at, rebuild
from rdface.cohort.adapters.tables import FOLDER, Tables, read_tables
from rdface.cohort.check import Problem
from rdface.imaging import OPENED_SUFFIXES


@IMPORTERS.register("imagefolder")
def import_imagefolder(source: Path, out: Path, *, about: Path | None = None) -> Imported:
    """Hugging Face imagefolder: metadata.csv with file_name and label, or <label>/<picture>.

    Args:
        source: The folder; every metadata.csv below it is read (``train/``, ``test/`` ...).
        out: Folder of the new cohort.
        about: A cohort.yaml for a folder that rdface did not write.

    Raises:
        UsageError: ``out`` is in use.
        CohortError: Faults; all are named: rows without a file, files without a row, paths and
            links that leave the folder, no label.
    """
    check_new(out, outside=source)
    need_folder(source)
    tables, problems = read_tables(source)
    rows, found = _rows(source)
    problems += found + closed_pictures(map(source.joinpath, _files_below(source)), source)
    notes: list[str] = []
    paths = {id_of(row["image_id"]): source / row["path"] for row in rows}
    if len(paths) < len(rows):
        problems += _twins(rows)
    if tables is not None:
        problems += _disagreements(tables, rows)
    elif not problems:
        listed = [{k: v for k, v in row.items() if k != "path"} for row in rows]
        tables, found, notes = labelled_tables(source, about, listed, card_terms(source))
        problems += found
        paths = dict(zip(tables.images["image_id"], paths.values(), strict=True)) if tables else {}
    refuse(source, problems)
    assert tables is not None  # noqa: S101 - or there was a problem
    return Imported(rebuild(source, out, tables, pictures_at(paths, source)), tuple(notes))


def _rows(source: Path) -> tuple[list[dict[str, str]], list[Problem]]:
    """A row a picture: ``image_id`` (the stem as it stands), ``path`` below the folder, columns."""
    rows: list[dict[str, str]] = []
    problems: list[Problem] = []
    files = sorted(source.rglob(METADATA))
    for file in files:
        read, found = table(file, (FILE,))
        name = file.relative_to(source).as_posix()
        problems += [Problem(name, p.row, p.column, p.reason) for p in found]
        for number, row in enumerate(read or [], start=2):
            stated = row.pop(FILE)
            path = (file.parent / stated).relative_to(source) if not leaves(stated) else None
            if path is None or not _inside(source, source / path):
                problems.append(Problem(name, number, FILE, f"{stated!r} leaves the folder"))
            elif not (source / path).is_file():
                problems.append(Problem(name, number, FILE, f"there is no file {stated!r}"))
            else:
                image_id = row.get("image_id") or path.stem
                rows.append({**row, "image_id": image_id, "path": str(path), "file": path.name})
    if not files:
        return _folders(source)
    listed = {row["path"] for row in rows}
    problems += [
        Problem(str(path), None, None, f"has no row in {METADATA}")
        for path in _pictures_below(source)
        if str(path) not in listed
    ]
    return rows, problems


def _folders(source: Path) -> tuple[list[dict[str, str]], list[Problem]]:
    """Without a metadata.csv: the folder of a picture is its label."""
    rows, problems = [], []
    for path in _pictures_below(source):
        if not _inside(source, source / path):
            problems.append(Problem(str(path), None, None, "is a link that leaves the folder"))
        elif path.parent == Path():
            problems.append(Problem(str(path), None, None, "lies in no label's folder"))
        else:
            image_id = "-".join(path.with_suffix("").parts)
            rows.append(
                {
                    "image_id": image_id,
                    "path": str(path),
                    "file": path.name,
                    LABEL: path.parent.name,
                }
            )
    return rows, problems


def _pictures_below(source: Path) -> list[Path]:
    return [path for path in _files_below(source) if path.suffix.lower() in OPENED_SUFFIXES]


def _files_below(source: Path) -> list[Path]:
    return sorted(
        path.relative_to(source)
        for path in source.rglob("*")
        if not path.name.startswith(".")
        and path.relative_to(source).parts[0] != FOLDER  # originals of restored pictures
    )


def _inside(root: Path, path: Path) -> bool:
    return path.resolve().is_relative_to(root.resolve())


def _twins(rows: list[dict[str, str]]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for row in rows:
        if first.setdefault(row["image_id"], row["path"]) != row["path"]:
            reason = f"has the id of {first[row['image_id']]}: {row['image_id']!r}"
            yield Problem(row["path"], None, None, reason)


def _disagreements(tables: Tables, rows: list[dict[str, str]]) -> Iterator[Problem]:
    """Labels that somebody altered in metadata.csv and not in our table, or the other way."""
    ours = dict(zip(tables.images["image_id"], tables.images["condition"], strict=True))
    for row in rows:
        said = row.get(LABEL, "")
        if row["image_id"] in ours and said != ours[row["image_id"]]:
            reason = f"{row['image_id']!r} is {said!r} here, {ours[row['image_id']]!r} in rdface/"
            yield Problem(METADATA, None, LABEL, reason)
