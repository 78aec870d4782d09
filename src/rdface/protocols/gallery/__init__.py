"""The gallery's protocol: who trains the metric, who is only filed, who is searched."""

from rdface.protocols.gallery.dividing import (
    FREQUENT_FROM,
    divide_for_metric,
    divide_gallery,
)
from rdface.protocols.gallery.guard import check_gallery
from rdface.protocols.gallery.leave_out import LeftOut, leave_out
from rdface.protocols.gallery.split import GalleryFold, GalleryRows, GallerySplit

__all__ = [
    "FREQUENT_FROM",
    "GalleryFold",
    "GalleryRows",
    "GallerySplit",
    "LeftOut",
    "check_gallery",
    "divide_for_metric",
    "divide_gallery",
    "leave_out",
]
