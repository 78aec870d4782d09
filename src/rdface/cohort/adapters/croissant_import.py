"""Import Croissant: folders of ours, and those of others whose files lie in the folder."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rdface.cohort.adapters.adapter import IMPORTERS, Imported
from rdface.cohort.adapters.croissant import DOCUMENT
from rdface.cohort.adapters.croissant_document import PICTURES
from rdface.cohort.adapters.faults import need_folder, refuse
from rdface.cohort.adapters.folder import check_new
from rdface.cohort.adapters.labelled import labelled_tables
from rdface.cohort.adapters.picture_names import id_of, leaves
from rdface.cohort.adapters.rebuilding import pictures_at, rebuild
from rdface.cohort.adapters.tables import read_tables
from rdface.cohort.check import Problem
from rdface.errors import CohortError, UsageError
from rdface.files import sha256_file
from rdface.imaging import OPENED_SUFFIXES

_ARCHIVES = ("zip", "tar", "gzip", "x-7z", "bzip", "git")
_PNG = (
    "Where a record names no file, its picture was read by mlcroissant and is kept as PNG: the same"
    " pixels, other bytes."
)


@IMPORTERS.register("croissant")
def import_croissant(
    source: Path, out: Path, *, about: Path | None = None, record_set: str | None = None
) -> Imported:
    """Croissant: a croissant.json (or another .json document) beside its files.

    Every file with a stated SHA-256 is checked. Nothing is fetched from a network and no archive is
    unpacked. Documents of others are read by mlcroissant: a record set with a picture field, and
    a field called condition, label, diagnosis, disease or class.

    Args:
        source: The folder, or the document in it.
        out: Folder of the new cohort.
        about: A cohort.yaml for a folder that rdface did not write.
        record_set: Id of the record set to read, where several have pictures.

    Raises:
        UsageError: ``out`` is in use, or mlcroissant is needed and not installed.
        CohortError: Faults; all are named.
    """
    document = source if source.is_file() else source / DOCUMENT
    folder = document.parent
    check_new(out, outside=folder)
    need_folder(folder)
    if not document.is_file():
        others = [path for path in sorted(folder.glob("*.json")) if _is_croissant(path)]
        document = others[0] if len(others) == 1 else document
    content, problems = _read(document)
    problems += _faults_of_files(folder, content)
    refuse(source, problems)
    tables, problems = read_tables(folder)
    refuse(source, problems)
    if tables is not None:
        there = {id_of(p.stem): p for p in sorted((folder / PICTURES).glob("*")) if p.is_file()}
        return Imported(rebuild(folder, out, tables, pictures_at(there, folder)))
    rows, pictures = _records(document, content, record_set)
    licence = content.get("license")
    known: dict[str, object] = {"licence": str(licence)} if licence else {}
    tables, problems, notes = labelled_tables(folder, about, rows, known)
    refuse(source, problems)
    assert tables is not None  # noqa: S101 - or there was a problem
    found = dict(zip(tables.images["image_id"], pictures, strict=True))
    if any(isinstance(one, bytes) for one in pictures):
        notes.append(_PNG)
    return Imported(rebuild(folder, out, tables, pictures_at(found, folder)), tuple(notes))


def _is_croissant(path: Path) -> bool:
    try:
        return "mlcommons.org/croissant" in path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


def _read(document: Path) -> tuple[dict[str, Any], list[Problem]]:
    try:
        content = json.loads(document.read_text(encoding="utf-8"))
        fetches = _fetches(content)  # goes deeper than all that read the content after it
    except (OSError, ValueError, RecursionError) as error:
        return {}, [Problem(document.name, None, None, f"is no Croissant document: {error}")]
    if not isinstance(content, dict) or "croissant" not in str(content.get("conformsTo")):
        return {}, [Problem(document.name, None, None, "does not say that it is Croissant")]
    if fetches:
        reason = "has a @context that lies on a network; nothing is fetched"
        return content, [Problem(document.name, None, "@context", reason)]
    return content, []


def _fetches(content: Any) -> bool:  # noqa: ANN401 - whatever JSON holds
    """Whether a reader of JSON-LD would look for a context elsewhere."""
    if isinstance(content, dict):
        context = content.get("@context", {})
        listed = context if isinstance(context, list) else [context]
        if any(not isinstance(one, dict) or "@import" in one for one in listed):
            return True
        return any(_fetches(value) for value in content.values())
    return isinstance(content, list) and any(_fetches(value) for value in content)


def _distribution(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = content.get("distribution") or []
    return [one for one in (found if isinstance(found, list) else [found]) if isinstance(one, dict)]


def _faults_of_files(folder: Path, content: Mapping[str, Any]) -> Iterator[Problem]:
    for file in _distribution(content):
        name = str(file.get("@id") or file.get("name") or "?")
        formats = str(file.get("encodingFormat", ""))
        if "FileObject" not in str(file.get("@type")):
            continue
        url = str(file.get("contentUrl", ""))
        if "://" in url:
            yield Problem(name, None, "contentUrl", f"{url!r} lies on a network; it is not fetched")
        elif file.get("containedIn") or any(kind in formats for kind in _ARCHIVES):
            yield Problem(name, None, None, "is in an archive; unpack it and say where files lie")
        elif leaves(url) or not (folder / url).resolve().is_relative_to(folder.resolve()):
            yield Problem(name, None, "contentUrl", f"{url!r} leaves the folder")
        elif not (folder / url).is_file():
            yield Problem(name, None, "contentUrl", f"there is no file {url!r}")
        elif file.get("sha256") and sha256_file(folder / url) != str(file["sha256"]).lower():
            yield Problem(name, None, "sha256", "is another than that of the file")


def _records(
    document: Path, content: Mapping[str, Any], record_set: str | None
) -> tuple[list[dict[str, str]], list[Path | bytes]]:
    """Records of others: their texts, and a file or PNG bytes each."""
    try:
        import mlcroissant as mlc  # type: ignore[import-untyped]
    except ImportError as error:
        raise UsageError(
            "Croissant documents of others need mlcroissant.", hint="Install rdface[curate]."
        ) from error
    problems = []
    files = _pictures_by_name(document.parent)
    name = record_set or _with_pictures(content)
    rows: list[dict[str, str]] = []
    pictures: list[Path | bytes] = []
    try:
        dataset = mlc.Dataset(str(document))
        refuse(document.parent, _faults_as_read(document.parent, dataset))
        for number, record in enumerate(dataset.records(name)):
            texts = {
                str(key).rpartition("/")[2]: value.decode() if isinstance(value, bytes) else value
                for key, value in record.items()
                if isinstance(value, bytes | str | int | float) and not isinstance(value, bool)
            }
            row = {key: str(value) for key, value in texts.items()}
            picture = _named(document.parent, files, row) or _png(record)
            if picture is None:
                problems.append(Problem(name, number + 1, None, "has no picture"))
                continue
            stem = picture.stem if isinstance(picture, Path) else f"record-{number + 1:06d}"
            row.setdefault("image_id", stem)
            row["file"] = picture.name if isinstance(picture, Path) else f"{stem}.png"
            rows.append(row)
            pictures.append(picture)
    except CohortError:
        raise
    except Exception as error:
        # mlcroissant raises whatever pandas, Pillow or rdflib do; its words are the best there are.
        problems.append(Problem(document.name, None, None, f"mlcroissant cannot read it: {error}"))
    refuse(document.parent, problems)
    return rows, pictures


def _faults_as_read(folder: Path, dataset: Any) -> Iterator[Problem]:  # noqa: ANN401 - no types
    """Files as mlcroissant understands them: a @context may give the keys other names."""
    metadata = dataset.metadata
    files = [
        {
            "@id": file.uuid,
            "@type": "FileObject",
            "contentUrl": file.content_url or "",
            "containedIn": file.contained_in,
            "encodingFormat": " ".join(map(str, file.encoding_formats or ())),
            "sha256": file.sha256,
        }
        for file in metadata.file_objects
    ]
    return _faults_of_files(folder, {"distribution": files})


def _with_pictures(content: Mapping[str, Any]) -> str:
    """Id of the first record set that has a field of pictures."""
    listed = content.get("recordSet") or []
    for one in listed if isinstance(listed, list) else [listed]:
        if "ImageObject" in json.dumps(one):
            return str(one.get("@id") or one.get("name"))
    return ""


def _pictures_by_name(folder: Path) -> dict[str, Path]:
    """Pictures below the folder whose name no other has."""
    found: dict[str, list[Path]] = {}
    for path in folder.rglob("*"):
        if path.suffix.lower() in OPENED_SUFFIXES and path.is_file():
            found.setdefault(path.name, []).append(path)
    return {name: paths[0] for name, paths in found.items() if len(paths) == 1}


def _named(folder: Path, files: Mapping[str, Path], row: Mapping[str, str]) -> Path | None:
    """A file of the folder that one of the texts names, by its path or its name alone."""
    for text in row.values():
        if Path(text).suffix.lower() in OPENED_SUFFIXES and not leaves(text):
            path = folder / text
            path = path if path.is_file() else files.get(text, path)
            if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
                return path
    return None


def _png(record: Mapping[Any, Any]) -> bytes | None:
    from PIL import Image

    for value in record.values():
        if isinstance(value, Image.Image):
            stream = io.BytesIO()
            value.save(stream, "PNG")
            return stream.getvalue()
    return None
