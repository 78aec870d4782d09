"""A picture of no cohort as a probe: its face, its embedding, its SHA-256."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rdface.backbones import Backbone
from rdface.faces import align
from rdface.faces.locate import locate_pictures
from rdface.faces.picture import picture_bytes
from rdface.files import sha256_bytes
from rdface.imaging import decode_image
from rdface.learners.gallery.cases.making import check_faces, same_backbone
from rdface.learners.gallery.cases.manifest import GalleryManifest


@dataclass(frozen=True, eq=False)
class Probe:
    """A picture that is searched.

    Attributes:
        path: Where it lies.
        sha256: Of its bytes.
        faces: How many faces were found; the largest one counts, and none means the whole picture.
        embedding: ``float32 [D]``.
    """

    path: Path
    sha256: str
    faces: int
    embedding: NDArray[np.float32]


def embed_picture(path: Path, manifest: GalleryManifest, backbone: Backbone | None = None) -> Probe:
    """Embed a picture just as the gallery's cases were.

    The embedding is not kept; where the face lies in the picture is, in the cache of faces.

    Args:
        path: The picture.
        manifest: Of the gallery.
        backbone: The gallery's, if it is loaded already.

    Raises:
        ImageError: It is no picture.
        GalleryError: Backbone or face detection are not the gallery's.
        WeightsError: Weights are missing.
    """
    backbone = backbone or same_backbone(manifest)
    data = picture_bytes(path, str(path), "")
    faces = locate_pictures([(str(path), path)], manifest.detector)
    check_faces(manifest, faces.detector)
    crop = align(decode_image(data, str(path)), faces.face(str(path)), backbone.crop)
    count = int(faces.frame["n_faces"].iloc[0])
    return Probe(path, sha256_bytes(data), count, backbone.embed(crop[None])[0])
