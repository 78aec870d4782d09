"""The explorer's two cookies: one for a visit, one for who has signed in.

They are two, since a browser does not send ``SameSite=Strict`` cookies when somebody follows a
link from elsewhere: the first cookie that such a visit gets must not replace a session.
"""

from __future__ import annotations

from starlette.responses import Response

from rdface.web.settings import Settings

VISIT = "visit"
SESSION = "session"


def cookie_name(kind: str, settings: Settings) -> str:
    """Two explorers on one machine, which share its cookies, do not share names.

    Args:
        kind: ``VISIT`` or ``SESSION``.
        settings: Of the explorer.
    """
    if settings.https:
        return f"__Host-rdface-{kind}"
    return f"rdface-{kind}-{settings.port or settings.lot}"


def give_cookie(response: Response, kind: str, value: str, settings: Settings) -> None:
    """Until the browser is closed; scripts cannot read it, other sites cannot have it sent."""
    response.set_cookie(
        cookie_name(kind, settings),
        value,
        path="/",
        httponly=True,
        samesite="strict",
        secure=settings.https,
    )


def take_cookie(response: Response, kind: str, settings: Settings) -> None:
    """Let the browser forget it."""
    response.delete_cookie(
        cookie_name(kind, settings),
        path="/",
        httponly=True,
        samesite="strict",
        secure=settings.https,
    )
