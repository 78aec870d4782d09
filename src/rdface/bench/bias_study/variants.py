"""The protocols under study."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final


@dataclass(frozen=True)
class Variant:
    """One way of testing.

    Attributes:
        name: In tables.
        protocol: Name of the protocol.
        options: Its options.
    """

    name: str
    protocol: str
    options: dict[str, Any] = field(default_factory=dict)


STRICT: Final = Variant("strict", "strict")
PAPER: Final = Variant("paper", "paper", {"divide_by": "patient"})
BY_IMAGE: Final = Variant("paper + split-by-image", "paper", {"divide_by": "image"})
VARIANTS: Final = (STRICT, PAPER, BY_IMAGE)
"""What is run. Quirks that change only how the result is read need no run of their own."""
