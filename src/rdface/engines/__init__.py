"""Engines: where tasks are done. The results are the same to the bit, whichever does them."""

from rdface.engines.engine import ENGINES, Engine, check_private, make_engine
from rdface.engines.local import Local
from rdface.engines.task import Here, Needs

__all__ = ["ENGINES", "Engine", "Here", "Local", "Needs", "check_private", "make_engine"]
