"""A training's state as a file: it appears whole or not at all, and a damaged one is no end."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from rdface.files import atomic_path

_logger = logging.getLogger(__name__)

State = dict[str, Any]


def write_state(path: Path, state: State) -> None:
    """Write tensors and plain values atomically.

    Args:
        path: The file; its folder is made.
        state: With the key ``key``, which names what the state belongs to.
    """
    import torch

    with atomic_path(path) as part:
        torch.save(state, part)


def read_state(path: Path) -> State | None:
    """What :func:`write_state` wrote, on the CPU; None where nothing is there or can be read.

    Nothing but tensors and plain values is loaded, so that a file from elsewhere can run no code.
    """
    import torch

    if not path.is_file():
        return None
    try:
        state: State = torch.load(path, map_location="cpu", weights_only=True)
        _ = state["key"]
    except Exception as error:  # torch, zipfile and pickle each raise their own
        _logger.warning("%s cannot be read and is not used: %s", path, error)
        return None
    return state
