"""What the workers of an engine compute on."""

from __future__ import annotations

from rdface.engines import Engine, Here, Needs
from rdface.learners.tuning.device import choose_device


def device_type_there(engine: Engine | None) -> str:
    """The type of the workers' device, as torch calls it: it is part of what training gives.

    Another machine may have what this one has not, so it is asked.

    Args:
        engine: Where training runs; this process if None.
    """
    if engine is None or engine.local:
        return choose_device().type
    ((_, found),) = engine.run(_device_type, [None], None, needs=Needs(gpu=True))
    return found


def _device_type(given: None, task: None, here: Here) -> str:
    return choose_device(here.device).type
