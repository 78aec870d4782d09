"""An answer becomes a report: sections, terms, conditions, and what is wrong with it.

No text raises, and none is dropped: what cannot be read is ``refused``, ``empty`` or ``partial``
and counted as such, for a region that was not given is not a region without findings (flaw F15).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rdface.phenotype.describer import Answer
from rdface.phenotype.reading.conditions import clean_names, listed_conditions
from rdface.phenotype.reading.headings import headed_sections
from rdface.phenotype.reading.json_answer import json_sections
from rdface.phenotype.recognition import recognise_sections
from rdface.phenotype.report import Report, Status
from rdface.phenotype.sections import REGIONS, SECTIONS

_REFUSAL: Final = re.compile(
    r"""\b(?:
        i['’]?\s?a?m\ (?:very\ |truly\ )?sorry
      | i\ apologi[sz]e
      | (?:i|we)(?:\ (?:can(?:not|['’]?t|\ not)|won['’]?t|will\ not|must\ decline)
          |(?:['’]m|['’]re|\ am|\ are)\ (?:unable|not\ able)\ to)
          \ ?(?:to\ )?(?:\w+\ ){0,3}?
          (?:help|assist|provide|describe|analy[sz]e|identify|comply|diagnose|evaluate|interpret
          |process|view|see|comment|make)
      | as\ an\ ai(?:\ language)?\ (?:model|assistant)
      | unable\ to\ (?:assist|help|provide|comply)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
OPENING: Final = 400
"""Characters in which a refusal stands."""
REPEATS: Final = 4
"""So often the same line or sentence is a model that turns in circles."""


@dataclass(frozen=True)
class Reading:
    """What can be read out of a text.

    Attributes:
        status: ``complete``, ``partial``, ``empty`` or ``refused``.
        sections: Key to text.
        suspected: Names of conditions.
        problem: Why it is not complete.
    """

    status: Status
    sections: dict[str, str]
    suspected: tuple[str, ...] = ()
    problem: str = ""


def read_text(text: str) -> Reading:
    """Sections of a text, JSON or headed; raises on none.

    What a model thought aloud (``<think>``) before its answer is no part of it.
    """
    text = _answered(text)
    if not text.strip():
        return Reading("empty", {}, problem="The answer is empty.")
    sections, suspected, faults = _sections(text)
    if _declined(text, sections):
        return Reading("refused", {}, problem="The model declined to describe the picture.")
    if not sections:
        sections, faults = {"overall_impression": text.strip()}, ["no heading was found"]
    missing = [SECTIONS[key] for key in SECTIONS if key not in sections]
    if missing:
        faults.append(f"missing: {', '.join(missing)}")
    if _in_circles(text):
        faults.append("it repeats itself")
    if suspected is None:
        suspected = listed_conditions(sections.get("suspected_conditions", ""))
    suspected = tuple(map(_storable, suspected))
    ordered = {key: _storable(sections[key]) for key in SECTIONS if key in sections}
    status: Status = "partial" if faults else "complete"
    return Reading(status, ordered, suspected, "; ".join(faults))


def read_answer(answer: Answer) -> Report:
    """The report of an answer; HPO terms are recognised where the describer does not give them.

    An answer with a ``problem`` ("cut short") is ``partial`` at best, and of one that the
    describer calls refused, empty or failed nothing is read.

    Raises:
        UsageError: The extra ``phenotype`` is not installed.
        WeightsError: The ontology's synonyms are not on this machine.
    """
    status: Status
    text = _storable(answer.text)
    if answer.status in ("refused", "empty", "failed"):
        reading = Reading(answer.status, {}, problem=answer.problem)
        status, problem = answer.status, answer.problem
    else:
        reading = read_text(text)
        status = answer.status or reading.status
        problem = "; ".join(filter(None, (answer.problem, reading.problem)))
        if problem and status == "complete":
            status = "partial"
    findings = answer.findings
    if findings is None:
        findings = recognise_sections(reading.sections)
    return Report(
        image_id=answer.image_id,
        status=status,
        sections=reading.sections,
        findings=findings,
        suspected=reading.suspected,
        text=text,
        problem="" if status == "complete" else problem,
        tokens_in=answer.tokens_in,
        tokens_out=answer.tokens_out,
    )


def _sections(text: str) -> tuple[dict[str, str], tuple[str, ...] | None, list[str]]:
    said = json_sections(text)
    if said is not None and said.sections:
        names = None if said.suspected is None else clean_names(said.suspected)
        return dict(said.sections), names, ["the JSON is broken"] if said.broken else []
    headed = headed_sections(text)
    repeated = ", ".join(SECTIONS[key] for key in headed.repeated)
    return dict(headed.sections), None, [f"given twice: {repeated}"] if repeated else []


def _storable(text: str) -> str:
    """Half a character, as JSON may hold one, can be neither read nor stored: it becomes "?"."""
    return text.encode(errors="replace").decode()


def _answered(text: str) -> str:
    """What stands behind the thoughts of a model that thinks aloud; nothing if they never end."""
    answer = text.rpartition("</think>")[2]
    return "" if answer.lstrip().startswith("<think>") else answer


def _declined(text: str, sections: Mapping[str, str]) -> bool:
    """Whether it opens with a refusal, or refuses in each section on the face.

    A model that is held to a schema has no other way to decline than in its fields.
    """
    if len(sections) < 2:
        return _REFUSAL.search(text[:OPENING]) is not None
    told = [sections[key] for key in ("overall_impression", *REGIONS) if key in sections]
    return "overall_impression" in sections and all(map(_REFUSAL.search, told))


def _in_circles(text: str) -> bool:
    parts = (part.strip().lower() for part in re.split(r"\n+|\.+(?:\s|$)", text))  # not in "0.7"
    # Short ones ("ordinary", "not assessable") may well stand in every region.
    told = Counter(part for part in parts if len(part) > 30)
    return any(count > max(REPEATS, len(REGIONS)) for count in told.values())
