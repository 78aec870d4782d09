"""The page on which a person goes through the findings of a cohort's audit, side by side.

It holds the pictures themselves, so it is written for the owner alone and stays in the audit's
private folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from rdface.curation.quality import Check, CohortAudit, Finding, all_checks
from rdface.files import write_text
from rdface.imaging import Image, read_image
from rdface.pages.figures.contact_sheet import SIDE, data_uri, marked_jpeg
from rdface.pages.templating import fill

PAGE_FILE: Final = "review.html"
MOST: Final = 60
"""Findings of one check that are shown; all are in ``findings.csv``."""
GROUP_TITLES: Final = {
    "copies": "Copies",
    "people": "The same person?",
    "faces": "Faces",
    "table": "Age and sex",
    "text": "Text and watermarks",
}
_TOLD: Final = ("patient_id", "condition", "age", "sex", "ancestry", "country", "source")
_FOOT: Final = 26
"""Pixels of a thumbnail that the mark takes."""
_PASSED: Final = frozenset(
    "image_id file sha256 hpo_severity hpo_terms_unshown expression light film yaw pitch"
    " head_x head_y head_rx head_ry".split()
)
"""Fields that a reviewer is not shown: what names a file, and what the simulator recorded."""


@dataclass(frozen=True)
class Shown:
    """One picture of a card.

    Attributes:
        image_id: Its id.
        uri: The JPEG as a data URI; empty where pictures are left out.
    """

    image_id: str
    uri: str


@dataclass(frozen=True)
class Card:
    """One finding.

    Attributes:
        number: As in ``findings.csv``.
        words: What was seen.
        score: Against what.
        pictures: One or two.
        fields: Name, and the value of each picture; of a pair those that differ.
        same: Names of the fields that are equal in a pair.
    """

    number: str
    words: str
    score: str
    pictures: tuple[Shown, ...]
    fields: tuple[tuple[str, tuple[str, ...]], ...]
    same: str


@dataclass(frozen=True)
class Section:
    """One check and its cards."""

    check: Check
    count: int
    cards: tuple[Card, ...]


def write_review_page(audit: CohortAudit, folder: Path, *, pictures: bool = True) -> Path:
    """Write one self-contained page that the owner alone can read (mode 0600).

    Args:
        audit: What was found.
        folder: The audit's private folder.
        pictures: Whether the pictures go on the page.
    """
    path = folder / PAGE_FILE
    write_text(path, render_review(audit, pictures=pictures))
    path.chmod(0o600)
    return path


def render_review(audit: CohortAudit, *, pictures: bool = True) -> str:
    """The page as HTML text; equal audits give equal pages."""
    cohort = audit.evidence.cohort
    counts = audit.summary["findings"]
    mark = "simulated" if cohort.info.simulated else "photograph"

    @lru_cache(maxsize=512)
    def picture(image_id: str) -> str:
        if not pictures:
            return ""
        return data_uri(marked_jpeg(squared(read_image(cohort.path(image_id))), mark))

    records = cohort.images.to_dict("records")
    rows = {str(row["image_id"]): {str(k): str(v) for k, v in row.items()} for row in records}
    sections: dict[str, list[Section]] = {name: [] for name in GROUP_TITLES}
    for check in all_checks():
        found = audit.of(check)
        cards = tuple(
            Card(
                number,
                each.words,
                f"{each.score:.3g} (threshold {each.threshold:.3g})",
                tuple(Shown(name, picture(name)) for name in each.images),
                *_fields(each, rows),
            )
            for number, each in found[:MOST]
        )
        if check.name in counts:
            sections[check.group].append(Section(check, len(found), cards))
    return fill(
        "cohort_audit.html.j2",
        info=cohort.info,
        summary=audit.summary,
        pictures=pictures,
        groups=[(GROUP_TITLES[name], parts) for name, parts in sections.items() if parts],
        total=len(audit.findings),
        most=MOST,
    )


def squared(image: Image) -> Image:
    """The whole picture at the top of a grey square that leaves room for the mark below it.

    Thumbnails show the middle square of a picture and write over its foot, where captions stand.
    """
    height, width = image.shape[:2]
    side = -(-max(height, width) * SIDE // (SIDE - _FOOT))
    left = (side - width) // 2
    square = np.full((side, side, 3), 233, np.uint8)
    square[:height, left : left + width] = image
    return square


def _fields(
    finding: Finding, rows: dict[str, dict[str, str]]
) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], str]:
    """Of one picture the usual fields; of a pair those that differ, and the names of the rest."""
    own = [  # lists with commas, so that lines break between terms and none is cut in two
        {column: value.replace("|", ", ") for column, value in rows[name].items()}
        for name in finding.images
    ]
    if len(own) == 1:
        return tuple((name, (own[0][name],)) for name in _TOLD[:4] if own[0].get(name)), ""
    names = [*_TOLD, *(n for n in own[0] if n not in _TOLD and n not in _PASSED)]
    values = {name: tuple(row.get(name, "") for row in own) for name in names}
    differ = tuple((n, v) for n, v in values.items() if len(set(v)) > 1)
    same = [n for n in _TOLD if len(set(values[n])) == 1 and values[n][0]]
    return differ, ", ".join(f"{n} {values[n][0]}" for n in same)
