"""Errors that speak to people: what is wrong, where, and what to do about it.

The command line prints ``message`` and ``hint`` and leaves with ``exit_code``; a traceback is
shown only for what is not an ``RdfaceError``, that is, for a defect of rdface itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from pydantic import ValidationError


class RdfaceError(Exception):
    """A failure with a cause that the user can see and mend.

    Args:
        message: What is wrong and where.
        hint: What to do about it.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[object, ...]:
        """Survive the way back from a worker process, the hint included."""
        return (_rebuild, (type(self), self.message, self.hint))


def _rebuild(kind: type[RdfaceError], message: str, hint: str | None) -> RdfaceError:
    return kind(message, hint=hint)


class UsageError(RdfaceError):
    """An unknown name, an impossible option or a spec that cannot be read."""

    exit_code = 2


class TooFewError(UsageError):
    """A cohort with too few people for what is asked of it."""


class CohortError(RdfaceError):
    """A cohort that is missing or does not keep the format."""


class ImageError(RdfaceError):
    """A file that is no image, is cut short, or is too large to open."""


class WeightsError(RdfaceError):
    """Weights that are not here, or are not what the manifest says."""

    exit_code = 3


class LeakageError(RdfaceError):
    """A split in which the test set can be seen from the training set."""

    exit_code = 4


class SimulationError(RdfaceError):
    """A picture that the simulator could not render."""

    exit_code = 5


class GalleryError(RdfaceError):
    """A gallery that is missing, altered, or made with another network."""


class EmbeddingsError(RdfaceError):
    """A folder of embeddings that is missing, unfinished, altered, or made of other pictures."""


class RunError(RdfaceError):
    """A run folder that is unfinished, altered, or belongs to another spec."""

    exit_code = 6


class TermsError(RdfaceError):
    """An action that the data-use terms, the consent or a withdrawal forbid."""

    exit_code = 7


def first_fault(error: ValidationError) -> str:
    """Where a file breaks its schema first, and how; without what stands there."""
    first = error.errors(include_input=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or 'the whole'}: {first['msg']}"
