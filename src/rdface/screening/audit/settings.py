"""How an audit is run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rdface.screening.audit.copies import FALSE_ALARMS

if TYPE_CHECKING:
    from rdface.faces.norms import Reference

BACKBONES: Final = ("efficientnet_lite0", "sface")
IDENTITY: Final = "sface"


@dataclass(frozen=True)
class Settings:
    """How an audit is run.

    Attributes:
        backbones: Whose embeddings judge realism and diversity; two different ones.
        identity: A face-recognition backbone that says whose face it is.
        detector: What finds faces.
        reference: Unaffected people, for z-scores; None for raw measures.
        false_alarms: Rate of false alarms that the thresholds for copies allow.
        seed: Of every draw.
        perceptual: Distance that judges variety: ``perceptual`` (EfficientNet-Lite0, not LPIPS),
            ``lpips`` or ``none``.
    """

    backbones: tuple[str, ...] = BACKBONES
    identity: str = IDENTITY
    detector: str = "yunet"
    reference: Reference | None = None
    false_alarms: float = FALSE_ALARMS
    seed: int = 0
    perceptual: str = "perceptual"
