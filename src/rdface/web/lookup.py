"""Find what an address names, or say that there is no such thing."""

from __future__ import annotations

from fastapi import Request

from rdface.registry import nearest
from rdface.web.access.failures import NotHereError
from rdface.web.holdings import Holdings


def holdings_of(request: Request) -> Holdings:
    """What the explorer that was asked holds."""
    holdings: Holdings = request.app.state.holdings
    return holdings


def find_image(request: Request, image_id: str) -> str:
    """An image of the cohort.

    Raises:
        NotHereError: There is none.
    """
    holdings = holdings_of(request)
    if holdings.catalogue.row(image_id) is None:
        raise _missing("image", image_id, holdings.cohort.image_ids)
    return image_id


def find_condition(request: Request, condition: str) -> str:
    """A condition of the cohort.

    Raises:
        NotHereError: There is none.
    """
    holdings = holdings_of(request)
    if condition not in holdings.cohort.condition_ids:
        raise _missing("condition", condition, holdings.cohort.condition_ids)
    return condition


def _missing(what: str, asked: str, known: tuple[str, ...]) -> NotHereError:
    asked = asked[:60]
    return NotHereError(f"The cohort has no {what} {asked!r}.", hint=nearest(asked, known))
