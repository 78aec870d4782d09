"""Ask the cohort about a photograph, and write down about whom the answer tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Request

from rdface.web.access.viewing import record_reading
from rdface.web.lookup import holdings_of
from rdface.web.reading.asked import PhotographForm, ask_cohort
from rdface.web.reading.photograph import PhotographAnswer, read_answer

if TYPE_CHECKING:
    from rdface.photograph import Answer


def answer_for(request: Request, asked: PhotographForm) -> tuple[Answer, PhotographAnswer]:
    """What was found, and the same in words.

    Raises:
        RdfaceError: As :func:`ask_cohort`; that the photograph is a patient's own is written down.
        TermsError: There is no log; nothing is said of real people without one.
    """
    from rdface.photograph import OwnImageError

    holdings = holdings_of(request)
    simulated = holdings.cohort.info.simulated
    try:
        found = ask_cohort(holdings, asked)
    except OwnImageError as error:
        record_reading(request, [error.image_id], simulated=simulated)
        raise
    answer = read_answer(found, holdings)
    record_reading(request, answer.told_of, simulated=simulated)
    return found, answer
