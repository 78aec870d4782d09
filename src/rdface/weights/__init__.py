"""Pretrained weights: what there is, where it lies, whether it is what it claims to be."""

from rdface.weights.fetch import pull, pull_all
from rdface.weights.manifest import Hub, Package, Tree, Weight, WeightFile, find, manifest
from rdface.weights.store import LOCAL_FOLDER, WeightState, ways, weights, where

__all__ = [
    "LOCAL_FOLDER",
    "Hub",
    "Package",
    "Tree",
    "Weight",
    "WeightFile",
    "WeightState",
    "find",
    "manifest",
    "pull",
    "pull_all",
    "ways",
    "weights",
    "where",
]
