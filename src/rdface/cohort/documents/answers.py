"""Answer a datasheet's questions from the metadata; what nobody has stated is a gap."""

from __future__ import annotations

from dataclasses import dataclass

from rdface.cohort.documents.facts import CohortFacts
from rdface.cohort.documents.from_people import FROM_PEOPLE
from rdface.cohort.documents.from_tables import FROM_TABLES
from rdface.cohort.documents.questions import HEADINGS, QUESTIONS, Question

_ANSWERS = FROM_TABLES | FROM_PEOPLE


@dataclass(frozen=True)
class Answer:
    """A question with what is known.

    Attributes:
        question: The question.
        written: What a person wrote into ``cohort.yaml``; empty if nothing.
        found: What the metadata and the tables say; empty if nothing.
    """

    question: Question
    written: str
    found: str

    @property
    def gap(self) -> str:
        """What to do about a question without an answer; empty where there is one."""
        if self.written or self.found:
            return ""
        return f"not stated: fill `{self.question.id}` under `datasheet:` in cohort.yaml"


@dataclass(frozen=True)
class Datasheet:
    """All answers.

    Attributes:
        answers: One for each question, in order.
        unknown: Keys under ``datasheet:`` that are no question's id.
    """

    answers: tuple[Answer, ...]
    unknown: tuple[str, ...]

    @property
    def gaps(self) -> tuple[str, ...]:
        """Ids of the questions without an answer."""
        return tuple(answer.question.id for answer in self.answers if answer.gap)

    @property
    def under_headings(self) -> dict[str, tuple[Answer, ...]]:
        """Heading -> its answers."""
        return {
            title: tuple(a for a in self.answers if a.question.id.split(".")[0] == part)
            for part, title in HEADINGS.items()
        }

    def answer(self, question_id: str) -> Answer:
        """The answer to one question."""
        return next(answer for answer in self.answers if answer.question.id == question_id)


def answer_questions(facts: CohortFacts) -> Datasheet:
    """Answer every question as far as the cohort does; nothing is made up."""
    written = facts.written
    known = {question.id for question in QUESTIONS}
    answers = []
    for question in QUESTIONS:
        find = _ANSWERS.get(question.id)
        found = find(facts) if find is not None else ""
        answers.append(Answer(question, written.get(question.id, ""), found))
    return Datasheet(tuple(answers), tuple(key for key in written if key not in known))
