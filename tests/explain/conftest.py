"""Photographs, for what must not be taken for simulated."""

from tests.faces.conftest import photos

__all__ = ["photos"]
