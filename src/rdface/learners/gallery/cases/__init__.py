"""A gallery on disk: cases join it by their pictures, and a new picture is compared with them."""

from rdface.learners.gallery.cases.folder import Gallery, read_gallery
from rdface.learners.gallery.cases.index import APPROXIMATE_FROM, build_index
from rdface.learners.gallery.cases.making import Joined, add_cohort, make_gallery
from rdface.learners.gallery.cases.manifest import GalleryManifest
from rdface.learners.gallery.cases.matching import Match, SimilarCase, match_vectors
from rdface.learners.gallery.cases.picture import Probe, embed_picture

__all__ = [
    "APPROXIMATE_FROM",
    "Gallery",
    "GalleryManifest",
    "Joined",
    "Match",
    "Probe",
    "SimilarCase",
    "add_cohort",
    "build_index",
    "embed_picture",
    "make_gallery",
    "match_vectors",
    "read_gallery",
]
