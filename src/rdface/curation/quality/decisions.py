"""What a reviewer decided, and the cohort that follows from it.

``decisions.csv`` has a line for each finding. A decision is one of

``keep``   both pictures, or the one, stay as they are;
``drop``   a picture is left out: the one, or the one that the column ``drop`` names;
``merge``  both pictures show one person: the second patient takes the id of the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rdface.cohort import CohortInfo, write_cohort
from rdface.cohort.adapters.folder import copy_files, new_folder
from rdface.curation.text_dialect import read_text_table
from rdface.errors import CohortError, UsageError

if TYPE_CHECKING:
    import pandas as pd

    from rdface.cohort import Cohort

DECISION_COLUMNS: Final = (
    "finding",
    "check",
    "image_id",
    "other_image_id",
    "decision",
    "drop",
    "condition",
    "sex",
    "note",
)
NEEDED_COLUMNS: Final = ("image_id", "other_image_id", "decision", "drop", "condition", "sex")
DECISIONS: Final = ("", "keep", "drop", "merge")


@dataclass(frozen=True)
class Decision:
    """One line of the file; ``line`` is its number, for messages."""

    line: int
    images: tuple[str, ...]
    decision: str
    drop: str
    condition: str
    sex: str


def read_decisions(path: Path, cohort: Cohort) -> list[Decision]:
    """Read a reviewer's file, cut at what their spreadsheet cuts at; lines without a decision pass.

    Raises:
        UsageError: It cannot be read, lacks columns, holds no decision, or a line says what cannot
            be; every such line is named.
    """
    known = set(cohort.image_ids)
    decisions, faults = [], []
    for number, line in _read_lines(path):
        cells = {name: line.get(name, "").strip() for name in DECISION_COLUMNS}
        images = tuple(filter(None, (cells["image_id"], cells["other_image_id"])))
        fault = _fault(cells, images, known)
        if fault:
            faults.append(f"line {number}: {fault}")
        elif cells["decision"]:
            what = (cells["decision"], cells["drop"], cells["condition"], cells["sex"])
            decisions.append(Decision(number, images, *what))
    if faults:
        more = f"; and {len(faults) - 10} more" if len(faults) > 10 else ""
        raise UsageError(
            f"{path} has lines that cannot be followed: {'; '.join(faults[:10])}{more}.",
            hint="A decision is keep, drop (for a pair: the column drop names the picture) or merge"
            " (of a pair).",
        )
    if not decisions:
        raise UsageError(
            f"{path} holds no decision, so there is nothing to do.",
            hint="Write keep, drop or merge into its column `decision`, save it as CSV, and try"
            " again.",
        )
    return decisions


def _read_lines(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Lines by their number; whatever a spreadsheet made of encoding and delimiter."""
    try:
        text = read_text_table(path)
    except CohortError as error:
        raise UsageError(str(error), hint="Save it from the spreadsheet as CSV UTF-8.") from error
    columns = [name.strip() for name in text.header()]
    missing = [name for name in NEEDED_COLUMNS if name not in columns]
    if missing:
        raise UsageError(
            f"{path} lacks the column(s) {', '.join(missing)}.",
            hint="Give the decisions.csv that the audit wrote, with its header line.",
        )
    return [(number, dict(zip(columns, cells, strict=False))) for number, cells in text.below()]


def _fault(cells: dict[str, str], images: tuple[str, ...], known: set[str]) -> str:
    decision = cells["decision"]
    if decision not in DECISIONS:
        return f"{decision!r} is no decision"
    if not decision:
        return ""
    strange = [name for name in images if name not in known]
    if strange or not images:
        return f"the cohort has no image {', '.join(strange) or '(none given)'}"
    if decision == "merge" and len(images) < 2:
        return "a merge needs two pictures"
    if decision == "drop" and len(images) == 2 and cells["drop"] not in images:
        return "the column drop must name one of the two pictures"
    return ""


def apply_decisions(
    cohort: Cohort, decisions: list[Decision], out: Path, *, new_version: str
) -> tuple[Cohort, dict[str, int]]:
    """Write the cohort that the decisions make; the old one stays as it is.

    Args:
        cohort: That was audited.
        decisions: From :func:`read_decisions`.
        out: A new folder.
        new_version: Of the cohort that is written.

    Returns:
        The new cohort, and how many pictures were dropped (synthetic ones made from them counted)
        and how many patient ids were merged into others.

    Raises:
        UsageError: ``out`` is not new; or merged patients have two conditions or sexes, and no
            decision says which is right.
        CohortError: No picture would be left.
    """
    images = cohort.images.copy()
    images, merged = _merged(images, decisions)
    dropped = _dropped(images, decisions)
    left = images[~images["image_id"].isin(dropped)].reset_index(drop=True)
    if not len(left):
        raise CohortError("No picture is left after these decisions.", hint="Keep some.")
    info = CohortInfo.model_validate({**cohort.info.model_dump(), "version": new_version})
    origins = {
        str(file): cohort.path(str(name))
        for name, file in zip(left["image_id"], left["file"], strict=True)
    }
    if "original" in left.columns:  # of restored pictures: what they were before
        origins |= {str(file): cohort.root / str(file) for file in left["original"] if file}
    with new_folder(out, outside=cohort.root) as part:
        copy_files(origins, part, "Copying pictures")
        written = write_cohort(part, info, left, cohort.conditions)
    done = {"dropped": len(dropped), "merged": merged}
    return type(written)(out, written.info, written.images, written.conditions), done


def _dropped(images: pd.DataFrame, decisions: list[Decision]) -> set[str]:
    """Pictures that go, and every picture that was made from one of them."""
    gone = {
        each.drop if len(each.images) == 2 else each.images[0]
        for each in decisions
        if each.decision == "drop"
    }
    parents = {
        str(name): set(str(sources).split("|")) - {""}
        for name, sources in zip(images["image_id"], images["synthetic_of"], strict=True)
    }
    more = True
    while more:
        children = {name for name, made_of in parents.items() if made_of & gone} - gone
        gone |= children
        more = bool(children)
    return gone


def _merged(images: pd.DataFrame, decisions: list[Decision]) -> tuple[pd.DataFrame, int]:
    """Give merged patients the id that stands first in the cohort."""
    patient = dict(zip(images["image_id"], images["patient_id"], strict=True))
    order = {name: row for row, name in enumerate(dict.fromkeys(images["patient_id"]))}
    parent = {name: name for name in order}

    def first(name: str) -> str:
        while parent[name] != name:
            name = parent[name]
        return name

    merges = [each for each in decisions if each.decision == "merge"]
    for each in merges:
        one, other = sorted((first(patient[name]) for name in each.images), key=order.__getitem__)
        parent[other] = one
    images["patient_id"] = [first(name) for name in images["patient_id"]]
    for each in merges:
        rows = images["patient_id"] == first(patient[each.images[0]])
        for column, value in (("condition", each.condition), ("sex", each.sex)):
            if value:
                images.loc[rows, column] = value
    for each in merges:
        own = images[images["patient_id"] == first(patient[each.images[0]])]
        for column in ("condition", "sex"):
            values = sorted(set(own[column]))
            if len(values) > 1:
                raise UsageError(
                    f"Line {each.line} merges patients whose {column} differs:"
                    f" {', '.join(value or '(empty)' for value in values)}.",
                    hint=f"Write the right one into the column {column} of that line.",
                )
    return images, sum(parent[name] != name for name in parent)
