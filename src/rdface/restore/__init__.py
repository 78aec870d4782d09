"""Optional steps that alter old pictures: padding, super-resolution, colourisation."""

from rdface.restore.step import PAPER, STEPS, Chain, load_chain

__all__ = ["PAPER", "STEPS", "Chain", "load_chain"]
