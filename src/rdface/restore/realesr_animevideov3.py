"""Real-ESRGAN animevideov3: a small, fast network for super-resolution, 0.6 M parameters.

X. Wang, L. Xie, C. Dong, Y. Shan: Real-ESRGAN: training real-world blind super-resolution with pure
synthetic data, ICCV Workshops 2021. Its makers trained it on drawings: a stand-in for the paper's
network where time is short. Run by ncnn without torch.
"""

from __future__ import annotations

from rdface.restore.ncnn_network import NcnnUpscaler
from rdface.restore.step import STEPS

NAME = "realesr_animevideov3"


@STEPS.register(NAME)
def realesr_animevideov3(argument: str | None) -> NcnnUpscaler:
    """Needs the extra ``restore`` and its weights."""
    STEPS.takes_nothing(NAME, argument)
    return NcnnUpscaler(NAME)
