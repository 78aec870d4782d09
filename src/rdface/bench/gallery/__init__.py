"""Recognition by a gallery as a task of its own: spec, runs, tables, comparison."""

from rdface.bench.gallery.benchmark import run_gallery
from rdface.bench.gallery.leaderboard import SettingTable, gallery_tables
from rdface.bench.gallery.measure import GalleryComparison, compare_galleries
from rdface.bench.gallery.predictions import SETTINGS, GalleryPredictions, Setting
from rdface.bench.gallery.spec import TASK, GallerySpec, read_gallery_spec

__all__ = [
    "SETTINGS",
    "TASK",
    "GalleryComparison",
    "GalleryPredictions",
    "GallerySpec",
    "Setting",
    "SettingTable",
    "compare_galleries",
    "gallery_tables",
    "read_gallery_spec",
    "run_gallery",
]
