"""What a picture file says beside its pixels: found, named and taken out."""

from rdface.cohort.picture_metadata.stripping import Stripped, find_metadata, strip_metadata

__all__ = ["Stripped", "find_metadata", "strip_metadata"]
