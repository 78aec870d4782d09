"""A report is data: sections, findings with their evidence, and what became of the asking."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Status = Literal["complete", "partial", "empty", "refused", "failed"]
"""``partial``: a section is missing or broken; ``failed``: no answer came. None is ever a 0."""


class Finding(BaseModel):
    """One HPO term that a report speaks of.

    Attributes:
        term: HPO id.
        label: Of the term.
        state: ``present``; ``excluded`` (said to be absent: "no epicanthus"); or
            ``not assessable`` (looked for and not to be seen here).
        section: Key of :data:`rdface.phenotype.sections.SECTIONS`.
        evidence: The words it was read from, or the measurement it rests on.
        probability: Of ``present``, where the describer gives one; else None.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    term: str
    label: str
    state: Literal["present", "excluded", "not assessable"]
    section: str
    evidence: str = ""
    probability: float | None = Field(default=None, ge=0, le=1)


class Report(BaseModel):
    """What one describer says of one picture; a line of ``reports.jsonl``.

    Attributes:
        image_id: Of the picture.
        status: What became of it.
        sections: Key to text; sections that were not given are missing.
        findings: Each term once a section, in the order of the text.
        suspected: Names of conditions as they were said, the likeliest first.
        text: The whole answer, as it came.
        problem: Why it is not ``complete``, for people.
        tokens_in: Tokens of the instruction and the picture; None where nothing is counted.
        tokens_out: Tokens of the answer.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    image_id: str
    status: Status
    sections: dict[str, str] = {}
    findings: tuple[Finding, ...] = ()
    suspected: tuple[str, ...] = ()
    text: str = ""
    problem: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None

    def terms(self, state: str = "present") -> frozenset[str]:
        """HPO ids in one state, over all sections.

        A term that one section calls present and another excluded is present: one-sided signs
        are, and an eye that lacks it does not speak for the other.
        """
        found = frozenset(each.term for each in self.findings if each.state == state)
        return found if state == "present" else found - self.terms("present")
