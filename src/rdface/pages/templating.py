"""Fill a template of this package; every page has the same style sheet."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from rdface.pages.markup import breakable
from rdface.pages.wording import count


def fill(name: str, **content: Any) -> str:  # noqa: ANN401 - each template has its own
    """A page as HTML text; everything is escaped that is not markup already.

    Args:
        name: Of the template.
        content: What it names; a name without content is an error.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("rdface.pages", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"count": count, "breakable": breakable}
    style = environment.get_template("report.css").render()
    page = environment.get_template(name)
    return page.render(style=Markup(style), **content)  # noqa: S704 - our own file
