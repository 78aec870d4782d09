"""Blends of training faces: the shape of one condition, the skin, hair and light of others."""

from rdface.synthesis.morph.generator import Morph

__all__ = ["Morph"]
