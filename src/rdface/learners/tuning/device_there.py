"""What the workers of an engine compute on."""

from __future__ import annotations

from rdface.engines import Engine, Here, Needs
from rdface.learners.tuning.device import choose_device


def device_type_there(engine: Engine) -> str:
    """The type of the workers' device, as torch calls it: it is part of what training gives."""
    ((_, found),) = engine.run(_device_type, [None], None, needs=Needs(gpu=True))
    return found


def _device_type(given: None, task: None, here: Here) -> str:
    return choose_device(here.device).type
