"""Python, the machine, and what training would run on."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import rdface
from rdface.doctor.finding import Finding, without_home
from rdface.engines.local import cores
from rdface.errors import RdfaceError

VARIABLES = ("RDFACE_CACHE", "RDFACE_WEIGHTS", "RDFACE_DEVICE", "HF_HUB_OFFLINE")
"""Environment variables that change what rdface does; others are not looked at."""


def examine_machine() -> Iterator[Finding]:
    """Versions and sizes; neither the machine's name nor the user's."""
    place = without_home(Path(rdface.__file__).parent)
    yield _fact("rdface", f"{rdface.__version__} in {place}")
    python = f"{platform.python_version()} in {without_home(Path(sys.prefix))}"
    yield _fact("Python", python)
    system = f"{platform.system()} {platform.release()} on {platform.machine()}"
    yield _fact("system", system)
    yield _fact("processor", f"{cores()} cores for this process{_memory()}")
    for name in VARIABLES:
        if os.environ.get(name):
            yield _fact(name, f"is set to {without_home(Path(os.environ[name]))}")
    yield _training()


def _fact(name: str, about: str) -> Finding:
    return Finding(section="machine", name=name, state="good", about=about)


def _memory() -> str:
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows
        return ""
    return f", {size / 2**30:.0f} GB of memory"


def _training() -> Finding:
    """The device that a training would take; torch is imported to ask it."""
    if find_spec("torch") is None:
        return Finding(
            section="machine",
            name="training",
            state="absent",
            about="torch is not installed; all that embeds and scores runs without it",
            mend="Run `pip install 'rdface[torch]'`; in a checkout `pip install -e '.[torch]'`.",
        )
    from rdface.learners.tuning.device import choose_device

    try:
        device = choose_device()
    except (RdfaceError, ImportError, OSError) as error:  # libraries that do not load
        mend = getattr(error, "hint", None) or "Install torch again; pytorch.org says which build."
        return Finding(
            section="machine", name="training", state="wrong", about=str(error), mend=mend
        )
    return _fact("training", f"on {_described(str(device))}")


def _described(device: str) -> str:
    import torch

    if not device.startswith("cuda"):
        return f"{device}, torch {torch.__version__}"
    card = torch.cuda.get_device_properties(device)
    size = f"{card.total_memory / 2**30:.0f} GB"
    return f"{device}, {card.name} with {size}, torch {torch.__version__}"
