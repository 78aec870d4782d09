"""Examine an installation: what is here, what works, what is missing and how to get it."""

from rdface.doctor.checkup import Checkup, examine
from rdface.doctor.finding import Finding

__all__ = ["Checkup", "Finding", "examine"]
