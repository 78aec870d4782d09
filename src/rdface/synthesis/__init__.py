"""Real training faces to new faces: generators, and the pools that they fill."""

from rdface.synthesis.generator import GENERATORS, Generator, Sample, make_generator
from rdface.synthesis.portraits import Portraits, take_portraits

__all__ = ["GENERATORS", "Generator", "Portraits", "Sample", "make_generator", "take_portraits"]
