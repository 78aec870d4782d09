"""The paper's steps, as far as their weights are here."""

from __future__ import annotations

import logging
from typing import Final

from rdface.errors import UsageError, WeightsError
from rdface.restore.step import PAPER, Chain, Step, load_chain

log = logging.getLogger(__name__)

PRESET: Final = "paper"
ENHANCER: Final = "gfpgan"
COLOURS: Final = "ddcolor"


def load_paper(*, grey: bool) -> tuple[Chain, tuple[str, ...]]:
    """The chain of the paper: pad, Real-ESRGAN x4plus, face enhancement, DDColor.

    Args:
        grey: Whether any picture is black and white; without one DDColor is not loaded.

    Returns:
        The chain, and the steps that it lacks: ``gfpgan`` where its weights or its extra are not
        here, ``ddcolor`` where no picture would pass it.

    Raises:
        WeightsError: The weights of any other step are not here; every way to get them is named.
        UsageError: An extra is not installed.
    """
    steps: list[Step] = []
    lacking = []
    for name in PAPER:
        if name == COLOURS and not grey:
            lacking.append(name)
            continue
        try:
            steps += load_chain([name]).steps
        except (WeightsError, UsageError) as error:
            if name != ENHANCER:
                raise
            log.warning("%s The step %s is left out.", error.message, name)
            lacking.append(name)
    return Chain(steps), tuple(lacking)
