"""Real-ESRGAN x4plus: super-resolution by 23 residual-in-residual dense blocks, 16.7 M parameters.

X. Wang, L. Xie, C. Dong, Y. Shan: Real-ESRGAN: training real-world blind super-resolution with pure
synthetic data, ICCV Workshops 2021. The weights of the paper, run by ncnn without torch.
"""

from __future__ import annotations

from rdface.restore.ncnn_network import NcnnUpscaler
from rdface.restore.step import STEPS

NAME = "realesrgan_x4plus"


@STEPS.register(NAME)
def realesrgan_x4plus(argument: str | None) -> NcnnUpscaler:
    """Needs the extra ``restore`` and its weights."""
    STEPS.takes_nothing(NAME, argument)
    return NcnnUpscaler(NAME)
