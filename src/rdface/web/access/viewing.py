"""Write down who saw which real image."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import Request


def record_viewing(request: Request, image_ids: Sequence[str], *, simulated: bool) -> None:
    """Called by every route before it sends pixels; images of simulated people need no record.

    Args:
        request: Who asked, for which page.
        image_ids: What is about to be sent.
        simulated: Whether no picture among them shows a real person.
    """
