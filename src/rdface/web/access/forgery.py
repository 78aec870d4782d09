"""Refuse what another site makes a visitor's browser send (cross-site request forgery).

Three independent signs: the browser's own ``Sec-Fetch-Site`` and ``Origin``, the cookie, which is
not sent from elsewhere (``SameSite=Strict``), and a token that only our pages know.

Reading leaves a trace, too: a page elsewhere that asks for pictures could not see them, but the log
would say that the visitor did. From elsewhere somebody may follow a link, and nothing else. Other
ports of a machine are elsewhere, although browsers send its cookies to all of them.
"""

from __future__ import annotations

import hmac

from fastapi import HTTPException, Request

from rdface.web.settings import Settings

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FORM_FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


async def refuse_forgery(request: Request) -> None:
    """Let pass what our own pages ask for, and links that somebody follows.

    Raises:
        HTTPException: 403.
    """
    reads = request.method in SAFE_METHODS
    if _embedded_elsewhere(request) if reads else _from_elsewhere(request):
        raise HTTPException(403, "This was sent from another site.")
    if reads:
        return
    sent = request.headers.get(HEADER)
    if sent is None and request.headers.get("content-type", "").startswith(_FORMS):
        field = (await request.form()).get(FORM_FIELD)
        sent = field if isinstance(field, str) else None
    if not hmac.compare_digest((sent or "").encode(), request.state.csrf_token.encode()):
        raise HTTPException(403, "This page is too old. Load it again and repeat what you did.")


def _from_elsewhere(request: Request) -> bool:
    settings: Settings = request.app.state.settings
    own = f"{'https' if settings.https else 'http'}://{request.headers.get('host', '')}"
    site = request.headers.get("sec-fetch-site", "same-origin")
    return site != "same-origin" or request.headers.get("origin", own).lower() != own.lower()


def _embedded_elsewhere(request: Request) -> bool:
    """Whether a page of another site asks for it as a part of itself, and not to go there."""
    site = request.headers.get("sec-fetch-site", "none")
    followed = request.headers.get("sec-fetch-dest", "document") == "document"
    return site not in ("same-origin", "none") and not followed
