"""What a report says of the whole face or of one region: the thing that is compared.

The overall passage holds the sections that describe the face, without headings, which all reports
share, and without suspected conditions and next steps, which are no description. A passage that
is not there is None and never an empty one: a missing region is unknown and not 0 (flaw F15).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from rdface.phenotype.report import Report
from rdface.phenotype.sections import REGIONS

OVERALL: Final = "overall"
PARTS: Final = (OVERALL, *REGIONS)
"""What is compared: the whole, then each region."""

DESCRIBED: Final = ("overall_impression", *REGIONS)
"""Sections that describe the face."""

Said = Literal["findings", "sound normal", "not assessable", "missing"]


@dataclass(frozen=True)
class Passage:
    """What one report says of one part.

    Attributes:
        texts: Words of its sections, none of them empty; no text at all where a describer gives
            findings alone.
        present: HPO ids that it calls present. None at all is a finding, too: it sounds normal.
        excluded: HPO ids that it calls absent.
    """

    texts: tuple[str, ...]
    present: frozenset[str]
    excluded: frozenset[str]

    @property
    def text(self) -> str:
        """All of it, blanks between the sections."""
        return " ".join(self.texts)


def passage(report: Report, part: str = OVERALL) -> Passage | None:
    """What a report says of a part of :data:`PARTS`; None where it says nothing of it."""
    return passage_of(report, part)[0]


def passage_of(report: Report, part: str = OVERALL) -> tuple[Passage | None, Said]:
    """The same, and why there is none.

    A region is not assessable where every finding of it is, or where its words say so and nothing
    else; two regions that nobody could see are not alike. Refusals, empty and failed answers are
    missing in every part.
    """
    if report.status in ("refused", "empty", "failed"):
        return None, "missing"
    wanted = DESCRIBED if part == OVERALL else (part,)
    texts = [report.sections[key].strip() for key in wanted if key in report.sections]
    findings = [each for each in report.findings if each.section in wanted]
    if not any(texts) and not findings:
        return None, "missing"
    seen = [each for each in findings if each.state != "not assessable"]
    if findings and not seen:
        return None, "not assessable"
    if not findings and part != OVERALL and _unseen(texts):
        return None, "not assessable"
    present = frozenset(each.term for each in seen if each.state == "present")
    excluded = frozenset(each.term for each in seen if each.state == "excluded") - present
    said: Said = "findings" if present else "sound normal"
    return Passage(tuple(filter(None, texts)), present, excluded), said


def passages(reports: Sequence[Report], part: str = OVERALL) -> list[Passage | None]:
    """One of each report."""
    return [passage(report, part) for report in reports]


def _unseen(texts: Sequence[str]) -> bool:
    from rdface.phenotype.recognition import is_not_assessable

    return any(texts) and all(is_not_assessable(text) for text in texts if text)
