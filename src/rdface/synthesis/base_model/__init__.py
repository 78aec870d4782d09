"""A small text-to-image model of simulated unaffected children, for DreamBooth without a hub.

A latent diffusion model (R. Rombach et al.: High-resolution image synthesis with latent diffusion
models, CVPR 2022) of 64-pixel portraits in the folder format of diffusers. It was trained on
`rdface simulate --population unaffected` alone and has met no patient, real or simulated.
"""

from rdface.synthesis.base_model.embedded import embedded_folder

__all__ = ["embedded_folder"]
