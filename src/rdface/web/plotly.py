"""plotly.js, from the Python package, as pages with a strict policy can use it.

It writes two style sheets of its own into a page, and the policy forbids both. For the first it
looks for an element ``plotly.js-style-global`` with the class ``no-inline-styles`` and leaves it to
a file: ``assets/plotly.css``. The second, of maps that no page has, it leaves out where an element
with a certain id is there already; its own script element takes that id.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

_GUARD = re.compile(r'if\(!document\.getElementById\("([0-9a-f]{64})"\)\)')


def plotly_file() -> Traversable:
    """``plotly.min.js`` of the installed package."""
    return resources.files("plotly") / "package_data" / "plotly.min.js"


@cache
def style_guard() -> str:
    """Id of the element that keeps the style sheet of maps away; "" where none is written."""
    found = _GUARD.search(plotly_file().read_text(encoding="utf-8"))
    return found[1] if found else ""
