"""Get ready for the first photograph while nobody waits for it."""

from __future__ import annotations

import logging
import os
from threading import Thread, get_native_id
from typing import TYPE_CHECKING

from rdface.errors import RdfaceError

if TYPE_CHECKING:
    from rdface.web.holdings import Holdings

_log = logging.getLogger(__name__)

_NICE = 10
"""The thread steps back behind those that answer pages, where the system lets threads do so."""


def get_ready(holdings: Holdings) -> Thread:
    """Compute what the first page says, then what the first photograph needs, in the background.

    Pages that come meanwhile wait for nothing but what they show themselves. What fails here
    fails again, in words, where somebody asks for it.
    """
    thread = Thread(target=_prepare, args=(holdings,), name="getting-ready", daemon=True)
    thread.start()
    return thread


def _prepare(holdings: Holdings) -> None:
    try:
        _ = holdings.overview, holdings.catalogue
        if hasattr(os, "setpriority") and os.uname().sysname == "Linux":
            os.setpriority(os.PRIO_PROCESS, get_native_id(), _NICE)  # of this thread alone
        _ = holdings.recogniser
    except RdfaceError as error:
        _log.info("Not ready for photographs: %s", error.message)
