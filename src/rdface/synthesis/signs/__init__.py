"""Faces with the signs of a condition, learnt from every patient who shows one of them."""

from rdface.synthesis.signs.generator import Signs

__all__ = ["Signs"]
