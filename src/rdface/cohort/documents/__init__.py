"""What the documents of a cohort say: facts from its metadata, answers and gaps."""

from rdface.cohort.documents.answers import Answer, Datasheet, answer_questions
from rdface.cohort.documents.facts import CohortFacts, gather_facts
from rdface.cohort.documents.questions import HEADINGS, QUESTIONS, Question

__all__ = [
    "HEADINGS",
    "QUESTIONS",
    "Answer",
    "CohortFacts",
    "Datasheet",
    "Question",
    "answer_questions",
    "gather_facts",
]
