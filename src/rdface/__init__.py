"""Benchmark rare-disease face recognition: cohorts, protocols, backbones, learners, reports."""

from importlib.metadata import version

__version__ = version("rdface")
