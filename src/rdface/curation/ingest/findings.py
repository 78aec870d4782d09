"""Every change and every doubt of a build, and the answers of a reviewer to them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as made
from typing import Literal

from rdface.curation.ingest.normalise.outcome import Candidate, Outcome, tidy

State = Literal["DOUBT", "WRONG ANSWER", "answered", "left empty", "left out", "changed", "note"]
EMPTY, DROP, KEEP = "empty", "drop", "keep"


@dataclass
class Finding:
    """One row of the review.

    Attributes:
        field: What it is about: a field of the cohort, ``picture``, ``row``, ``column`` ...
        kind: What sort of finding it is.
        value: What the source says.
        state: What became of it.
        said: What was done, or what is doubtful.
        candidates: Answers to choose from.
        words: Which of ``empty``, ``drop`` and ``keep`` are answers here.
        rows: Rows of the source.
    """

    field: str
    kind: str
    value: str
    state: State
    said: str
    candidates: tuple[Candidate, ...] = ()
    words: tuple[str, ...] = ()
    rows: list[int] = made(default_factory=list)

    @property
    def id(self) -> str:
        """Name by which an answer finds it again; spreadsheets make no number or date of it."""
        return finding_id(self.field, self.kind, self.value)

    @property
    def open(self) -> bool:
        """Whether it keeps the cohort from being written."""
        return self.state in ("DOUBT", "WRONG ANSWER")


def finding_id(field_name: str, kind: str, value: str) -> str:
    """The same for the same finding, whatever rows it concerns."""
    digest = hashlib.sha256("\0".join((field_name, kind, value)).encode()).hexdigest()
    return f"q{digest[:10]}"


@dataclass(frozen=True)
class Settled:
    """What a cell comes to.

    Attributes:
        value: The value; None where nobody has decided, or the row goes.
        drop: The rows are left out.
    """

    value: str | None
    drop: bool = False


Parse = Callable[[str], Outcome]


class Findings:
    """Collects findings and looks up answers.

    Args:
        answers: Finding id -> what the reviewer wrote.
        leave_open: Doubts without an answer become empty, or leave their rows out.
        offered: Finding id -> candidates that the reviewer saw, as :func:`shown_candidates`.

    Attributes:
        renewed: Finding id -> what the answer of a reviewer has to be called now, for a number of
            candidates that have changed since.
    """

    def __init__(
        self,
        answers: Mapping[str, str],
        *,
        leave_open: bool = False,
        offered: Mapping[str, str] | None = None,
    ) -> None:
        self._answers = answers
        self._offered = offered or {}
        self.renewed: dict[str, str] = {}
        self._leave_open = leave_open
        self._found: dict[str, Finding] = {}
        self._settled: dict[str, Settled] = {}

    @property
    def all(self) -> list[Finding]:
        """Every finding, in the order in which it was made."""
        return list(self._found.values())

    @property
    def open(self) -> list[Finding]:
        """Those that keep the cohort from being written."""
        return [one for one in self._found.values() if one.open]

    def leave_out(self, rows: set[int]) -> None:
        """Close doubts that concern nothing but rows that are left out."""
        for one in self.open:
            if one.state == "DOUBT" and one.rows and rows.issuperset(one.rows):
                one.state = "left out"

    def note(
        self, field_name: str, kind: str, value: str, said: str, *, row: int | None = None
    ) -> None:
        """Say something that needs no answer."""
        self._file(Finding(field_name, kind, value, "note", said), row)

    def settle(
        self,
        field_name: str,
        raw: str,
        outcome: Outcome,
        *,
        row: int | None,
        parse: Parse,
        kind: str = "value",
        can_be_empty: bool = True,
        can_drop: bool = True,
    ) -> Settled:
        """Take the outcome of a cell, or the reviewer's answer in its place.

        Args:
            field_name: The field.
            raw: What the source says.
            outcome: What was made of it.
            row: Row of the source.
            parse: Reads a value that the reviewer wrote.
            kind: Sort of finding.
            can_be_empty: Whether ``empty`` is an answer.
            can_drop: Whether ``drop`` is an answer.
        """
        if outcome.value == raw:
            return Settled(raw)
        identifier = finding_id(field_name, kind, raw)
        if identifier not in self._settled:
            words = tuple(
                word
                for word, allowed in (
                    (KEEP, outcome.doubtful and outcome.keep is not None),
                    (EMPTY, can_be_empty),
                    (DROP, can_drop),
                )
                if allowed
            )
            state: State = "DOUBT" if outcome.doubtful else "changed"
            said = outcome.said
            if not outcome.doubtful:
                said = f"→ {outcome.value or '(empty)'}" + (f": {said}" if said else "")
            finding = Finding(field_name, kind, raw, state, said, outcome.candidates, words)
            self._found[identifier] = finding
            self._settled[identifier] = self._decide(finding, outcome, parse)
        if row is not None:
            self._file(self._found[identifier], row)
        return self._settled[identifier]

    def _file(self, finding: Finding, row: int | None) -> None:
        kept = self._found.setdefault(finding.id, finding)
        if row is not None and (not kept.rows or kept.rows[-1] != row):
            kept.rows.append(row)

    def _decide(self, finding: Finding, outcome: Outcome, parse: Parse) -> Settled:
        answer = self._answer(finding)
        if answer:
            settled = _read_answer(answer, finding, outcome, parse)
            if settled is None:
                finding.state = "WRONG ANSWER"
                finding.said = f"the answer {answer!r} fits nothing here. {finding.said}"
                return Settled(None)
            finding.state = "answered"
            taken = "rows left out" if settled.drop else settled.value or "(empty)"
            if taken.startswith("own "):
                taken = "kept as written"
            finding.said = f"{finding.said}. Answer: {taken}"
            return settled
        if not outcome.doubtful:
            return Settled(outcome.value)
        if self._leave_open:
            finding.state = "left empty"
            return Settled("") if EMPTY in finding.words else Settled(None, drop=True)
        return Settled(None)

    def _answer(self, finding: Finding) -> str:
        """The answer by today's candidates; a number means what stood beside it when it was given.

        Rows are chosen among the rows of that day: where those have changed, nothing is.
        """
        answer = tidy(self._answers.get(finding.id, ""))
        offered = self._offered.get(finding.id, "")
        rows = finding.kind == "several rows"
        number = answer.removesuffix(".0")
        if not offered or offered == shown_candidates(finding.candidates):
            return answer
        if not number.isdecimal() and not (rows and answer.casefold().startswith("row")):
            return answer
        chosen = None
        if number.isdecimal():
            end = rf" \| {int(number) + 1}\) |\Z"
            chosen = re.search(rf"(?:^| \| ){number}\) (.*?)(?:{end})", offered)
        same = [one for one in finding.candidates if chosen and str(one) == chosen[1]]
        answer = same[0].value if same and not rows else f"was: {chosen[1] if chosen else answer}"
        self.renewed[finding.id] = answer
        return answer


def shown_candidates(candidates: tuple[Candidate, ...]) -> str:
    """``1) P18Y (years) | 2) P1Y6M (months)``."""
    return " | ".join(f"{n}) {one}" for n, one in enumerate(candidates, start=1))


def _read_answer(answer: str, finding: Finding, outcome: Outcome, parse: Parse) -> Settled | None:
    """The reviewer's answer: a word, a candidate's number or value, or a value; None if no such."""
    word = answer.casefold()
    if word in (EMPTY, DROP, KEEP):
        if word not in finding.words:
            return None
        return Settled({EMPTY: "", KEEP: outcome.keep}.get(word), drop=word == DROP)
    number = answer.removesuffix(".0")
    if number.isdecimal() and 1 <= int(number) <= len(finding.candidates):
        return Settled(finding.candidates[int(number) - 1].value)
    for candidate in finding.candidates:
        if word == candidate.value.casefold():
            return Settled(candidate.value)
    value = parse(answer).value
    return Settled(value) if value else None
