"""Import RDFace-Syn: synthetic images beside the real ones that they were made from."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from rdface.cohort.adapters.adapter import IMPORTERS, Imported
from rdface.cohort.adapters.faults import (
    entries,
    need_folder,
    refuse,
    sizes_of,
    table,
)
from rdface.cohort.adapters.folder import check_new, copy_files, new_folder
from rdface.cohort.check import Problem
from rdface.cohort.cohort import Cohort, CohortInfo
from rdface.cohort.read import load_cohort
from rdface.cohort.write import write_cohort
from rdface.errors import UsageError
from rdface.imaging import OPENED_SUFFIXES
from rdface.registry import nearest

SIZE = (512, 512)
PARENT_COLUMNS = ("file", "synthetic_of")
NO_PARENTS = (
    "The published set does not say which photographs an image was made from, so every real image"
    " of its condition counts as its parent: the leak guard refuses it in training as soon as one"
    " of them is tested. Whoever knows better gives --parents FILE.csv (file,synthetic_of)."
)
NOT_PUBLISHED = "not published: every real image of the condition"
_NAME = re.compile(r"(?P<abbreviation>[A-Za-z0-9._-]+)_(?P<number>[0-9]+)")


@dataclass(frozen=True)
class _Synthetic:
    """One file: ``AAR/AAR_12.png``."""

    condition: str
    number: int
    path: Path

    @property
    def image_id(self) -> str:
        return self.path.stem

    @property
    def name(self) -> str:
        return f"{self.condition}/{self.path.name}"


@IMPORTERS.register("rdface-syn")
def import_rdface_syn(
    source: Path, out: Path, *, real: Path | None = None, parents: Path | None = None
) -> Imported:
    """RDFace-Syn, synthetic images: <abbr>/<abbr>_<n>.png; needs --real.

    The new cohort holds the images of ``real``, then the synthetic ones by folder and number
    (2 before 10), all copied byte for byte. Each synthetic image is a patient of its own, called
    ``synthetic:<image_id>``: it shows nobody, and its descent is in ``synthetic_of``, which the
    leak guard follows.

    Args:
        source: Folder of the conditions' folders.
        out: Folder of the new cohort.
        real: Cohort of the real images, or the name of a shipped one; required.
        parents: CSV file with the columns ``file`` (``AAR/AAR_12.png`` or ``AAR_12.png``) and
            ``synthetic_of`` (image ids of ``real``, joined by ``|``); files without a row count as
            made from every real image of their condition.

    Raises:
        UsageError: ``out`` is in use, or ``real`` is not given.
        CohortError: Faults; all are named.
    """
    check_new(out, outside=source)
    need_folder(source)
    if real is None:
        raise UsageError(
            "Synthetic images are nothing without the images that they were made from.",
            hint="Give the cohort of the real images: --real COHORT (see `rdface cohort import`).",
        )
    originals = load_cohort(real)
    known = originals.images.loc[originals.images["synthetic_of"] == ""]
    of_condition = {str(c): list(ids) for c, ids in known.groupby("condition")["image_id"]}
    found, problems = _files(source, of_condition)
    problems += _collisions(found, originals)
    sizes, unreadable = sizes_of({one.name: one.path for one in found}, "checking pictures")
    problems += unreadable
    synthetic_of = {one.name: "|".join(of_condition.get(one.condition, [])) for one in found}
    told: dict[str, str] = {}
    if parents is not None:
        told, faults = _read_parents(parents, found, set(originals.image_ids))
        problems += faults
    refuse(source, problems)
    notes = [] if set(told) == set(synthetic_of) else [NO_PARENTS]
    synthetic_of |= told
    others = sum(size != SIZE for size in sizes.values())
    if others:
        notes.append(f"{others} of {len(sizes)} pictures are not {SIZE[0]} x {SIZE[1]} pixels.")
    images = pd.concat([originals.images, _rows(found, synthetic_of)], ignore_index=True)
    origins = {file: originals.root / file for file in originals.images["file"]}
    origins |= {f"synthetic/{one.name}": one.path for one in found}
    info = _info(originals.info, parents_known=set(told) == set(synthetic_of))
    with new_folder(out, outside=source) as part:
        copy_files(origins, part, "copying pictures")
        cohort = write_cohort(part, info, images, originals.conditions, opened=True)
    return Imported(dataclasses.replace(cohort, root=out), tuple(notes))


def _files(
    source: Path, of_condition: Mapping[str, list[str]]
) -> tuple[list[_Synthetic], list[Problem]]:
    """The images in order, and what lies there and is none."""
    found: list[_Synthetic] = []
    problems = []
    for folder in entries(source):
        if not folder.is_dir():
            if folder.suffix.lower() in OPENED_SUFFIXES:
                reason = "lies outside of any condition's folder"
                problems.append(Problem(folder.name, None, None, reason))
            continue  # a README or a table
        if folder.name not in of_condition:
            reason = f"--real has no real image of a condition {folder.name!r}"
            near = nearest(folder.name, of_condition)
            problems.append(Problem(folder.name, None, None, f"{reason}. {near}".rstrip(". ")))
            continue
        of_folder = []
        for path in entries(folder):
            match = _NAME.fullmatch(path.stem)
            if path.is_dir() or path.suffix.lower() not in OPENED_SUFFIXES:
                reason = f"is a folder or ends in none of {', '.join(OPENED_SUFFIXES)}"
            elif match is None or match["abbreviation"] != folder.name:
                reason = f"is not called {folder.name}_<number>"
            else:
                of_folder.append(_Synthetic(folder.name, int(match["number"]), path))
                continue
            problems.append(Problem(f"{folder.name}/{path.name}", None, None, reason))
        found += sorted(of_folder, key=lambda one: (one.number, one.path.name))
    if not found and not problems:
        problems.append(Problem(str(source), None, None, "holds no <abbr>/<abbr>_<n>.png"))
    return found, problems


def _collisions(found: list[_Synthetic], originals: Cohort) -> Iterator[Problem]:
    taken = dict.fromkeys(originals.image_ids, "an image of --real")
    files = set(originals.images["file"])
    patients = set(originals.images["patient_id"])
    for one in found:
        if one.image_id in taken:
            reason = f"the image id {one.image_id!r} is that of {taken[one.image_id]} too"
            yield Problem(one.name, None, None, reason)
        elif f"synthetic/{one.name}" in files or _patient(one) in patients:
            yield Problem(one.name, None, None, "--real holds a file or patient of that name")
        taken.setdefault(one.image_id, one.name)


def _rows(found: list[_Synthetic], synthetic_of: Mapping[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "image_id": one.image_id,
                "file": f"synthetic/{one.name}",
                "patient_id": _patient(one),
                "condition": one.condition,
                "source": "RDFace-Syn",
                "consent": "not applicable (synthetic)",
                "synthetic_of": synthetic_of[one.name],
            }
            for one in found
        ],
        dtype=str,
    )


def _patient(one: _Synthetic) -> str:
    """Nobody: a name that no other image has."""
    return f"synthetic:{one.image_id}"


def _info(real: CohortInfo, *, parents_known: bool) -> CohortInfo:
    """The terms of the real images hold for the whole."""
    content = real.model_dump()
    content["name"] = f"{real.name}-syn"
    content["title"] = f"{real.title}; with synthetic images".lstrip("; ")
    content["sources"] = [*real.sources, "RDFace-Syn: synthetic images, open (arXiv 2604.03454)"]
    if not parents_known:
        content["synthetic_parents"] = NOT_PUBLISHED
    return CohortInfo.model_validate(content)


def _read_parents(
    file: Path, found: list[_Synthetic], known: set[str]
) -> tuple[dict[str, str], list[Problem]]:
    rows, problems = table(file, PARENT_COLUMNS)
    name_of = {one.path.name: one.name for one in found} | {one.name: one.name for one in found}
    told: dict[str, str] = {}
    for number, row in enumerate(rows or [], start=2):
        name, parents = name_of.get(row["file"]), row["synthetic_of"]
        if name is None:
            reason = f"{row['file']!r} is no synthetic image here"
            problems.append(Problem(file.name, number, "file", reason))
        elif told.setdefault(name, parents) != parents:
            reason = f"{name!r} has other parents in another row"
            problems.append(Problem(file.name, number, "synthetic_of", reason))
        strangers = [parent for parent in parents.split("|") if parent not in known]
        problems += [
            Problem(file.name, number, "synthetic_of", f"{parent!r} is no image of --real")
            for parent in strangers
        ]
    return told, problems
