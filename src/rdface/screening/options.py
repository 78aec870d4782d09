"""What a screening may be asked for; the paper's flaws stand here as options, off by default."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from rdface.faces.descriptor import Scale

DEFAULT_SCORERS = ("face", "landmarks", "shape", "anthropometry", "likelihood", "copies")
"""All that need no torch. ``perceptual`` needs it, ``lpips`` AlexNet's weights, too."""


class ScreenOptions(BaseModel):
    """How a pool is scored.

    Attributes:
        scorers: Names of scorers; their columns stand in this order.
        detector: What finds the faces.
        scale: What the landmark descriptor is divided by; ``apart`` is the paper's flaw F11.
        means: ``training`` makes the landmark means of the training images; ``all`` of every real
            image, those of the test included: the paper's flaw F3.
        held_out: Backbone of the condition likelihood. One that no later benchmark uses: what is
            selected by a network looks good to that network.
        identity: Backbone that tells copies of training faces.
        near_copy: An image is a near copy if fewer than this share of the training images lie
            nearer to a training face of someone else than it lies to its nearest training face.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    scorers: tuple[str, ...] = DEFAULT_SCORERS
    detector: str = "yunet"
    scale: Scale = "area"
    means: Literal["training", "all"] = "training"
    held_out: str = "facenet"
    identity: str = "sface"
    near_copy: float = Field(default=0.05, ge=0, le=1)
