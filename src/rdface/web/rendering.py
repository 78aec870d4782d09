"""Fill the explorer's templates."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from rdface.explain.deviations import signed
from rdface.pages.markup import breakable
from rdface.pages.wording import count, points
from rdface.web.access.forgery import FORM_FIELD
from rdface.web.access.role import Role
from rdface.web.plotly import style_guard
from rdface.web.wording import metric_name

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

NAVIGATION = (
    ("/", "Overview", Role.VIEWER),
    ("/gallery", "Gallery", Role.VIEWER),
    ("/conditions", "Conditions", Role.VIEWER),
    ("/leaderboard", "Leaderboard", Role.VIEWER),
    ("/pools", "Synthetic pools", Role.VIEWER),
    ("/try", "Try a photograph", Role.VIEWER),
    ("/accounts", "Accounts", Role.ADMIN),
    ("/audit-log", "Audit log", Role.ADMIN),
)
"""Where, what it is called, the least role that is shown it; pages of admins need a database."""


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("rdface.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "count": count,
        "breakable": breakable,
        "points": points,
        "signed": signed,
        "pair": lambda value: (value, value.replace("_", " ")),
        "three_digits": lambda value: "–" if value is None else f"{value:.3g}",
        "flag_choices": lambda flags: [
            (name, f"{name.replace('_', ' ')} ({n})") for name, n in flags.items()
        ],
        "metric_name": lambda name: " ".join(metric_name(name)),
    }
    environment.globals["plotly_guard"] = style_guard
    return environment


def _form_token(token: str) -> Markup:
    """The hidden field that every form which changes something must have."""
    from markupsafe import Markup

    field = Markup('<input type="hidden" name="{}" value="{}">')
    return field.format(FORM_FIELD, token)


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    **content: Any,  # noqa: ANN401 - each template has its own
) -> HTMLResponse:
    """A page as a response; everything is escaped that is not markup already.

    Args:
        request: Whoever asked is named on it.
        template: Its file, which extends ``base.html.j2``.
        status: HTTP status.
        content: What it names; a name without content is an error.
    """
    visitor = request.state.visitor
    html = (
        _environment()
        .get_template(template)
        .render(
            path=request.url.path,
            visitor=visitor,
            csrf_token=request.state.csrf_token,
            form_token=_form_token(request.state.csrf_token),
            navigation=[
                (path, label)
                for path, label, least in NAVIGATION
                if visitor.role is not None
                and visitor.role >= least
                and (least < Role.ADMIN or request.app.state.locks.database is not None)
            ],
            **content,
        )
    )
    return HTMLResponse(html, status_code=status)
