"""Recognition by a gallery: a probe is compared with every known case."""

from rdface.learners.gallery.search import first_hits, nearest

__all__ = ["first_hits", "nearest"]
