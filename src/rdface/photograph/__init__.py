"""One new photograph: which conditions it fits, how far that can be trusted, and why."""

from rdface.photograph.answer import Answer
from rdface.photograph.recogniser import OwnImageError, Recogniser

__all__ = ["Answer", "OwnImageError", "Recogniser"]
