"""What a run was made with: versions, system, machine."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from typing import Any

from rdface.files import code_of
from rdface.versions import package_versions


def deciding_versions() -> dict[str, str]:
    """What decides a score besides cohort, split and embeddings: the code that learns."""
    import rdface.learners
    import rdface.metrics

    versions = {name: version(name) for name in ("numpy", "scipy", "scikit-learn")}
    return versions | code_of(rdface.learners, rdface.metrics)


def environment() -> dict[str, Any]:
    """The machine; neither its name nor its user's."""
    return {
        "versions": package_versions(),
        "system": platform.system(),
        "release": platform.release(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
    }
