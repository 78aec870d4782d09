"""What a run was made with: versions, system, machine."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

_PACKAGES = (
    "rdface",
    "numpy",
    "scipy",
    "scikit-learn",
    "pandas",
    "opencv-python-headless",
    "ai-edge-litert",
    "torch",
    "timm",
    "openvino",
)


def package_versions() -> dict[str, str]:
    """Versions of Python and of the packages that can change a number, where installed."""
    versions = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return versions


def environment() -> dict[str, Any]:
    """The machine; neither its name nor its user's."""
    return {
        "versions": package_versions(),
        "system": platform.system(),
        "release": platform.release(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
    }
