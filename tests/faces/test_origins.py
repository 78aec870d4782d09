"""Whoever asks for a picture's copies is told of all that were noted, and of no others."""

from __future__ import annotations

from pathlib import Path

from rdface.faces.origins import ORIGINS, copies_of, note_origins
from rdface.faces.row_cache import FACES, forget_faces
from rdface.files import cache_dir, sha256_bytes

FIRST, SECOND, THIRD = (sha256_bytes(name) for name in (b"first", b"second", b"third"))
COPIES = tuple(sha256_bytes(bytes([number])) for number in range(4))


def test_copies_of_the_asked_pictures_come_back(own_cache: Path) -> None:
    assert copies_of([FIRST]) == frozenset()
    note_origins({COPIES[0]: FIRST, COPIES[1]: SECOND})
    note_origins({COPIES[2]: FIRST})
    assert copies_of([FIRST]) == {COPIES[0], COPIES[2]}
    assert copies_of([SECOND, THIRD]) == {COPIES[1]}
    assert copies_of([FIRST, SECOND]) == set(COPIES[:3])


def test_what_is_known_or_no_copy_is_not_written_again(own_cache: Path) -> None:
    note_origins({COPIES[0]: FIRST, FIRST: FIRST})
    note_origins({COPIES[0]: FIRST})
    assert len(list((cache_dir(FACES) / ORIGINS).iterdir())) == 1
    assert copies_of([FIRST]) == {COPIES[0]}


def test_they_go_with_all_that_was_measured_on_faces(own_cache: Path) -> None:
    note_origins({COPIES[0]: FIRST})
    forget_faces()
    assert copies_of([FIRST]) == frozenset()
