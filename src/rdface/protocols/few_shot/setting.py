"""How large an episode is."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from rdface.protocols.options import check_whole


@dataclass(frozen=True, order=True)
class Setting:
    """An n-way k-shot task with q queries a condition (Vinyals et al., NeurIPS 2016).

    Attributes:
        way: Conditions in an episode, at least 2.
        shot: Support images of each, at least 1.
        query: Query images of each, at least 1.

    Raises:
        UsageError: A number that is too small or no whole number.
    """

    way: int
    shot: int = 1
    query: int = 1

    def __post_init__(self) -> None:
        check_whole("few-shot", "way", self.way, least=2)
        check_whole("few-shot", "shot", self.shot, least=1)
        check_whole("few-shot", "query", self.query, least=1)

    def __str__(self) -> str:
        """``15-way 1-shot 1-query``."""
        return f"{self.way}-way {self.shot}-shot {self.query}-query"

    def to_dict(self) -> dict[str, Any]:
        """As plain types that JSON can hold."""
        return asdict(self)
