"""Write down who saw which real image, and who decided what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from fastapi import Request

from rdface.errors import TermsError
from rdface.web.access.locks import locks_of
from rdface.web.access.log import Action, Actor, append


def record_viewing(request: Request, image_ids: Sequence[str], *, simulated: bool) -> None:
    """Called by every route before it sends pixels; images of simulated people need no record.

    Takes some milliseconds and waits for other writers: call it in a thread (``def`` endpoints).

    Args:
        request: Who asked, for which page.
        image_ids: What is about to be sent.
        simulated: Whether no picture among them shows a real person.

    Raises:
        TermsError: There is no log; real images are not shown without one.
        DatabaseError: The log cannot be written; then nothing may be sent either.
    """
    _record(request, Action.SAW, image_ids, simulated=simulated)


def record_reading(request: Request, image_ids: Iterable[str], *, simulated: bool) -> None:
    """Called by every route before it tells of images who is on them, in a page or as JSON.

    Args and raises as :func:`record_viewing`.
    """
    _record(request, Action.READ, list(dict.fromkeys(image_ids)), simulated=simulated)


def record_decision(request: Request, decisions: Sequence[str]) -> None:
    """Called by routes that change something, after they did.

    Args:
        request: Who did it.
        decisions: What in a few words each, as ``"pool/face_0001 accepted"``.
    """
    database = locks_of(request).database
    if database is not None:
        with database.writing() as work:
            append(work, actor_of(request), Action.DECIDED, decisions)


def actor_of(request: Request) -> Actor:
    """Who is asking, from where and on which page, as far as the browser says that."""
    try:
        page = urlsplit(request.headers.get("referer", "")).path
    except ValueError:  # "http://["
        page = ""
    page = page or request.url.path
    client = request.client.host if request.client else ""
    return Actor(request.state.visitor.name, client, page)


def _record(request: Request, action: Action, image_ids: Sequence[str], *, simulated: bool) -> None:
    if simulated or not image_ids:
        return
    database = locks_of(request).database
    if database is None:
        raise TermsError(
            "Images of real people are shown only where a log says who saw them.",
            hint="Start the explorer with --database.",
        )
    with database.writing() as work:
        append(work, actor_of(request), action, image_ids)
