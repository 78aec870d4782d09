"""Who saw what, for admins."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from rdface.web.access.locks import database_of
from rdface.web.access.log import entries, seal
from rdface.web.access.permission import allow
from rdface.web.access.role import Role
from rdface.web.rendering import page

router = APIRouter()

_AT_ONCE = 200


@router.get("/audit-log", response_class=HTMLResponse, dependencies=[allow(Role.ADMIN)])
def show(
    request: Request,
    who: Annotated[str, Query(max_length=64)] = "",
    subject: Annotated[str, Query(max_length=300)] = "",
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> HTMLResponse:
    """The newest entries; older ones by ``before``."""
    with database_of(request).reading() as work:
        found = entries(work, who=who, subject=subject, before=before, limit=_AT_ONCE)
        end = seal(work)
    return page(
        request,
        "audit_log.html.j2",
        found=found,
        end=end,
        who=who,
        subject=subject,
        older=found[-1].number if len(found) == _AT_ONCE else None,
    )
