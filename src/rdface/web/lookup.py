"""Find what an address names, or say that there is no such thing."""

from __future__ import annotations

from fastapi import HTTPException, Request

from rdface.registry import nearest
from rdface.web.holdings import Holdings


def holdings_of(request: Request) -> Holdings:
    """What the explorer that was asked holds."""
    holdings: Holdings = request.app.state.holdings
    return holdings


def find_image(request: Request, image_id: str) -> str:
    """An image of the cohort.

    Raises:
        HTTPException: 404, there is none.
    """
    holdings = holdings_of(request)
    if holdings.catalogue.row(image_id) is None:
        raise _missing("image", image_id, holdings.cohort.image_ids)
    return image_id


def find_condition(request: Request, condition: str) -> str:
    """A condition of the cohort.

    Raises:
        HTTPException: 404, there is none.
    """
    holdings = holdings_of(request)
    if condition not in holdings.cohort.condition_ids:
        raise _missing("condition", condition, holdings.cohort.condition_ids)
    return condition


def _missing(what: str, asked: str, known: tuple[str, ...]) -> HTTPException:
    message = f"The cohort has no {what} {asked[:60]!r}. {nearest(asked[:60], known)}"
    return HTTPException(404, message.rstrip())
