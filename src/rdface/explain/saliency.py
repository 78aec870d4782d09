"""Saliency maps: which places of a picture a score hangs on, by method."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rdface.explain.fills import Fill
from rdface.explain.target import Target
from rdface.imaging import Image
from rdface.learners.preparation import Floats
from rdface.registry import Registry

if TYPE_CHECKING:
    from rdface.backbones import Backbone


@dataclass(frozen=True, eq=False)
class SaliencyMap:
    """What each place of a crop adds to a score.

    Attributes:
        values: ``float64 [H, W]``, in the score's unit; below 0 where a place speaks against.
        method: Its name.
        score: Of the untouched crop.
        fill: What stood where something was taken away.
        settings: Of the method, as they are told to readers.
    """

    values: Floats
    method: str
    score: float
    fill: Fill
    settings: Mapping[str, float] = field(default_factory=dict)


MapMaker = Callable[[Image, "Backbone", Target, Fill], SaliencyMap]
"""From a crop ``uint8 [H, W, 3]``, a backbone and a target to a map."""

MAPS: Registry[MapMaker] = Registry("map", "rdface.explain.maps")


def draw_map(
    method: str, crop: Image, backbone: Backbone, target: Target, fill: Fill = "blur"
) -> SaliencyMap:
    """Draw a map by a method's name.

    Raises:
        UsageError: An unknown method, or one that the backbone cannot serve.
    """
    return MAPS.get(method)(crop, backbone, target, fill)
