"""FastGAN: a light generative adversarial network for few images (extra ``torch``)."""

from rdface.synthesis.fastgan.fastgan import FastGAN

__all__ = ["FastGAN"]
