"""Versions of what can change a number."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

_PACKAGES = (
    "rdface",
    "numpy",
    "scipy",
    "scikit-learn",
    "pandas",
    "opencv-python-headless",
    "pillow",
    "ai-edge-litert",
    "torch",
    "torchvision",
    "timm",
    "open_clip_torch",
    "diffusers",
    "transformers",
    "peft",
    "openvino",
)


def package_versions(*more: str) -> dict[str, str]:
    """Versions of Python and of installed packages that can change a number, and of ``more``."""
    versions = {"python": platform.python_version()}
    for package in (*_PACKAGES, *more):
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return versions
