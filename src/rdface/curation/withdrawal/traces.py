"""What gives a patient away: ids, hashes of pictures, hashes of what they were part of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

_CELL: Final = re.compile(r"[|,;\s]+")
_SHORTEST: Final = 4
"""Letters of an id that is searched for in running text; a shorter one would be found anywhere."""


@dataclass(frozen=True)
class Traces:
    """All that is searched for.

    Attributes:
        patient_id: The patient.
        image_ids: Of the patient's images and of synthetic images that descend from them.
        pictures: SHA-256 of their files.
        wholes: SHA-256 of cohorts and pools that the patient was part of: what names one of
            these was made with the patient's pictures among others.
    """

    patient_id: str
    image_ids: frozenset[str] = field(default_factory=frozenset)
    pictures: frozenset[str] = field(default_factory=frozenset)
    wholes: frozenset[str] = field(default_factory=frozenset)

    def joined(self, other: Traces) -> Traces:
        """Both."""
        return Traces(
            self.patient_id,
            self.image_ids | other.image_ids,
            self.pictures | other.pictures,
            self.wholes | other.wholes,
        )

    @cached_property
    def personal(self) -> frozenset[str]:
        """Ids and hashes that are of this patient alone."""
        return frozenset({self.patient_id}) | self.image_ids | self.pictures

    @cached_property
    def words(self) -> frozenset[str]:
        """Everything that is searched for."""
        return self.personal | self.wholes

    @cached_property
    def too_short(self) -> tuple[str, ...]:
        """Ids that tables are searched for, and running text is not."""
        return tuple(sorted(word for word in self.words if not _is_distinct(word)))

    @cached_property
    def _pattern(self) -> re.Pattern[bytes]:
        distinct = sorted(filter(_is_distinct, self.words), key=len, reverse=True)
        return _pattern(distinct)

    @cached_property
    def _personal_pattern(self) -> re.Pattern[bytes]:
        return _pattern(sorted(filter(_is_distinct, self.personal), key=len, reverse=True))

    def in_text(self, data: bytes) -> bool:
        """Whether running text names any of :attr:`words`, as a word of its own."""
        return self._pattern.search(data) is not None

    def person_in_text(self, data: bytes) -> bool:
        """Whether running text names any of :attr:`personal`."""
        return self._personal_pattern.search(data) is not None

    def in_cell(self, cell: object) -> bool:
        """Whether a cell of a table names the patient; also ids that are too short for text."""
        text = str(cell)
        return not self.personal.isdisjoint(_CELL.split(text)) or self.person_in_text(text.encode())


def _is_distinct(word: str) -> bool:
    return len(word) >= _SHORTEST and not word.isdigit()


def _pattern(words: list[str]) -> re.Pattern[bytes]:
    if not words:
        return re.compile(rb"(?!)")
    either = b"|".join(re.escape(word.encode()) for word in words)
    return re.compile(rb"(?<![A-Za-z0-9_-])(?:" + either + rb")(?![A-Za-z0-9_-])")
