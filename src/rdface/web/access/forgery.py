"""Refuse what another site makes a visitor's browser send (cross-site request forgery).

Three independent signs: the browser's own ``Sec-Fetch-Site`` and ``Origin``, the cookie, which is
not sent from elsewhere (``SameSite=Strict``), and a token that only our pages know.
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
    """Let reading pass, and changes that our own pages ask for.

    Raises:
        HTTPException: 403.
    """
    if request.method in SAFE_METHODS:
        return
    if _from_elsewhere(request):
        raise HTTPException(403, "This was sent from another site.")
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
