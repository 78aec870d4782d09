"""Recognition by a gallery: a probe is compared with every known case."""

from rdface.learners.gallery.answering import GalleryAnswer, answer_fold
from rdface.learners.gallery.choice import LearntMetric, learn_metric
from rdface.learners.gallery.metric import METRICS, MetricLearner, Projection, make_metric
from rdface.learners.gallery.search import first_hits, nearest
from rdface.learners.gallery.streaming import BestCosines

__all__ = [
    "METRICS",
    "BestCosines",
    "GalleryAnswer",
    "LearntMetric",
    "MetricLearner",
    "Projection",
    "answer_fold",
    "first_hits",
    "learn_metric",
    "make_metric",
    "nearest",
]
