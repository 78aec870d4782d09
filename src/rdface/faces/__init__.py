"""From a picture to a face: box, points, aligned crop."""

from rdface.faces.crop import Crop, align
from rdface.faces.face import DETECTORS, POINTS, Detector, Face, load_detector
from rdface.faces.finder import find_faces, main_face
from rdface.faces.locate import locate_faces, locate_in_folder
from rdface.faces.row_cache import forget_faces
from rdface.faces.table import FaceTable

__all__ = [
    "DETECTORS",
    "POINTS",
    "Crop",
    "Detector",
    "Face",
    "FaceTable",
    "align",
    "find_faces",
    "forget_faces",
    "load_detector",
    "locate_faces",
    "locate_in_folder",
    "main_face",
]
